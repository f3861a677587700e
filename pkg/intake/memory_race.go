//go:build race

package intake

// limitsMemory: the race detector's own memory is far beyond any useful limit, so a
// child built with it runs with the soft limit of the Go runtime alone.
const limitsMemory = false
