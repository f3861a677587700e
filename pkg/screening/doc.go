// Package screening owns the check whether what was received may be judged at all
// (자격 심사): what is computed from the submission, what a call has checked by hand,
// and, when an application is found ineligible, the applicant's right to answer (소명).
//
// Tables: screening_items, screenings, screening_marks.
//
// Invariants:
//   - Nobody becomes ineligible without a notice, the time of rule screening.answer to
//     answer, and the decision of a second person; triggers and CHECKs hold it.
//   - What was found is kept beside the decision as it was then.
//   - Before the notice an applicant does not know of their screening.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> open
//	  open --> eligible: pass
//	  open --> noticed: notify
//	  noticed --> answered: answer
//	  noticed --> eligible: overturn
//	  answered --> eligible: overturn
//	  noticed --> ineligible: uphold
//	  answered --> ineligible: uphold
//
// END Flow
package screening
