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
		select o.id, o.call_id, o.stage, c.drop_extremes, c.drop_from, c.total_floor,
		       o.stage = (select u.stage from rubrics u where u.call_id = o.call_id order by array_position(array['paper', 'site', 'presentation'], u.stage) desc limit 1) as last
		  from rounds o join calls c on c.id = o.call_id where o.id = $1
	), stage as (
		select u.id, u.stage, array_position(array['paper', 'site', 'presentation'], u.stage) as place,
		       case when round.last then u.weight_bps else 10000 end as weight, u.digits, u.rounding, u.tie_mean, u.tie_bonus
		  from rubrics u join round on round.call_id = u.call_id and (round.last or round.stage = u.stage)
	), stored as (
		select w.* from ranking_rows w
		 where w.ranking_id = (select k.id from rankings k join round on round.id = k.round_id order by k.no desc limit 1)
	), judged as (
		select distinct a.application_id from assignments a join round on round.id = a.round_id
	), point as (
		select a.application_id, t.place, s.id as sheet_id, x.criterion_id, x.points
		  from round
		  join rounds o on o.call_id = round.call_id and (o.id = round.id or o.stage <> round.stage)
		  join stage t on t.stage = o.stage
		  join assignments a on a.round_id = o.id
		  join judged j on j.application_id = a.application_id
		  join conflicts f on f.assignment_id = a.id and f.kind = 'none'
		  left join exclusions e on e.assignment_id = a.id
		  join sheets s on s.assignment_id = a.id
		  join counted_scores x on x.sheet_id = s.id
		 where e.id is null
	), sheet as (
		select p.application_id, p.place, p.sheet_id, sum(p.points * k.weight) as total
		  from point p join criteria k on k.id = p.criterion_id group by p.application_id, p.place, p.sheet_id
	), placed as (
		select *, row_number() over (partition by application_id, place order by total desc, sheet_id) as from_top,
		       row_number() over (partition by application_id, place order by total, sheet_id desc) as from_bottom,
		       count(*) over (partition by application_id, place) as n
		  from sheet
	), stage_mean as (
		select d.application_id, d.place, t.weight, t.digits, t.rounding,
		       case t.rounding when 'down' then trunc(avg(d.total), t.digits) else round(avg(d.total), t.digits) end as mean
		  from placed d join stage t on t.place = d.place cross join round
		 where not (drop_extremes and n >= drop_from and (from_top = 1 or from_bottom = 1))
		 group by d.application_id, d.place, t.weight, t.digits, t.rounding
	), mean as (
		select application_id, jsonb_agg(mean order by place) as stage_means,
		       case min(rounding) when 'down' then trunc(sum(mean * weight) / 10000, min(digits)) else round(sum(mean * weight) / 10000, min(digits)) end as mean
		  from stage_mean group by application_id
	), average as (
		select p.application_id, t.place, t.weight, c.id, c.position, c.tie_order, c.title, c.floor,
		       case t.rounding when 'down' then trunc(avg(p.points), t.digits) else round(avg(p.points), t.digits) end as average
		  from point p join criteria c on c.id = p.criterion_id join stage t on t.id = c.rubric_id
		 group by p.application_id, t.place, t.weight, t.digits, t.rounding, c.id
	), per_application as (
		select application_id, jsonb_agg(average order by place, position, id) as averages,
		       (array_agg(title order by place, position, id) filter (where average < floor))[1] as floor_broken
		  from average group by application_id
	), bonus as (
		select b.application_id, sum(i.points)::numeric as bonus
		  from bonus_claims b join bonus_items i on i.id = b.bonus_item_id join rubrics u on u.id = i.rubric_id
		  join round on round.call_id = u.call_id and round.last
		  left join bonus_lifts l on l.application_id = b.application_id and l.bonus_item_id = b.bonus_item_id
		 where l.objection_id is null
		 group by b.application_id
	), chain as (
		select s.application_id, array_agg(s.value order by s.weight desc, s.place, s.step) as chain
		  from (select application_id, weight, place, tie_order as step, average as value from average
		        union all
		        select m.application_id, t.weight, t.place, t.tie_mean, m.mean from mean m cross join stage t where t.tie_mean > 0
		        union all
		        select m.application_id, t.weight, t.place, t.tie_bonus, coalesce(b.bonus, 0)
		          from mean m cross join stage t left join bonus b using (application_id) where t.tie_bonus > 0) s
		 group by s.application_id
	), result as (
		select m.application_id, m.mean, coalesce(b.bonus, 0) as bonus, m.mean + coalesce(b.bonus, 0) as total, n.chain, p.averages, m.stage_means,
		       coalesce(case when m.mean < r.total_floor then '총점' end, p.floor_broken, '') as floor_broken
		  from mean m join per_application p using (application_id) join chain n using (application_id)
		  left join bonus b using (application_id) cross join round r
	), ranked as (
		select *, case when floor_broken = '' then rank() over (partition by floor_broken = '' order by total desc, chain desc) end as rank,
		       floor_broken = '' and count(*) over (partition by floor_broken = '', total, chain) > 1 as shared
		  from result
	)
	select coalesce(s.application_id, n.application_id) as application_id, f.field, coalesce(f.stored, '') as stored, coalesce(f.computed, '') as computed
	  from stored s full join ranked n on n.application_id = s.application_id
	  cross join lateral (values
		('mean', s.mean::text, n.mean::numeric(9,3)::text), ('bonus', s.bonus::text, n.bonus::numeric(9,3)::text), ('total', s.total::text, n.total::numeric(9,3)::text),
		('rank', coalesce(s.rank::text, case when s.application_id is not null then '-' end), coalesce(n.rank::text, case when n.application_id is not null then '-' end)),
		('shared', s.shared::text, n.shared::text), ('floor_broken', s.floor_broken, n.floor_broken),
		('averages', (select string_agg(trim_scale(v::numeric)::text, ' ' order by i) from jsonb_array_elements_text(s.averages) with ordinality as e (v, i)),
		             (select string_agg(trim_scale(v::numeric)::text, ' ' order by i) from jsonb_array_elements_text(n.averages) with ordinality as e (v, i))),
		('stage_means', (select string_agg(trim_scale(v::numeric)::text, ' ' order by i) from jsonb_array_elements_text(s.stage_means) with ordinality as e (v, i)),
		                (select string_agg(trim_scale(v::numeric)::text, ' ' order by i) from jsonb_array_elements_text(n.stage_means) with ordinality as e (v, i)))
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
	select application_id, mean, bonus, total, rank, shared, below_floor, floor_broken, tie_broken_by, averages, stage_means
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
