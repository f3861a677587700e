package review

import (
	"cmp"
	"context"
	"slices"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlInputSheets = `
		select s.id, a.application_id, a.reviewer_id, o.stage, c.criterion_id, c.points
		  from rounds o
		  join assignments a on a.round_id = o.id
		  join sheets s on s.assignment_id = a.id and s.state = 'locked'
		  join counted_scores c on c.sheet_id = s.id
		 where o.call_id = (select call_id from rounds where id = $1) and o.stage = any($2) and (o.id = $1 or o.stage <> (select stage from rounds where id = $1))
		   and not exists (select from exclusions e where e.assignment_id = a.id)
		 order by a.application_id, s.id, c.criterion_id`
	sqlInputBonus = `
		select b.application_id, b.bonus_item_id, i.points, b.evidence
		  from bonus_claims b
		  join bonus_items i on i.id = b.bonus_item_id
		  join applications p on p.id = b.application_id
		 where p.call_id = $1
		   and not exists (select from bonus_lifts l where l.application_id = b.application_id and l.bonus_item_id = b.bonus_item_id)
		 order by b.application_id, b.bonus_item_id`
	sqlInputApplications = `
		select p.id from applications p join rounds o on o.call_id = p.call_id
		 where o.id = $1 and (p.state = 'reviewing' or exists (select from assignments a where a.application_id = p.id and a.round_id = o.id))
		 order by p.id`
)

// inputsOf collects what a locked round's ranking follows from, in canonical order.
// That of the last stage follows from all stages and the bonus; that of an earlier one
// from itself alone.
func inputsOf(ctx context.Context, tx *work.Tx, round Round) (in Inputs, err error) {
	call, err := program.CallByID(ctx, tx, round.CallID)
	if err != nil {
		return in, err
	}
	rubrics, last, err := rankedBy(ctx, tx, round)
	if err != nil {
		return in, err
	}
	in = Inputs{DropExtremes: call.DropExtremes, DropFrom: call.DropFrom, TotalFloor: call.TotalFloor}
	in.rules(rubrics)
	var apps []application.ID
	if err := tx.Select(ctx, &apps, sqlInputApplications, round.ID); err != nil {
		return in, err
	}
	at := make(map[application.ID]*InputApplication, len(apps))
	in.Applications = make([]InputApplication, len(apps))
	for i, id := range apps {
		in.Applications[i] = InputApplication{ID: id, Sheets: []InputSheet{}, Bonus: []InputBonus{}}
		at[id] = &in.Applications[i]
	}
	if err := addSheets(ctx, tx, round.ID, rubrics, at); err != nil {
		return in, err
	}
	if last {
		if err := addBonus(ctx, tx, round.CallID, at); err != nil {
			return in, err
		}
	}
	in.Canonical()
	return in, nil
}

// rankedBy are the rubrics that a round's ranking follows from, and whether it is that
// of the last stage.
func rankedBy(ctx context.Context, tx *work.Tx, round Round) (rubrics []program.Rubric, last bool, err error) {
	if rubrics, err = program.RubricsOf(ctx, tx, round.CallID); err != nil {
		return nil, false, err
	}
	last = rubrics[len(rubrics)-1].Stage == round.Stage
	if !last {
		rubrics = slices.DeleteFunc(rubrics, func(r program.Rubric) bool { return r.Stage != round.Stage })
		rubrics[0].WeightBps = 10_000
	}
	return rubrics, last, nil
}

// rules takes stages, criteria and the tie chain from rubrics in their order: equal
// totals are compared by the chain of the heaviest stage first.
func (in *Inputs) rules(rubrics []program.Rubric) {
	for _, r := range rubrics {
		in.Stages = append(in.Stages, InputStage{r.Stage, r.WeightBps})
		in.Rounding = Rounding{r.Digits, r.Rounding}
		for _, c := range r.Criteria {
			in.Criteria = append(in.Criteria, InputCriterion{ID: c.ID, Stage: r.Stage, Weight: c.Weight, Position: c.Position,
				TieOrder: c.TieOrder, Title: c.Title, Max: c.Max, Floor: c.Floor})
		}
	}
	heaviest := slices.Clone(rubrics)
	slices.SortStableFunc(heaviest, func(a, b program.Rubric) int { return cmp.Compare(b.WeightBps, a.WeightBps) })
	for _, r := range heaviest {
		for _, t := range r.Ties() {
			in.Chain = append(in.Chain, InputTie{t.Kind, t.Criterion})
		}
	}
}

func addSheets(ctx context.Context, tx *work.Tx, id RoundID, rubrics []program.Rubric, at map[application.ID]*InputApplication) error {
	var rows []struct {
		ID            int64          `db:"id"`
		ApplicationID application.ID `db:"application_id"`
		ReviewerID    int64          `db:"reviewer_id"`
		Stage         string         `db:"stage"`
		CriterionID   int64          `db:"criterion_id"`
		Points        Points         `db:"points"`
	}
	stages := make([]string, len(rubrics))
	for i, r := range rubrics {
		stages[i] = r.Stage
	}
	if err := tx.Select(ctx, &rows, sqlInputSheets, id, pq.Array(stages)); err != nil {
		return err
	}
	for _, r := range rows {
		app := at[r.ApplicationID]
		if app == nil { // judged in an earlier stage, not in this one
			continue
		}
		if n := len(app.Sheets); n == 0 || app.Sheets[n-1].ID != r.ID {
			app.Sheets = append(app.Sheets, InputSheet{ID: r.ID, Stage: r.Stage, Reviewer: r.ReviewerID, Points: map[int64]Points{}})
		}
		app.Sheets[len(app.Sheets)-1].Points[r.CriterionID] = r.Points
	}
	return nil
}

func addBonus(ctx context.Context, tx *work.Tx, call program.CallID, at map[application.ID]*InputApplication) error {
	var rows []struct {
		ApplicationID application.ID `db:"application_id"`
		Item          int64          `db:"bonus_item_id"`
		Points        int            `db:"points"`
		Evidence      string         `db:"evidence"`
	}
	if err := tx.Select(ctx, &rows, sqlInputBonus, call); err != nil {
		return err
	}
	for _, r := range rows {
		if app := at[r.ApplicationID]; app != nil {
			app.Bonus = append(app.Bonus, InputBonus{Item: r.Item, Points: r.Points, Evidence: r.Evidence})
		}
	}
	return nil
}
