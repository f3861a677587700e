package program

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// pqBytes is the array of hashes as a parameter.
func pqBytes(list [][]byte) any { return pq.ByteaArray(list) }

// RubricOpen tells whether its rubrics can still be written: until the review begins.
// That the first sheet then freezes them for good is the database's matter, and says
// to nobody that somebody has handed in (decisions 26).
func (c Call) RubricOpen() bool {
	switch c.State {
	case StateDraft, StateAnnounced, StateOpen, StateClosed:
		return true
	default:
		return false
	}
}

// mayCorrect is a Conflict where the rubrics of a call can no longer be written.
func mayCorrect(c Call) error {
	if c.RubricOpen() {
		return nil
	}
	return fault.New(fault.Conflict, "지금 상태("+Flow.Label(c.State)+")에서는 배점표를 정정할 수 없습니다.")
}

// correction is what the trail keeps of a corrected rubric.
type correction struct {
	Rubric
	Reason string `json:"reason"`
}

// writing locks a call for its rubrics: permission, state, and, once the call was
// announced, a reason.
func writing(ctx context.Context, tx *work.Tx, id CallID, f fault.Fields, reason *string) (Call, []Rubric, error) {
	c, err := LockCall(ctx, tx, id)
	if err != nil {
		return c, nil, err
	}
	if err := allowRead(tx, c); err != nil {
		return c, nil, err
	}
	on := c.Object()
	on.Kind = "rubric"
	if err := tx.Allow("rubric:update", on); err != nil {
		return c, nil, err
	}
	if err := mayCorrect(c); err != nil {
		return c, nil, err
	}
	list, err := RubricsOf(ctx, tx, id)
	if err != nil {
		return c, nil, err
	}
	missing := "배점표를 정정하는 사유를 적어 주세요."
	if c.State == StateDraft {
		missing = ""
	}
	words(f, "reason", reason, maxText, missing)
	return c, list, nil
}

// CorrectRubric rewrites the rubric of one stage. A draft call needs no reason; an
// announced one does, until the first score sheet freezes the rubrics. The trail
// keeps both versions.
func (s *Service) CorrectRubric(ctx context.Context, who authz.Actor, id CallID, in RubricInput, reason string) (Rubric, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Rubric, error) {
		f := fault.Fields{}
		_, list, err := writing(ctx, tx, id, f, &reason)
		if err != nil {
			return Rubric{}, err
		}
		in.check(f)
		before, ok := OfStage(list, in.Stage)
		if !ok {
			return before, noStage()
		}
		if err := f.Err(); err != nil {
			return before, err
		}
		if err := saveRubric(ctx, tx, before.ID, in); err != nil {
			return before, err
		}
		after, err := RubricOf(ctx, tx, id, in.Stage)
		if err != nil {
			return before, err
		}
		return after, tx.Record(ctx, "rubric:update", work.Ref{Kind: "rubric", ID: int64(before.ID)}, before, correction{after, reason})
	})
}

// StageInput is the share of one stage in the result.
type StageInput struct {
	Stage     string `json:"stage"`
	WeightBps int    `json:"weight_bps"`
}

const (
	sqlDropRubric = `delete from rubrics where call_id = $1 and stage = any($2)`
	sqlSaveStages = `
		insert into rubrics (call_id, stage, weight_bps, reviewers, digits, rounding)
		select $1, n.stage, n.weight, p.reviewers, p.digits, p.rounding
		  from unnest($2::text[], $3::int[]) as n (stage, weight)
		  join rubrics p on p.call_id = $1 and p.stage = 'paper'
		on conflict (call_id, stage) do update set weight_bps = excluded.weight_bps`
	sqlCopyCriteria = `
		insert into criteria (rubric_id, position, title, guidance, max, weight, floor, tie_order, levels)
		select u.id, k.position, k.title, k.guidance, k.max, k.weight, k.floor, k.tie_order, k.levels
		  from rubrics u
		  join rubrics p on p.call_id = u.call_id and p.stage = 'paper'
		  join criteria k on k.rubric_id = p.id
		 where u.call_id = $1 and u.stage <> 'paper' and not exists (select from criteria x where x.rubric_id = u.id)`
)

