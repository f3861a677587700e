// Package selection owns the decision on a call: who is selected, who is in
// reserve, who is declined, with how much per source, and its publication.
//
// Tables: selections, selection_rows.
//
// Invariants:
//   - A selection follows a locked ranking; only published history, whose note names
//     the source, has none.
//   - Who approves is not who wrote it last (I-22).
//   - What is selected never exceeds the appropriation per source, however many
//     calls are decided at once (I-05): the account is locked, and a trigger counts again.
//   - After approval no row changes (I-08). Approving moves the applications and the call.
//   - The published result names no reviewer and nobody who was declined.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> drafted
//	  drafted --> approved: approve
//	  approved --> published: publish
//
// END Flow
package selection
