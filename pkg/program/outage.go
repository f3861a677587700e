package program

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Outage is one time the service was down and what was put off for it (F-27):
// everything due from StartsAt until Covers, which is two hours after it was back.
type Outage struct {
	ID         int64     `db:"id" json:"id"`
	StartsAt   time.Time `db:"starts_at" json:"starts_at"`
	EndsAt     time.Time `db:"ends_at" json:"ends_at"`
	Covers     time.Time `db:"covers" json:"covers"`
	PutOff     time.Time `db:"put_off" json:"put_off"`
	Reason     string    `db:"reason" json:"reason"`
	DeclaredAt time.Time `db:"declared_at" json:"declared_at"`
	Moved      int       `db:"moved" json:"moved"` // deadlines put off
}

// OutageInput is an outage as somebody declares it. Seal proves which list of
// deadlines they confirmed.
type OutageInput struct {
	From   time.Time
	Until  time.Time
	PutOff time.Time
	Reason string
	Seal   string
}

// OutagePlan is what an outage would put off. Proposed is the instant that the terms
// suggest, zero when the calendar does not reach that far.
type OutagePlan struct {
	Window   Window
	Moves    []Postponed
	Seal     string
	Proposed time.Time
	Rule     rule.Rule // of the time after the recovery
}

const (
	sqlHeads = `
		select distinct on (c.id, d.kind, d.government_id) c.id as call_id, c.number as call_number, c.title as call_title, c.state, coalesce(d.government_id, 0) as government_id,
		       coalesce(concat_ws(' ', up.name, o.name), '') as government_name, d.kind, d.at as was
		  from calls c
		  join deadlines d on d.call_id = c.id
		  left join organizations o on o.id = d.government_id
		  left join organizations up on up.id = o.parent_id
		 where c.id in (select x.call_id from deadlines x where x.at between $1 and $2) and c.state in ('announced', 'open', 'closed', 'reviewing') and `
	sqlHeadsOrder = ` order by c.id, d.kind, d.government_id, d.at desc`
	sqlLockCalls  = `select ` + callColumns + callTables + ` where c.id = any($1) order by c.id for update of c`
	sqlCallsByID  = `select ` + callColumns + callTables + ` where c.id = any($1) order by c.id`

	sqlInsertOutage = `
		insert into outages (starts_at, ends_at, covers, put_off, reason, declared_at) values ($1, $2, $3, $4, $5, $6) returning id`
	sqlPutOff = `
		insert into deadlines (call_id, government_id, kind, at, reason, outage_id, set_at)
		select call, nullif(government, 0), kind, $4, $5, $6, $7
		  from unnest($1::bigint[], $2::bigint[], $3::text[]) with ordinality as n (call, government, kind, n) order by n
		returning id, call_id`
	sqlReopen = `
		update calls c set state = 'open'
		  from unnest($1::bigint[], $2::int[]) as n (id, version)
		 where c.id = n.id and c.version = n.version and c.state = 'closed'`
	sqlOutages = `
		select distinct o.id, o.starts_at, o.ends_at, o.covers, o.put_off, o.reason, o.declared_at,
		       (select count(*) from deadlines n where n.outage_id = o.id) as moved
		  from outages o join deadlines d on d.outage_id = o.id join calls c on c.id = d.call_id
		 where `
	sqlOutagesOrder = ` order by o.id desc limit 50`
)

// Outages are the latest fifty that put off a deadline of a call the actor may put off.
func (s *Service) Outages(ctx context.Context, who authz.Actor) ([]Outage, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Outage, err error) {
		scope, err := tx.Scope("outage:create")
		if err != nil {
			return nil, err
		}
		cond, args := scope.Where(authz.Columns{Program: "c.program_id"}, 1)
		return out, tx.Select(ctx, &out, sqlOutages+cond+sqlOutagesOrder, args...)
	})
}

// PreviewOutage tells what an outage would put off, before anything is done. Without
// PutOff the proposed instant is taken.
func (s *Service) PreviewOutage(ctx context.Context, who authz.Actor, in OutageInput) (OutagePlan, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (OutagePlan, error) {
		scope, err := tx.Scope("outage:create")
		if err != nil {
			return OutagePlan{}, err
		}
		return in.plan(ctx, tx, scope)
	})
}

// plan checks the instants and finds what they put off.
func (in *OutageInput) plan(ctx context.Context, tx *work.Tx, scope authz.Scope) (p OutagePlan, err error) {
	set, err := rule.Load(ctx, tx)
	if err != nil {
		return p, err
	}
	terms, err := outageRulesOn(set, today(tx))
	if err != nil {
		return p, err
	}
	f := fault.Fields{}
	switch {
	case in.From.IsZero():
		f.Add("from", "장애가 시작된 때를 적어 주세요.")
	case !in.Until.IsZero() && !in.Until.After(in.From):
		f.Add("until", "복구된 때는 장애가 시작된 때보다 뒤여야 합니다.")
	}
	switch {
	case in.Until.IsZero():
		f.Add("until", "복구된 때를 적어 주세요.")
	case in.Until.After(tx.Now):
		f.Add("until", "복구된 뒤에 기한을 미룰 수 있습니다. 지금보다 앞선 때로 적어 주세요.")
	}
	if err := f.Err(); err != nil {
		return p, err
	}
	p.Rule, p.Proposed = terms.source, terms.propose(in.From, in.Until, tx.Now)
	if in.PutOff.IsZero() {
		in.PutOff = p.Proposed
	}
	p.Window = Window{From: in.From, Covers: in.Until.Add(terms.grace), PutOff: in.PutOff}
	switch {
	case in.PutOff.IsZero():
		f.Add("put_off", "미룰 기한을 적어 주세요.")
	case !in.PutOff.After(tx.Now):
		f.Add("put_off", "새 기한은 지금보다 뒤여야 합니다.")
	case !in.PutOff.After(p.Window.Covers):
		f.Add("put_off", "새 기한은 "+calendar.FormatInstant(p.Window.Covers)+"보다 뒤여야 합니다. 그때까지의 기한을 모두 미룹니다.")
	}
	if err := f.Err(); err != nil {
		return p, err
	}
	return p, p.read(ctx, tx, scope)
}

