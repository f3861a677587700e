// Package program owns programmes, what is appropriated to them each fiscal year,
// and the calls for applications: windows, matching rule, rubric, sections,
// required documents and expense codes.
//
// Tables: programs, appropriations, expense_codes, calls, call_receipts, deadlines,
// outages, call_sections, call_documents, call_hints, rubrics, criteria, bonus_items.
//
// Invariants:
//   - An appropriation has one account of the ledger; its limits are what may be
//     granted per source. Every change has a reason and a row in the trail.
//   - A call is written only as a draft. After the announcement its deadlines move
//     later only, by a new row with a reason; its rubric is corrected, with a
//     reason, until the first score sheet freezes it with a hash.
//   - Hints are help in Markdown, no rule: they may change until the call is decided.
//   - What was due during an outage and shortly after is put off by one act (F-27).
//   - A draft call is known only to those with call:preview; for all others it is
//     not found.
//   - What binds is the deadlines table and the database clock (decisions 11, 12).
//     A timed job opens and closes calls by it; a closed call opens again only by
//     an extension with a reason (I-11).
//   - The matching rule is checked on the plan's total, to the won (decisions 5).
//   - Receipt numbers have no gaps (decisions 36).
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> draft
//	  draft --> announced: announce
//	  announced --> open: open
//	  open --> closed: close
//	  closed --> open: extend
//	  closed --> reviewing: review
//	  reviewing --> decided: decide
//	  decided --> published: publish
//
// END Flow
package program
