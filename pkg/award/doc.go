// Package award owns the grant: the request for it (교부신청, 보조금법 §16), its
// examination and decision (교부결정, §17) with conditions (§18), the budget that was
// granted, and the money that moves to the recipient in tranches.
//
// Tables: awards, conditions, budget_versions, award_lines, tranches.
//
// The budget lines of an award add up, source by source, to its amounts. The money
// itself is in the ledger: the award holds an account below its appropriation, each
// line one below the award. A source that somebody sends (국비 from the ministry, 시도비
// from the 시·도 to its 시·군·구) is disbursed by a tranche with one payer; a source that
// nobody sends is secured (확보) by its holder. Who examines does not decide, who
// drafts a tranche does not confirm it. Before the tranche that completes the money
// is confirmed, the holder's own money must be secured. A suspended or ended award
// neither receives nor spends.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> applied
//	  applied --> examined: examine
//	  examined --> granted: grant
//	  granted --> running: start
//	  running --> changing: change
//	  changing --> running: resume
//	  running --> suspended: suspend
//	  suspended --> running: resume
//	  applied --> cancelled: cancel
//	  examined --> cancelled: cancel
//	  running --> ended: end
//	  suspended --> ended: end
//	  ended --> settling: settle
//	  settling --> closed: close
//
// END Flow
// BEGIN TrancheFlow
//
//	stateDiagram-v2
//	  [*] --> requested
//	  requested --> drafted: draft
//	  drafted --> confirmed: confirm
//	  drafted --> requested: undo
//	  requested --> withdrawn: withdraw
//	  confirmed --> received: receive
//
// END TrancheFlow
package award
