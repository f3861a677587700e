// Package ledger holds every won that is granted, secured, disbursed, spent,
// disallowed, earned, carried over and given back: append-only postings with four
// sources in one row, and accounts whose counters the database keeps.
//
// It owns the tables accounts and postings and knows no other noun. Accounts form
// a tree of three levels: an appropriation, an award below it, a budget line below
// that. A posting on a line also counts on its award, a grant also on its
// appropriation. Post is the only writer of postings.
//
// What always holds, per source, whatever races (CHECKs of schema.sql, decisions 2,
// 3 and 9):
//
//   - granted ≤ appropriated, where the appropriation has a limit for the source
//   - secured + disbursed ≤ granted
//   - spent + carried ≤ secured + disbursed
//   - spent on a line, all sources together, ≤ the limit of the line
//   - disallowed ≤ spent
//   - repaid ≤ what is left + disallowed + interest + revenue
//   - no counter is negative, also after a reversal
//   - an award account goes open → ended → fixed → closed: disbursing and spending
//     stop at ended, everything but repayments at fixed
//   - a counter is the sum of its postings (Recount finds no difference)
//
// A posting is never changed; a mistake is taken back by a reversing posting with
// the same positive amounts, a reason, and a reference to it.
package ledger
