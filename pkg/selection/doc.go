// Package selection owns the decision on a call: who is selected, who is in
// reserve, who is declined, with how much per source, and its publication; what may be
// considered before it (simulations) and what follows from it: result letters,
// objections, and later selections by which the reserve moves up.
//
// Tables: selections, selection_rows, scenarios, letter_templates, letters, objections,
// objection_files.
//
// Invariants:
//   - A selection follows a locked ranking; only published history, whose note names
//     the source, has none.
//   - Who approves is not who wrote it last (I-22).
//   - What is selected never exceeds the appropriation per source, however many
//     calls are decided at once (I-05): the account is locked, and a trigger counts again.
//     Of each call its newest approved selection counts (selections_in_force).
//   - After approval no row changes (I-08). Approving moves the applications and the call.
//   - A later selection makes nobody worse off, and reserves move up in their order.
//   - The published result names no reviewer and nobody who was declined.
//   - A simulation uses the code of the official rule on the frozen inputs, exists only
//     from the lock on, and decides nothing: there is no way from it to a selection.
//   - A letter is what it was when it was issued, byte for byte, with its hash.
//   - An objection is in time by the clock of the database, is upheld by two people, and
//     changes the ranking only by a new version that names it (decisions 15).
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> drafted
//	  drafted --> approved: approve
//	  approved --> published: publish
//
// END Flow
// BEGIN ObjectionFlow
//
//	stateDiagram-v2
//	  [*] --> filed
//	  filed --> withdrawn: withdraw
//	  filed --> dismissed: dismiss
//	  filed --> upholding: uphold
//	  filed --> attesting: refer
//	  attesting --> upholding: attest
//	  attesting --> filed: deny
//	  upholding --> upheld: confirm
//	  upholding --> filed: refuse
//
// END ObjectionFlow
package selection
