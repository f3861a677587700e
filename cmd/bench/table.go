package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// pairs are measurements of both sides, taken in turn: what disturbs the machine
// disturbs both of a pair, and the middle pair is the one to believe.
type pairs []pair

type pair struct{ ours, bare float64 }

// middle is the pair whose ratio is the median.
func (p pairs) middle() pair {
	sorted := slices.SortedFunc(slices.Values(p), func(a, b pair) int {
		if a.ours*b.bare < b.ours*a.bare {
			return -1
		}
		return 1
	})
	return sorted[len(sorted)/2]
}

func (p pair) ratio() float64 { return p.ours / p.bare }

// table collects what was measured.
type table struct {
	rows   []string
	missed bool
}

// atMost adds a figure that must not exceed its limit.
func (t *table) atMost(what, ours, bare string, value, limit float64, unit string) {
	t.add(what, ours, bare, value, "≤", limit, unit, value <= limit)
}

// atLeast adds a figure that must reach its limit.
func (t *table) atLeast(what, ours, bare string, value, limit float64) {
	t.add(what, ours, bare, value, "≥", limit, "", value >= limit)
}

func (t *table) add(what, ours, bare string, value float64, sign string, limit float64, unit string, kept bool) {
	word := "ok"
	if !kept {
		word, t.missed = "MISSED", true
	}
	t.rows = append(t.rows, fmt.Sprintf("%s\t%s\t%s\t%.2f%s\t%s %g%s\t%s", what, ours, bare, value, unit, sign, limit, unit, word))
}

func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "what\teoul\tbare\tmeasured\tlimit\t")
	for _, r := range t.rows {
		_, _ = fmt.Fprintln(out, r)
	}
	return out.Flush()
}
