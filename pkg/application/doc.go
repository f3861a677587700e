// Package application owns a local government's request with its project plan: the
// draft while it is written, what was handed in, the 시·도's endorsement, returns
// and withdrawals.
//
// Tables: applications, plans, plan_parts, plan_presence, plan_sections, budget_lines,
// attachments, attachment_history, deliberations, participations, activities,
// indicators, submissions, submission_files, endorsements, signoffs.
//
// Invariants:
//   - One application per government and call, withdrawn ones left out (I-12).
//   - A plan is written only in draft and returned; each part has its own version,
//     so that two people write two parts at once and nobody overwrites unseen.
//   - A budget line is the sum of its four sources, and of its 산출기초 when it has one.
//   - What was handed in never changes (I-08): its canonical JSON and SHA-256 are
//     appended; reviewers read that, never the draft.
//   - The database clock and the deadlines table decide whether it is in time (I-10).
//   - In a call that asks for a signature nothing is handed in without one, and nobody
//     signs what they asked for or wrote; while it is signed the plan is closed.
//   - What was never handed in is known only to those with application:preview; for
//     all others it is not found.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> draft
//	  draft --> endorsing: submit
//	  draft --> received: submit
//	  draft --> signing: sign
//	  returned --> signing: sign
//	  signing --> endorsing: approve
//	  signing --> received: approve
//	  signing --> draft: reject
//	  signing --> returned: reject
//	  signing --> draft: recall
//	  signing --> returned: recall
//	  endorsing --> received: endorse
//	  endorsing --> returned: return
//	  received --> returned: correct
//	  returned --> endorsing: submit
//	  returned --> received: submit
//	  draft --> withdrawn: withdraw
//	  signing --> withdrawn: withdraw
//	  endorsing --> withdrawn: withdraw
//	  received --> withdrawn: withdraw
//	  returned --> withdrawn: withdraw
//	  received --> ineligible: disqualify
//	  received --> reviewing: review
//	  reviewing --> selected: select
//	  reviewing --> reserve: reserve
//	  reviewing --> declined: decline
//	  reserve --> selected: select
//	  declined --> selected: select
//	  declined --> reserve: reserve
//	  selected --> withdrawn: forfeit
//	  reserve --> withdrawn: forfeit
//
// END Flow
package application
