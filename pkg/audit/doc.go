// Package audit reads the trail: who did what, when, by which rule, and what it
// changed. Rows are written by package work alone, in the transaction of the change.
//
// Table: audit_events, append-only. What a change did is computed when it is read,
// from the record before and after; secrets were blanked when it was written.
package audit
