// Package outbox delivers what committed units of work announced (work.Tx.Emit).
//
// Table: outbox. A message is delivered at least once and never before its
// transaction committed; handlers therefore key their effects on its id. A failed
// one is tried again later, twelve times in all; then it stays in the table with
// its last error.
package outbox