// read finds the deadlines of the calls in scope.
func (p *OutagePlan) read(ctx context.Context, tx *work.Tx, scope authz.Scope) error {
	cond, args := scope.Where(authz.Columns{Program: "c.program_id"}, 3)
	var heads []head
	err := tx.Select(ctx, &heads, sqlHeads+cond+sqlHeadsOrder, append([]any{p.Window.From, p.Window.Covers}, args...)...)
	if err != nil {
		return fmt.Errorf("read deadlines of the outage: %w", err)
	}
	p.Moves = postpone(heads, p.Window)
	p.Seal = seal(p.Moves, p.Window)
	return nil
}

// DeclareOutage puts off, in one act, everything that was due during an outage and
// shortly after: of all calls the actor may put off, or of none. Closed calls whose
// submission is put off take applications again. When the list is not the one that
// was confirmed any more, it is a Conflict; when nothing was due, Invalid.
func (s *Service) DeclareOutage(ctx context.Context, who authz.Actor, in OutageInput) (Outage, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (o Outage, err error) {
		scope, err := tx.Scope("outage:create")
		if err != nil {
			return o, err
		}
		p, err := in.plan(ctx, tx, scope)
		if err != nil {
			return o, err
		}
		f := fault.Fields{}
		words(f, "reason", &in.Reason, maxText, "어떤 장애였는지 적어 주세요. 공고 화면의 기한의 기록에 함께 보입니다.")
		if len(p.Moves) == 0 {
			f.Add("from", "이 시간에 닥친 기한이 없습니다.")
		}
		if err := f.Err(); err != nil {
			return o, err
		}
		var calls []Call
		if err := tx.Select(ctx, &calls, sqlLockCalls, pq.Array(p.calls())); err != nil {
			return o, fmt.Errorf("lock calls of the outage: %w", err)
		}
		if err := p.read(ctx, tx, scope); err != nil { // once more: nothing moves now
			return o, err
		}
		if p.Seal != in.Seal {
			return o, fault.New(fault.Conflict, "그사이 미룰 기한의 목록이 바뀌었습니다. 다시 확인해 주세요.")
		}
		return p.carryOut(ctx, tx, in, calls)
	})
}

// calls are the ids of the calls that the plan touches, each once, in order.
func (p *OutagePlan) calls() []int64 {
	var out []int64
	for _, m := range p.Moves {
		if n := len(out); n == 0 || out[n-1] != int64(m.CallID) {
			out = append(out, int64(m.CallID))
		}
	}
	return out
}

// carryOut writes the outage and its deadlines, opens closed calls again, and leaves
// one row in the trail and one announcement per call.
func (p *OutagePlan) carryOut(ctx context.Context, tx *work.Tx, in OutageInput, before []Call) (Outage, error) {
	o := Outage{StartsAt: in.From, EndsAt: in.Until, Covers: p.Window.Covers, PutOff: in.PutOff, Reason: in.Reason, DeclaredAt: tx.Now, Moved: len(p.Moves)}
	if err := tx.Get(ctx, &o.ID, sqlInsertOutage, o.StartsAt, o.EndsAt, o.Covers, o.PutOff, o.Reason, tx.Now); err != nil {
		return o, fmt.Errorf("insert outage: %w", err)
	}
	var set []struct {
		ID   int64  `db:"id"`
		Call CallID `db:"call_id"`
	}
	err := tx.Select(ctx, &set, sqlPutOff, column(p.Moves, func(m Postponed) int64 { return int64(m.CallID) }),
		column(p.Moves, func(m Postponed) int64 { return int64(m.GovernmentID) }), column(p.Moves, func(m Postponed) string { return m.Kind }),
		o.PutOff, "장애로 미룸: "+o.Reason, o.ID, tx.Now)
	if err != nil {
		return o, fmt.Errorf("put off deadlines: %w", err)
	}
	if err := p.reopen(ctx, tx, before); err != nil {
		return o, err
	}
	var after []Call
	if err := tx.Select(ctx, &after, sqlCallsByID, pq.Array(p.calls())); err != nil {
		return o, fmt.Errorf("read calls of the outage: %w", err)
	}
	first := map[CallID]int64{}
	for _, row := range set {
		if first[row.Call] == 0 {
			first[row.Call] = row.ID
		}
	}
	trail, news := p.events(o, before, after, first)
	if err := tx.RecordAll(ctx, "call:extend", trail); err != nil {
		return o, err
	}
	if err := tx.Record(ctx, "outage:create", work.Ref{Kind: "outage", ID: o.ID}, nil, o); err != nil {
		return o, err
	}
	return o, tx.EmitAll(ctx, "call.put_off", news)
}

// reopen takes the closed calls whose submission is put off back to open.
func (p *OutagePlan) reopen(ctx context.Context, tx *work.Tx, calls []Call) error {
	var closed []Call
	for _, c := range calls {
		if c.State == StateClosed && p.movesSubmit(c.ID) {
			closed = append(closed, c)
		}
	}
	if len(closed) == 0 {
		return nil
	}
	n, err := tx.ExecAll(ctx, sqlReopen, column(closed, func(c Call) int64 { return int64(c.ID) }), column(closed, func(c Call) int64 { return int64(c.Version) }))
	if err == nil && int(n) != len(closed) {
		err = stale()
	}
	return err
}
