package review

// RankRound stores the ranking of a round without the verbs before it.
var RankRound = rank