// checkStages names what is wrong with the shares of the stages.
func checkStages(f fault.Fields, stages []StageInput) {
	sum, seen := 0, map[string]bool{}
	for _, s := range stages {
		at := "stages." + s.Stage
		if !slices.Contains(StageCodes(), s.Stage) || seen[s.Stage] {
			f.Add("stages", "심사 단계를 다시 골라 주세요.")
			continue
		}
		seen[s.Stage] = true
		if s.WeightBps < 1 || s.WeightBps > wholeWeight {
			f.Add(at, "비중은 0%보다 크고 100%보다 크지 않게 적어 주세요.")
		}
		sum += s.WeightBps
	}
	if !seen[Paper] {
		f.Add("stages.paper", "서면심사는 모든 공모에 있어야 합니다.")
	}
	if sum != wholeWeight && f.Err() == nil {
		f.Add("stages", "단계별 비중을 더하면 100%가 되어야 합니다. 지금은 "+Percent(sum)+"입니다.")
	}
}

// SetStages says which stages a call is judged in and what share each has; a new
// stage begins with the criteria of the paper stage, one that is left out loses its
// rubric. Reason and freezing are as in CorrectRubric.
func (s *Service) SetStages(ctx context.Context, who authz.Actor, id CallID, stages []StageInput, reason string) ([]Rubric, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Rubric, error) {
		f := fault.Fields{}
		c, before, err := writing(ctx, tx, id, f, &reason)
		if err != nil {
			return nil, err
		}
		checkStages(f, stages)
		if err := f.Err(); err != nil {
			return nil, err
		}
		var gone []string
		for _, r := range before {
			if !slices.ContainsFunc(stages, func(in StageInput) bool { return in.Stage == r.Stage }) {
				gone = append(gone, r.Stage)
			}
		}
		if _, err := tx.ExecAll(ctx, sqlDropRubric, id, pq.Array(gone)); err != nil {
			return nil, fmt.Errorf("drop stages: %w", err)
		}
		names := column(stages, func(in StageInput) string { return in.Stage })
		if _, err := tx.ExecAll(ctx, sqlSaveStages, id, names, column(stages, func(in StageInput) int { return in.WeightBps })); err != nil {
			return nil, fmt.Errorf("save stages: %w", err)
		}
		if _, err := tx.ExecAll(ctx, sqlCopyCriteria, id); err != nil {
			return nil, fmt.Errorf("begin the rubric of a stage: %w", err)
		}
		after, err := RubricsOf(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		ref := work.Ref{Kind: "call", ID: int64(c.ID)}
		return after, tx.Record(ctx, "rubric:update", ref, before, map[string]any{"stages": after, "reason": reason})
	})
}

// copyRubrics gives a fresh call the rubrics of another one, all stages with their
// anchors; what the fresh one had goes. A draft that may not be previewed is NotFound.
func copyRubrics(ctx context.Context, tx *work.Tx, from, to CallID) error {
	source, err := CallByID(ctx, tx, from)
	if err != nil {
		return err
	}
	if err := allowRead(tx, source); err != nil {
		return err
	}
	list, err := RubricsOf(ctx, tx, from)
	if err != nil {
		return err
	}
	var stages []StageInput
	for _, r := range list {
		stages = append(stages, StageInput{r.Stage, r.WeightBps})
	}
	_, err = tx.ExecAll(ctx, sqlSaveStages, to, column(stages, func(in StageInput) string { return in.Stage }),
		column(stages, func(in StageInput) int { return in.WeightBps }))
	if err != nil {
		return fmt.Errorf("copy stages: %w", err)
	}
	fresh, err := RubricsOf(ctx, tx, to)
	if err != nil {
		return err
	}
	for _, r := range fresh { // at most three
		if original, ok := OfStage(list, r.Stage); ok {
			if err := saveRubric(ctx, tx, r.ID, original.Input()); err != nil {
				return err
			}
		}
	}
	return nil
}
