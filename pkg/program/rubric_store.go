package program

import (
	"context"
	"fmt"
	"slices"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

const (
	rubricColumns = `
		select id, call_id, stage, weight_bps, reviewers, digits, rounding, tie_mean, tie_bonus, frozen_hash from rubrics`
	stageOrder = ` order by array_position(array['paper', 'site', 'presentation'], stage)`

	sqlRubric       = rubricColumns + ` where call_id = $1 and stage = $2`
	sqlRubrics      = rubricColumns + ` where call_id = $1` + stageOrder
	sqlLockRubrics  = rubricColumns + ` where call_id = $1` + stageOrder + ` for update`
	sqlCriteriaRows = `
		select k.id, k.rubric_id, k.position, k.title, k.guidance, k.max, k.weight, k.floor, k.tie_order, k.levels
		  from criteria k join rubrics u on u.id = k.rubric_id
		 where u.call_id = $1 and ($2 = '' or u.stage = $2)
		 order by k.rubric_id, k.position`
	sqlBonusRows = `
		select b.id, b.rubric_id, b.position, b.title, b.points, b.evidence
		  from bonus_items b join rubrics u on u.id = b.rubric_id
		 where u.call_id = $1 and ($2 = '' or u.stage = $2)
		 order by b.rubric_id, b.position`
	sqlFreeze = `
		update rubrics u set frozen_hash = n.hash
		  from unnest($1::bigint[], $2::bytea[]) as n (id, hash)
		 where u.id = n.id and u.frozen_hash is null`

	sqlInsertRubric = `insert into rubrics (call_id, stage) values ($1, $2) returning id`
	// The mean is cut in one way in all stages of a call.
	sqlSaveScheme = `
		update rubrics u
		   set digits = $3, rounding = $4, reviewers = case u.id when $1 then $2 else u.reviewers end,
		       tie_mean = case u.id when $1 then $5 else u.tie_mean end, tie_bonus = case u.id when $1 then $6 else u.tie_bonus end
		 where u.call_id = (select call_id from rubrics where id = $1)`
	sqlDropCriteria   = `delete from criteria where rubric_id = $1`
	sqlDropBonus      = `delete from bonus_items where rubric_id = $1`
	sqlInsertCriteria = `
		insert into criteria (rubric_id, position, title, guidance, max, weight, floor, tie_order, levels)
		select $1, position, title, guidance, max, weight, floor, tie_order, levels::jsonb
		  from unnest($2::int[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[], $9::text[])
		       as c (position, title, guidance, max, weight, floor, tie_order, levels)
		 order by position`
	sqlInsertBonus = `
		insert into bonus_items (rubric_id, position, title, points, evidence)
		select $1, position, title, points, evidence
		  from unnest($2::int[], $3::text[], $4::int[], $5::text[]) as b (position, title, points, evidence) order by position`
)

// RubricOf reads the rubric of a stage; a stage without one is NotFound.
func RubricOf(ctx context.Context, tx *work.Tx, id CallID, stage string) (r Rubric, err error) {
	if err = tx.Get(ctx, &r, sqlRubric, id, stage); err != nil {
		return r, fmt.Errorf("read rubric: %w", err)
	}
	list := []Rubric{r}
	err = readRows(ctx, tx, list, id, stage)
	return list[0], err
}

// RubricsOf reads the rubrics of all stages of a call in the order they take place.
func RubricsOf(ctx context.Context, tx *work.Tx, id CallID) (list []Rubric, err error) {
	if err = tx.Select(ctx, &list, sqlRubrics, id); err != nil {
		return nil, fmt.Errorf("read rubrics: %w", err)
	}
	return list, readRows(ctx, tx, list, id, "")
}

// OfStage picks a stage; it tells whether there is one.
func OfStage(list []Rubric, stage string) (Rubric, bool) {
	i := slices.IndexFunc(list, func(r Rubric) bool { return r.Stage == stage })
	if i < 0 {
		return Rubric{}, false
	}
	return list[i], true
}

// readRows fills criteria and bonus items in, of one stage or, when it is empty, of all.
func readRows(ctx context.Context, tx *work.Tx, list []Rubric, id CallID, stage string) error {
	var criteria []Criterion
	var bonus []BonusItem
	if err := tx.Select(ctx, &criteria, sqlCriteriaRows, id, stage); err != nil {
		return fmt.Errorf("read criteria: %w", err)
	}
	if err := tx.Select(ctx, &bonus, sqlBonusRows, id, stage); err != nil {
		return fmt.Errorf("read bonus items: %w", err)
	}
	for i := range list {
		r := &list[i]
		for _, c := range criteria {
			if c.RubricID == r.ID {
				r.Criteria = append(r.Criteria, c)
			}
		}
		for _, b := range bonus {
			if b.RubricID == r.ID {
				r.Bonus = append(r.Bonus, b)
			}
		}
	}
	return nil
}

// FreezeRubrics makes the rubrics of all stages of a call final, each with the hash
// of its content, when the first score sheet is submitted: what a later stage weighs
// cannot change once somebody was judged. Frozen ones stay as they are.
func FreezeRubrics(ctx context.Context, tx *work.Tx, id CallID) error {
	var list []Rubric
	if err := tx.Select(ctx, &list, sqlLockRubrics, id); err != nil {
		return fmt.Errorf("lock rubrics: %w", err)
	}
	if !slices.ContainsFunc(list, func(r Rubric) bool { return r.Frozen == nil }) {
		return nil
	}
	if err := readRows(ctx, tx, list, id, ""); err != nil {
		return err
	}
	hashes := make([][]byte, len(list))
	for i, r := range list {
		hash, err := r.Hash()
		if err != nil {
			return err
		}
		hashes[i] = hash
	}
	if _, err := tx.ExecAll(ctx, sqlFreeze, column(list, func(r Rubric) int64 { return int64(r.ID) }), pqBytes(hashes)); err != nil {
		return fmt.Errorf("freeze rubrics: %w", err)
	}
	return nil
}

// saveRubric replaces the rows and the scheme of a rubric; a frozen rubric is a
// Conflict of the database.
func saveRubric(ctx context.Context, tx *work.Tx, id RubricID, in RubricInput) error {
	if err := in.defaults(ctx, tx); err != nil {
		return err
	}
	for _, q := range []string{sqlDropCriteria, sqlDropBonus} {
		if _, err := tx.ExecAll(ctx, q, id); err != nil {
			return fmt.Errorf("empty rubric: %w", err)
		}
	}
	if _, err := tx.ExecAll(ctx, sqlSaveScheme, id, in.Reviewers, *in.Digits, in.Rounding, in.TieMean, in.TieBonus); err != nil {
		return fmt.Errorf("save scheme: %w", err)
	}
	c := in.Criteria
	levels := make([]string, len(c))
	for i := range c {
		text, err := c[i].Levels.Value()
		if err != nil {
			return fmt.Errorf("encode levels: %w", err)
		}
		levels[i], _ = text.(string)
	}
	_, err := tx.ExecAll(ctx, sqlInsertCriteria, id,
		column(c, func(c Criterion) int { return c.Position }), column(c, func(c Criterion) string { return c.Title }),
		column(c, func(c Criterion) string { return c.Guidance }), column(c, func(c Criterion) int { return c.Max }),
		column(c, func(c Criterion) int { return c.Weight }), column(c, func(c Criterion) int { return c.Floor }),
		column(c, func(c Criterion) int { return c.TieOrder }), column(levels, func(s string) string { return s }))
	if err != nil {
		return fmt.Errorf("save criteria: %w", err)
	}
	b := in.Bonus
	_, err = tx.ExecAll(ctx, sqlInsertBonus, id, column(b, func(b BonusItem) int { return b.Position }),
		column(b, func(b BonusItem) string { return b.Title }), column(b, func(b BonusItem) int { return b.Points }),
		column(b, func(b BonusItem) string { return b.Evidence }))
	if err != nil {
		return fmt.Errorf("save bonus items: %w", err)
	}
	return nil
}

// defaults fills what was left open with the rules of the day.
func (in *RubricInput) defaults(ctx context.Context, tx *work.Tx) error {
	if in.Reviewers != 0 && in.Digits != nil && in.Rounding != "" {
		return nil
	}
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return err
	}
	return in.fill(rules, calendar.Today(tx.Now))
}

func (in *RubricInput) fill(rules rule.Set, on calendar.Date) error {
	reviewers, _, err := rules.Int(rule.ScoringReviewers, on)
	if err != nil {
		return err
	}
	digits, _, err := rules.Int(rule.ScoringDigits, on)
	if err != nil {
		return err
	}
	mode, _, err := rules.Text(rule.ScoringRounding, on)
	if err != nil {
		return err
	}
	if in.Reviewers == 0 {
		in.Reviewers = int(reviewers)
	}
	if in.Digits == nil {
		n := int(digits)
		in.Digits = &n
	}
	if in.Rounding == "" {
		in.Rounding = mode
	}
	return nil
}

// noStage is what is said of a stage the call does not have.
func noStage() error {
	return fault.New(fault.NotFound, "이 공모에 없는 심사 단계입니다.")
}
