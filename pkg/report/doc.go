// Package report reads across all nouns: the settlement workbook, the work inbox
// and whatever else needs everyone's tables at once. It is the one package whose
// SQL may join the tables of others, and it changes nothing.
//
// An export is one snapshot of the database: all sheets of a workbook tell the same
// instant (invariant I-29).
package report
