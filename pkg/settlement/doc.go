// Package settlement owns the final account of an award (정산, 보조금법 §27 and §28): what
// came in, what was spent and accepted, what is to be given back per source, and the
// repayments until they are paid.
//
// Tables: settlements, settlement_rows, settlement_entries, repayments, receipts.
//
// The ledger is the primary way (통합관리지침 §22⑦): each source gives back its own
// actual balance. Per source, after every save:
//
//	secured + disbursed = accepted + disallowed + carried + balance
//	due = balance + disallowed + (interest − excluded interest) + revenue
//
// The rows are computed from the ledger at every step and must equal it when the
// settlement is fixed; the database refuses otherwise. The ratio way (RatioBalance)
// and the rule for an own share below plan (Shortfall, 지방보조금 관리기준 §15⑥) are shown
// beside it for comparison and change no amount.
//
// Interest and revenue come from bank books. An amount is split by the money of the
// sources that lay in the account, by largest remainder with ties to the earlier
// source, and each part is then cut to whole units; what the cut takes has its own
// column (decisions 8). Interest a local government may keep is excluded with its
// legal ground (보조금법 시행령 §13①).
//
// Who examines does not fix. After fixing only repayments move; what is due of 국비,
// 시도비 and 시군구비 is notified and paid, 자부담 stays with its owner. Closed means paid
// to the won.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> preparing
//	  preparing --> submitted: submit
//	  submitted --> checked: check
//	  submitted --> examined: examine
//	  submitted --> correcting: correct
//	  checked --> examined: examine
//	  checked --> correcting: correct
//	  examined --> correcting: correct
//	  correcting --> submitted: submit
//	  examined --> fixed: fix
//	  fixed --> notified: notify
//	  notified --> repaid: repay
//	  repaid --> closed: close
//
// END Flow
package settlement
