package review

import (
	"context"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/work"
)

// ScoreChange is a criterion that a reviewer scored anew in the discussion, or a clerical
// mistake that an upheld objection corrected after the lock, with both values. Reason is
// empty only where the words alone were changed. PostgreSQL writes it when the reopened
// sheet is handed in again, or when the objection is upheld; the sheet of the latter
// keeps its points, and counted_scores says what counts.
type ScoreChange struct {
	SheetID        SheetID        `db:"sheet_id" json:"sheet_id"`
	ApplicationID  application.ID `db:"application_id" json:"application_id"`
	GovernmentName string         `db:"government_name" json:"government_name"`
	ReviewerName   string         `db:"reviewer_name" json:"reviewer_name"`
	CriterionID    int64          `db:"criterion_id" json:"criterion_id"`
	Criterion      string         `db:"criterion" json:"criterion"`
	Before         Points         `db:"points_before" json:"points_before"`
	After          Points         `db:"points_after" json:"points_after"`
	WordsBefore    string         `db:"justification_before" json:"justification_before"`
	WordsAfter     string         `db:"justification_after" json:"justification_after"`
	Reason         string         `db:"reason" json:"reason"`
	ChangedAt      time.Time      `db:"changed_at" json:"changed_at"`
	ObjectionID    *int64         `db:"objection_id" json:"objection_id"` // the objection that corrected it after the lock, nil: the discussion
}

const (
	changeColumns = `
		select g.sheet_id, a.application_id, p.government_name, n.name as reviewer_name, g.criterion_id, k.title as criterion,
		       g.points_before, g.points_after, g.justification_before, g.justification_after, g.reason, g.changed_at, g.objection_id
		  from score_changes g
		  join sheets s on s.id = g.sheet_id
		  join assignments a on a.id = s.assignment_id
		  join applications p on p.id = a.application_id
		  join reviewers r on r.id = a.reviewer_id
		  join people n on n.id = r.person_id
		  join criteria k on k.id = g.criterion_id
		 where `
	sqlChangesOfSheet = changeColumns + `g.sheet_id = $1 order by g.id`
	sqlChangesOfRound = changeColumns + `a.round_id = $1 order by p.number, g.id`
)

// changesOf reads the changes of a round by sheet, those that row level security shows;
// the caller shows them only beside sheets the person may read.
func changesOf(ctx context.Context, tx *work.Tx, round Round) (map[SheetID][]ScoreChange, error) {
	var list []ScoreChange
	if err := tx.Select(ctx, &list, sqlChangesOfRound, round.ID); err != nil {
		return nil, err
	}
	out := map[SheetID][]ScoreChange{}
	for _, c := range list {
		out[c.SheetID] = append(out[c.SheetID], c)
	}
	return out, nil
}
