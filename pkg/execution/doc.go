// Package execution owns what was spent: each expenditure (집행) with payee, four
// sources and evidence, its review, and its correction.
//
// Tables: expenditures, evidences.
//
// An expenditure lies inside the project period and after the grant decision, is at
// most today's, and stands on one budget line: it posts Spend on the account of that
// line, which counts on the award too. Its supply value and VAT add up to its four
// sources. No source is spent beyond what is secured and disbursed, no line beyond
// its total. A recorded expenditure never changes; a mistake is taken back by a
// correction, a row with the same amounts that reverses the posting and says why.
// The two cancel each other: what counts is unreviewed, accepted and rejected.
//
// The 시·도 or the ministry accepts it or rejects it (불인정); a rejection posts
// Disallow on the line, an acceptance after it takes that back. Rejected money stays
// spent and is to be given back.
//
// The split of a bill between the sources is proposed so that the sum of all bills
// follows the award's amounts (decisions 7); the officer may change it.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> unreviewed
//	  [*] --> correction: reverse
//	  unreviewed --> reversed: reverse
//	  unreviewed --> accepted: accept
//	  unreviewed --> rejected: reject
//	  accepted --> rejected: reject
//	  rejected --> accepted: accept
//
// END Flow
package execution
