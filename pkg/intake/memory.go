//go:build !race

package intake

// limitsMemory: the child bounds its data segment.
const limitsMemory = true
