package review

import (
	"context"
	"encoding/json"
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/work"
)

// Difference is one thing in which a stored ranking is not what the rows say.
type Difference struct {
	RoundID       RoundID        `json:"round_id"`
	ApplicationID application.ID `json:"application_id"` // 0: the ranking as a whole
	Field         string         `json:"field"`
	Stored        string         `json:"stored"`
	Computed      string         `json:"computed"`
}

// The second path: the whole rule of Rank in SQL, from the live rows, knowing
// nothing of the Go code.
const sqlRecompute = `
	with round as (
		select o.id, o.call_id, o.stage, c.drop_extremes, c.drop_from, c.total_floor
		  from rounds o join calls c on c.id = o.call_id where o.id = $1
	), stored as (
		select w.* from ranking_rows w
		 where w.ranking_id = (select k.id from rankings k join round on round.id = k.round_id order by k.no desc limit 1)
	), criterion as (
		select k.id, k.position, k.tie_order, k.title, k.floor
		  from criteria k join rubrics u on u.id = k.rubric_id join round on round.call_id = u.call_id and round.stage = u.stage
	), point as (
		select a.application_id, s.id as sheet_id, x.criterion_id, x.points
		  from assignments a
		  join round on round.id = a.round_id
		  join conflicts f on f.assignment_id = a.id and f.kind = 'none'
		  join sheets s on s.assignment_id = a.id
		  join scores x on x.sheet_id = s.id
	), sheet as (
		select application_id, sheet_id, sum(points) as total,
		       row_number() over (partition by application_id order by sum(points) desc, sheet_id) as from_top,
		       row_number() over (partition by application_id order by sum(points), sheet_id desc) as from_bottom,
		       count(*) over (partition by application_id) as n
		  from point group by application_id, sheet_id
	), mean as (
		select application_id, round(avg(total), 2) as mean
		  from sheet cross join round
		 where not (drop_extremes and n >= drop_from and (from_top = 1 or from_bottom = 1))
		 group by application_id
	), average as (
		select p.application_id, c.id, c.position, c.tie_order, c.title, c.floor, round(avg(p.points), 2) as average
		  from point p join criterion c on c.id = p.criterion_id
		 group by p.application_id, c.id, c.position, c.tie_order, c.title, c.floor
	), per_application as (
		select application_id,
		       array_agg(average order by tie_order, position, id) as chain,
		       jsonb_agg(average order by position, id) as averages,
		       (array_agg(title order by position, id) filter (where average < floor))[1] as floor_broken
		  from average group by application_id
	), bonus as (
		select b.application_id, sum(i.points)::numeric as bonus
		  from bonus_claims b join bonus_items i on i.id = b.bonus_item_id join rubrics u on u.id = i.rubric_id
		  join round on round.call_id = u.call_id and round.stage = u.stage
		 group by b.application_id
	), result as (
		select m.application_id, m.mean, coalesce(b.bonus, 0) as bonus, m.mean + coalesce(b.bonus, 0) as total, p.chain, p.averages,
		       coalesce(case when m.mean < r.total_floor then '총점' end, p.floor_broken, '') as floor_broken
		  from mean m join per_application p using (application_id) left join bonus b using (application_id) cross join round r
	), ranked as (
		select *, case when floor_broken = '' then rank() over (partition by floor_broken = '' order by total desc, chain desc) end as rank,
		       floor_broken = '' and count(*) over (partition by floor_broken = '', total, chain) > 1 as shared
		  from result
	)
	select coalesce(s.application_id, n.application_id) as application_id, f.field, coalesce(f.stored, '') as stored, coalesce(f.computed, '') as computed
	  from stored s full join ranked n on n.application_id = s.application_id
	  cross join lateral (values
		('mean', s.mean::text, n.mean::text), ('bonus', s.bonus::text, n.bonus::numeric(8,2)::text), ('total', s.total::text, n.total::numeric(8,2)::text),
		('rank', coalesce(s.rank::text, case when s.application_id is not null then '-' end), coalesce(n.rank::text, case when n.application_id is not null then '-' end)),
		('shared', s.shared::text, n.shared::text), ('floor_broken', s.floor_broken, n.floor_broken),
		('averages', (select string_agg(trim_scale(v::numeric)::text, ' ' order by i) from jsonb_array_elements_text(s.averages) with ordinality as e (v, i)),
		             (select string_agg(trim_scale(v::numeric)::text, ' ' order by i) from jsonb_array_elements_text(n.averages) with ordinality as e (v, i)))
	  ) as f (field, stored, computed)
	 where f.stored is distinct from f.computed
	 order by 1, 2`

const sqlStoredInputs = `
	select inputs, sha256 from rankings where round_id = $1 order by no desc limit 1`

// Recompute compares the newest ranking of a round, in three ways, with what it
// claims to follow from: with SQL over the live rows, with Rank over the stored
// inputs, and the inputs with their hash. A sound ranking has no difference; a
// round that is not locked has no ranking and so none either.
func Recompute(ctx context.Context, tx *work.Tx, id RoundID) ([]Difference, error) {
	var stored struct {
		Inputs []byte `db:"inputs"`
		SHA256 []byte `db:"sha256"`
	}
	if found, err := tx.Find(ctx, &stored, sqlStoredInputs, id); err != nil || !found {
		return nil, err
	}
	var rows []struct {
		ApplicationID           application.ID `db:"application_id"`
		Field, Stored, Computed string
	}
	if err := tx.Select(ctx, &rows, sqlRecompute, id); err != nil {
		return nil, fmt.Errorf("recompute ranking: %w", err)
	}
	var out []Difference
	for _, r := range rows {
		out = append(out, Difference{RoundID: id, ApplicationID: r.ApplicationID, Field: r.Field, Stored: r.Stored, Computed: r.Computed})
	}
	var in Inputs
	if err := json.Unmarshal(stored.Inputs, &in); err != nil {
		return nil, fmt.Errorf("read ranking inputs: %w", err)
	}
	_, sum, err := in.Hash()
	if err != nil {
		return nil, err
	}
	if string(sum[:]) != string(stored.SHA256) {
		out = append(out, Difference{RoundID: id, Field: "inputs", Stored: fmt.Sprintf("%x", stored.SHA256), Computed: fmt.Sprintf("%x", sum)})
	}
	again, err := compareRows(ctx, tx, id, in)
	return append(out, again...), err
}

const sqlNewestRows = `
	select application_id, mean, bonus, total, rank, shared, below_floor, floor_broken, tie_broken_by, averages
	  from ranking_rows
	 where ranking_id = (select id from rankings where round_id = $1 order by no desc limit 1)
	 order by rank nulls last, total desc, application_id`

// compareRows ranks the stored inputs again and compares row by row, in order.
func compareRows(ctx context.Context, tx *work.Tx, id RoundID, in Inputs) ([]Difference, error) {
	var stored []RankingRow
	if err := tx.Select(ctx, &stored, sqlNewestRows, id); err != nil {
		return nil, err
	}
	computed, err := Rank(in)
	if err != nil {
		return nil, fmt.Errorf("rank stored inputs: %w", err)
	}
	was, err := json.Marshal(stored)
	if err != nil {
		return nil, fmt.Errorf("encode stored rows: %w", err)
	}
	is, err := json.Marshal(computed)
	if err != nil {
		return nil, fmt.Errorf("encode computed rows: %w", err)
	}
	if string(was) != string(is) {
		return []Difference{{RoundID: id, Field: "rows", Stored: string(was), Computed: string(is)}}, nil
	}
	return nil, nil
}
