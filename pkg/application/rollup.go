package application

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlLockAll            = `select id from applications where call_id = $1 and province_id = any($2) and receipt_no is not null order by id for update`
	sqlInsertEndorsements = `
		insert into endorsements (submission_id, province_id, decision, rank, opinion, decided_at)
		select l.id, a.province_id, 'endorsed', nullif(n.rank, 0), n.opinion, app_now()
		  from unnest($1::bigint[], $2::int[], $3::text[]) with ordinality as n (id, rank, opinion, place)
		  join applications a on a.id = n.id
		  join lateral (select id from submissions s where s.application_id = a.id order by no desc limit 1) l on true
		 order by n.place`
	sqlRanksTaken = `
		select a.province_id, e.rank, a.government_name from applications a
		  join lateral (select id from submissions s where s.application_id = a.id order by no desc limit 1) l on true
		  join endorsements e on e.submission_id = l.id
		 where a.call_id = $1 and a.id <> all($2) and a.state in ('received', 'reviewing') and e.rank is not null`

	// What the districts of a 시·도 handed in and did not take back.
	sqlRollup = `
		select a.id, a.number, a.call_id, a.program_id, a.fiscal_year, a.government_id, a.government_name,
		       coalesce(a.province_id, 0) as province_id, a.title, a.state, coalesce(a.receipt_no, '') as receipt_no,
		       coalesce(a.returned_by, '') as returned_by, a.return_reason, a.end_reason, p.version as draft_version, a.version, a.created_at,
		       l.no as last_no, l.national as "totals.national", l.sido as "totals.sido", l.sigungu as "totals.sigungu", l.own as "totals.own",
		       e.rank as last_rank, coalesce(e.opinion, '') as last_opinion
		  from applications a
		  join plans p on p.application_id = a.id
		  join lateral (select id, no, national, sido, sigungu, own from submissions s where s.application_id = a.id order by no desc limit 1) l on true
		  left join endorsements e on e.submission_id = l.id and e.decision = 'endorsed'
		 where a.province_id = any($1) and a.state <> 'withdrawn' and a.call_id = $2
		 order by e.rank nulls last, a.government_name, a.id`
	sqlRollups = `
		select a.call_id, c.number, c.title, c.state, count(*) as n, count(*) filter (where a.state = 'endorsing') as waiting,
		       sum(l.national)::bigint as "totals.national", sum(l.sido)::bigint as "totals.sido",
		       sum(l.sigungu)::bigint as "totals.sigungu", sum(l.own)::bigint as "totals.own"
		  from applications a
		  join calls c on c.id = a.call_id
		  join lateral (select national, sido, sigungu, own from submissions s where s.application_id = a.id order by no desc limit 1) l on true
		 where a.province_id = any($1) and a.state <> 'withdrawn'
		 group by a.call_id, c.number, c.title, c.state order by a.call_id desc`
)

// Candidate is a district's application as its 시·도 sees it among the others.
type Candidate struct {
	Application
	LastNo  int            `db:"last_no" json:"submission_no"`
	Totals  money.BySource `db:"totals" json:"totals"` // of what was handed in last
	Rank    *int           `db:"last_rank" json:"rank"`
	Opinion string         `db:"last_opinion" json:"opinion"` // of the endorsement, empty before
}

// Rollup is what the districts of a 시·도 handed in to one call. Totals is the sum of
// the rows, source by source.
type Rollup struct {
	Call     program.Call
	Rows     []Candidate // those with a place first
	Totals   money.BySource
	States   []StateCount
	Deadline *time.Time // until when the 시·도 decides
}

// StateCount is how many rows stand in a state.
type StateCount struct {
	State State
	N     int
}

// Waiting counts the rows that wait for the 시·도.
func (r Rollup) Waiting() int { return r.count(StateEndorsing) }

func (r Rollup) count(s State) int {
	for _, c := range r.States {
		if c.State == s {
			return c.N
		}
	}
	return 0
}

// CallRollup is Rollup in one line, summed by the database.
type CallRollup struct {
	CallID  program.CallID `db:"call_id" json:"call_id"`
	Number  string         `db:"number" json:"number"`
	Title   string         `db:"title" json:"title"`
	State   program.State  `db:"state" json:"state"`
	N       int            `db:"n" json:"count"`
	Waiting int            `db:"waiting" json:"waiting"`
	Totals  money.BySource `db:"totals" json:"totals"`
}

// Rollups lists the calls to which districts of the actor's 시·도 handed something in,
// the latest first. Who endorses nothing is Forbidden.
func (s *Service) Rollups(ctx context.Context, who authz.Actor) ([]CallRollup, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []CallRollup, err error) {
		scope, err := tx.Scope("application:endorse")
		if err != nil {
			return nil, err
		}
		if err := tx.Select(ctx, &out, sqlRollups, pq.Array(scope.Under)); err != nil {
			return nil, fmt.Errorf("add up applications by call: %w", err)
		}
		return out, nil
	})
}

// Rollup reads one call's applications of the districts of the actor's 시·도. A call
// to which none of them handed anything in is NotFound while it is not announced.
func (s *Service) Rollup(ctx context.Context, who authz.Actor, call program.CallID) (Rollup, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Rollup, err error) {
		scope, err := tx.Scope("application:endorse")
		if err != nil {
			return out, err
		}
		if out.Call, err = program.CallByID(ctx, tx, call); err != nil {
			return out, err
		}
		if out.Call.State == program.StateDraft {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		if err := tx.Select(ctx, &out.Rows, sqlRollup, pq.Array(scope.Under), call); err != nil {
			return out, fmt.Errorf("read applications of the districts: %w", err)
		}
		out.sum()
		at, ok, err := program.DeadlineOf(ctx, tx, call, 0, "endorse")
		if ok {
			out.Deadline = &at
		}
		return out, err
	})
}

// sum adds the rows up and counts their states in the order of the flow.
func (r *Rollup) sum() {
	n := map[State]int{}
	for _, row := range r.Rows {
		r.Totals = r.Totals.Add(row.Totals)
		n[row.State]++
	}
	for _, s := range []State{StateSigning, StateEndorsing, StateReturned, StateReceived, StateReviewing, StateSelected, StateReserve, StateDeclined, StateIneligible} {
		if n[s] > 0 {
			r.States = append(r.States, StateCount{s, n[s]})
		}
	}
}
