package review

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
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
		select p.id, p.number, p.government_name as name, p.title, p.sido_id, p.sigungu_id,
		       array(select distinct btrim(j ->> 'area')
		               from (select content from submissions s where s.application_id = p.id order by s.no desc limit 1) s
		              cross join lateral elements(s.content -> 'activities') j
		              where btrim(coalesce(j ->> 'area', '')) <> '' order by 1) as areas,
		       array(select a.reviewer_id from assignments a where a.application_id = p.id and a.round_id = o.id order by 1) as asked,
		       (select count(*) from assignments a left join conflicts c on c.assignment_id = a.id
		         where a.application_id = p.id and a.round_id = o.id and coalesce(c.kind, 'none') = 'none'
		           and not exists (select from exclusions e where e.assignment_id = a.id)) as counting
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
)

// target is an application of a round as assigning sees it.
type target struct {
	ID        application.ID `db:"id"`
	Number    string         `db:"number"`
	Name      string         `db:"name"`
	Title     string         `db:"title"`
	Areas     pq.StringArray `db:"areas"` // of its activities
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
		barred, err := barredPairs(ctx, tx, targets, pool)
		if err != nil {
			return nil, err
		}
		if err := checkPairs(pairs, targets, pool, barred); err != nil {
			return nil, err
		}
		return assign(ctx, tx, round, pairs)
	})
}

// AutoAssign gives every application of the round as many reviewers as it lacks to
// have perApplication of them, 0 for what the rubric says, as Proposal would. Reviewers
// who declared a conflict do not count. When the pool is too small nothing is assigned
// and the governments are named.
func (s *Service) AutoAssign(ctx context.Context, who authz.Actor, id RoundID, perApplication int) ([]Assignment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Assignment, error) {
		round, targets, pool, err := assigning(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if perApplication, err = panelSize(ctx, tx, round, perApplication, len(pool)); err != nil {
			return nil, err
		}
		barred, err := barredPairs(ctx, tx, targets, pool)
		if err != nil {
			return nil, err
		}
		picks, gaps := Balance(needs(targets, barred, perApplication), capacities(pool))
		if len(gaps) > 0 {
			list := make([]string, len(gaps))
			for i, g := range gaps {
				at := slices.IndexFunc(targets, func(t target) bool { return t.ID == g.Application })
				list[i] = targets[at].Name
			}
			return nil, fault.New(fault.Conflict, "자기 지역과 이해관계를 뺀 심사위원이 모자랍니다: "+strings.Join(list, ", "))
		}
		if len(picks) == 0 {
			return nil, fault.New(fault.Conflict, "모든 신청에 이미 심사위원이 충분히 배정되어 있습니다.")
		}
		pairs := make([]Pair, len(picks))
		for i, p := range picks {
			pairs[i] = p.Pair
		}
		return assign(ctx, tx, round, pairs)
	})
}

// panelSize is how many reviewers an application gets, within the pool.
func panelSize(ctx context.Context, tx *work.Tx, round Round, asked, pool int) (int, error) {
	if asked == 0 {
		rubric, err := program.RubricOf(ctx, tx, round.CallID, round.Stage)
		if err != nil {
			return 0, err
		}
		asked = rubric.Reviewers
	}
	if pool == 0 {
		return 0, fault.New(fault.Conflict, "위촉을 수락한 심사위원이 없습니다. 심사위원 명단을 확인해 주십시오.")
	}
	if asked < 1 || asked > pool {
		return 0, fault.Fields{"per_application": fmt.Sprintf("신청 한 건의 심사위원 수는 1명에서 %d명까지 적을 수 있습니다.", pool)}.Err()
	}
	return asked, nil
}

// assigning locks the round, asks for permission and reads both sides.
func assigning(ctx context.Context, tx *work.Tx, id RoundID) (round Round, targets []target, pool []Reviewer, err error) {
	if round, err = lockRound(ctx, tx, id); err != nil {
		return round, nil, nil, err
	}
	targets, pool, err = bothSides(ctx, tx, round)
	return round, targets, pool, err
}

// bothSides asks for permission and reads what needs reviewers and who they may be.
func bothSides(ctx context.Context, tx *work.Tx, round Round) (targets []target, pool []Reviewer, err error) {
	on := round.Object()
	on.Kind = "assignment"
	if err = tx.Allow("assignment:create", on); err != nil {
		return nil, nil, err
	}
	if round.State != Scoring {
		return nil, nil, fault.New(fault.Conflict, "채점 중인 심사에만 배정할 수 있습니다.")
	}
	if err = tx.Select(ctx, &targets, sqlTargets, round.ID); err != nil {
		return nil, nil, err
	}
	return targets, pool, tx.Select(ctx, &pool, sqlPool, round.ProgramID)
}

// checkPairs names every pair that cannot be, as pairs.0, pairs.1 …
func checkPairs(pairs []Pair, targets []target, pool []Reviewer, barred map[Pair]string) error {
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
			f.Add(at, "이 사업의 위촉된 심사위원이 아닙니다.")
		case person.jurisdiction().Overlaps(app.jurisdiction()):
			f.Add(at, fmt.Sprintf("%s 위원은 자기 지역인 %s의 신청을 심사할 수 없습니다.", person.Name, app.Name))
		case barred[p] != "":
			f.Add(at, fmt.Sprintf("%s 위원은 %s의 신청을 심사할 수 없습니다(%s).", person.Name, app.Name, barred[p]))
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
