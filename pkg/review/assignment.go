package review

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// AssignmentID identifies that one reviewer was given one application.
type AssignmentID int64

// Assignment gives one application of a round to one reviewer.
type Assignment struct {
	ID            AssignmentID   `db:"id" json:"id"`
	RoundID       RoundID        `db:"round_id" json:"round_id"`
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	ReviewerID    ReviewerID     `db:"reviewer_id" json:"reviewer_id"`
	Version       int            `db:"version" json:"version"`
}

// Ref names the assignment at its version.
func (a Assignment) Ref() work.Ref {
	return work.Ref{Kind: "assignment", ID: int64(a.ID), Version: a.Version}
}

func eventsOf(list []Assignment) []work.Event {
	events := make([]work.Event, len(list))
	for i, a := range list {
		events[i] = work.Event{Ref: a.Ref(), After: a}
	}
	return events
}

const (
	sqlTargets = `
		select p.id, p.government_name as name, p.sido_id, p.sigungu_id,
		       array(select a.reviewer_id from assignments a where a.application_id = p.id and a.round_id = o.id order by 1) as asked,
		       (select count(*) from assignments a left join conflicts c on c.assignment_id = a.id
		         where a.application_id = p.id and a.round_id = o.id and coalesce(c.kind, 'none') = 'none') as counting
		  from rounds o
		  join applications p on p.call_id = o.call_id and p.state = 'reviewing'
		 where o.id = $1
		 order by p.id`
	sqlAssign = `
		insert into assignments (round_id, application_id, reviewer_id, a_sido_id, a_sigungu_id, r_sido_id, r_sigungu_id)
		select $1, p.id, r.id, p.sido_id, p.sigungu_id, r.sido_id, r.sigungu_id
		  from unnest($2::bigint[], $3::bigint[]) with ordinality as n (application_id, reviewer_id, i)
		  join applications p on p.id = n.application_id
		  join reviewers r on r.id = n.reviewer_id
		 order by n.i
		returning id, round_id, application_id, reviewer_id, version`
	sqlAssignment = `
		select id, round_id, application_id, reviewer_id, version from assignments where id = $1`
	sqlDeclared = `select exists (select from conflicts where assignment_id = $1)`
	sqlUnassign = `delete from assignments where id = $1`
)

// target is an application of a round as assigning sees it.
type target struct {
	ID        application.ID `db:"id"`
	Name      string         `db:"name"`
	SidoID    int64          `db:"sido_id"`
	SigunguID int64          `db:"sigungu_id"`
	Asked     pq.Int64Array  `db:"asked"`
	Counting  int            `db:"counting"` // reviewers without a declared conflict
}

func (t target) jurisdiction() Jurisdiction   { return Jurisdiction{t.SidoID, t.SigunguID} }
func (r Reviewer) jurisdiction() Jurisdiction { return Jurisdiction{r.SidoID, r.SigunguID} }

// Assign gives applications to reviewers as chosen by hand, all or none. Somebody's
// own jurisdiction, an assignment that exists and an unknown member are Invalid,
// each named.
func (s *Service) Assign(ctx context.Context, who authz.Actor, id RoundID, pairs []Pair) ([]Assignment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Assignment, error) {
		round, targets, pool, err := assigning(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := checkPairs(pairs, targets, pool); err != nil {
			return nil, err
		}
		return assign(ctx, tx, round, pairs)
	})
}

// AutoAssign gives every application of the round as many reviewers as it lacks to
// have perApplication of them, balanced. Reviewers who declared a conflict do not
// count. When the pool is too small nothing is assigned and the governments are named.
func (s *Service) AutoAssign(ctx context.Context, who authz.Actor, id RoundID, perApplication int) ([]Assignment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Assignment, error) {
		round, targets, pool, err := assigning(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if perApplication < 1 || perApplication > len(pool) {
			return nil, fault.Fields{"per_application": fmt.Sprintf("신청 한 건의 심사위원 수는 1명에서 %d명까지 적을 수 있습니다.", len(pool))}.Err()
		}
		need, capacity := make([]Target, len(targets)), make([]Capacity, len(pool))
		names := map[application.ID]string{}
		for i, t := range targets {
			need[i] = Target{Application: t.ID, Of: t.jurisdiction(), Missing: perApplication - t.Counting}
			for _, r := range t.Asked {
				need[i].Asked = append(need[i].Asked, ReviewerID(r))
			}
			names[t.ID] = t.Name
		}
		for i, r := range pool {
			capacity[i] = Capacity{Reviewer: r.ID, Of: r.jurisdiction(), Load: r.Load}
		}
		pairs, short := Balance(need, capacity)
		if len(short) > 0 {
			list := make([]string, len(short))
			for i, id := range short {
				list[i] = names[id]
			}
			return nil, fault.New(fault.Conflict, "자기 지역을 뺀 심사위원이 모자랍니다: "+strings.Join(list, ", "))
		}
		if len(pairs) == 0 {
			return nil, fault.New(fault.Conflict, "모든 신청에 이미 심사위원이 충분히 배정되어 있습니다.")
		}
		return assign(ctx, tx, round, pairs)
	})
}

