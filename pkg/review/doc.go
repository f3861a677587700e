// Package review owns how applications are judged: the pool of reviewers, the
// round of a call, who scores what, conflicts of interest, score sheets, bonus
// points and the ranking.
//
// Tables: reviewers, reviewer_posts, pool_publications, challenges, rounds,
// assignments, conflicts, exclusions, sheets, opinions, scores, score_changes,
// explanations, round_minutes, minutes_items, bonus_claims, bonus_lifts,
// rankings, ranking_rows.
//
// Invariants:
//   - A reviewer is never assigned to their own 시·도 or 시·군·구, whatever happens
//     to either side: composite keys and a CHECK hold it (I-19).
//   - Only who accepted the invitation is assigned, and never against the facts: posts
//     of the last years, employer, partner bodies, an upheld challenge; a trigger asks
//     conflicts_by_data at the moment of assigning.
//   - A conflict found after the declaration leaves the sheet where it is and takes it
//     out of the mean; after the lock that is a new version of the ranking.
//   - Nothing of an application but its government and title opens before the
//     reviewer declared whether there is a conflict; with one it stays closed (I-20).
//   - Points and words of a sheet are visible to their reviewer alone while the
//     round is scoring, from the discussion on also to the application's reviewers
//     and the chair, and to officers only once it is locked. Row level security
//     holds this besides Sheet.Object (I-17).
//   - Points changed in the discussion keep both values and the reason; without one the
//     sheet is not handed in. A trigger writes them down.
//   - Explanations, changes and what the minutes say of an application are seen by who
//     sees its scores; the rest of the minutes also by who is asked to confirm the lock.
//     A round without minutes is not locked.
//   - Nothing changes after the lock (I-18), which the chair asks for and a second
//     person confirms; so is the opening of the discussion.
//   - After the lock nothing changes in place: what an upheld objection corrects (Correct)
//     stands in rows of its own that name it, beside those they correct.
//   - A ranking is Rank of its stored inputs and equals what SQL makes of the rows
//     (I-21, Recompute).
//
// Lock order, everywhere: the round, then a sheet, then scores.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> scoring
//	  scoring --> discussing: discuss
//	  discussing --> locked: lock
//
// END Flow
// BEGIN SheetFlow
//
//	stateDiagram-v2
//	  [*] --> draft
//	  draft --> submitted: submit
//	  submitted --> reopened: reopen
//	  reopened --> submitted: submit
//	  submitted --> locked: lock
//
// END SheetFlow
// BEGIN ReviewerFlow
//
//	stateDiagram-v2
//	  [*] --> invited
//	  invited --> accepted: accept
//	  invited --> refused: refuse
//
// END ReviewerFlow
// BEGIN ChallengeFlow
//
//	stateDiagram-v2
//	  [*] --> filed
//	  filed --> upheld: uphold
//	  filed --> dismissed: dismiss
//
// END ChallengeFlow
package review