// assigning locks the round, asks for permission and reads both sides.
func assigning(ctx context.Context, tx *work.Tx, id RoundID) (round Round, targets []target, pool []Reviewer, err error) {
	if round, err = lockRound(ctx, tx, id); err != nil {
		return round, nil, nil, err
	}
	on := round.Object()
	on.Kind = "assignment"
	if err = tx.Allow("assignment:create", on); err != nil {
		return round, nil, nil, err
	}
	if round.State != Scoring {
		return round, nil, nil, fault.New(fault.Conflict, "채점 중인 심사에만 배정할 수 있습니다.")
	}
	if err = tx.Select(ctx, &targets, sqlTargets, id); err != nil {
		return round, nil, nil, err
	}
	err = tx.Select(ctx, &pool, sqlPool, round.ProgramID)
	return round, targets, pool, err
}

// checkPairs names every pair that cannot be, as pairs.0, pairs.1 …
func checkPairs(pairs []Pair, targets []target, pool []Reviewer) error {
	apps, people := map[application.ID]target{}, map[ReviewerID]Reviewer{}
	taken := map[Pair]bool{}
	for _, t := range targets {
		apps[t.ID] = t
		for _, r := range t.Asked {
			taken[Pair{t.ID, ReviewerID(r)}] = true
		}
	}
	for _, r := range pool {
		people[r.ID] = r
	}
	f := fault.Fields{}
	if len(pairs) == 0 {
		f.Add("pairs", "배정할 신청과 심사위원을 골라 주십시오.")
	}
	for i, p := range pairs {
		at := "pairs." + strconv.Itoa(i)
		app, known := apps[p.Application]
		person, member := people[p.Reviewer]
		switch {
		case !known:
			f.Add(at, "이 심사의 신청이 아닙니다.")
		case !member:
			f.Add(at, "이 사업의 심사위원이 아닙니다.")
		case person.jurisdiction().Overlaps(app.jurisdiction()):
			f.Add(at, fmt.Sprintf("%s 위원은 자기 지역인 %s의 신청을 심사할 수 없습니다.", person.Name, app.Name))
		case taken[p]:
			f.Add(at, fmt.Sprintf("%s 위원에게 %s의 신청을 이미 배정했습니다.", person.Name, app.Name))
		}
		taken[p] = true
	}
	return f.Err()
}

// assign writes all pairs in one statement and records each.
func assign(ctx context.Context, tx *work.Tx, round Round, pairs []Pair) (out []Assignment, err error) {
	apps, people := make([]int64, len(pairs)), make([]int64, len(pairs))
	for i, p := range pairs {
		apps[i], people[i] = int64(p.Application), int64(p.Reviewer)
	}
	if err := tx.Select(ctx, &out, sqlAssign, round.ID, pq.Array(apps), pq.Array(people)); err != nil {
		return nil, err
	}
	if err := tx.RecordAll(ctx, "assignment:create", eventsOf(out)); err != nil {
		return nil, err
	}
	return out, tx.Emit(ctx, "round.assigned", work.Ref{Kind: "assignment", ID: int64(out[0].ID), Version: 1}, round.ID)
}

// Unassign takes an application back from a reviewer who has not declared anything yet.
func (s *Service) Unassign(ctx context.Context, who authz.Actor, id AssignmentID) (Assignment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Assignment, err error) {
		if err := tx.Get(ctx, &out, sqlAssignment, id); err != nil {
			return out, err
		}
		round, err := lockRound(ctx, tx, out.RoundID)
		if err != nil {
			return out, err
		}
		on := round.Object()
		on.Kind = "assignment"
		if err := tx.Allow("assignment:remove", on); err != nil {
			return out, err
		}
		var declared bool
		if err := tx.Get(ctx, &declared, sqlDeclared, id); err != nil {
			return out, err
		}
		if declared || round.State != Scoring {
			return out, fault.New(fault.Conflict, "위원이 이미 이해관계를 밝힌 배정은 거둘 수 없습니다.")
		}
		if err := tx.Exec(ctx, sqlUnassign, id); err != nil {
			return out, err
		}
		gone := out.Ref()
		gone.Version = 0
		return out, tx.Record(ctx, "assignment:remove", gone, out, nil)
	})
}
