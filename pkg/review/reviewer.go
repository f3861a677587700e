package review

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ReviewerID identifies a person as a reviewer of one programme.
type ReviewerID int64

// Reviewer is a member of a programme's pool. The government is the one whose
// official they are; its applications, and those of its 시·도 and districts, they
// never see.
type Reviewer struct {
	ID             ReviewerID      `db:"id" json:"id"`
	ProgramID      program.ID      `db:"program_id" json:"program_id"`
	PersonID       authz.PersonID  `db:"person_id" json:"person_id"`
	Name           string          `db:"name" json:"name"`
	Employer       string          `db:"employer" json:"employer"`
	Expertise      pq.StringArray  `db:"expertise" json:"expertise"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"` // 0: of no local government
	GovernmentName string          `db:"government_name" json:"government_name"`
	SidoID         int64           `db:"sido_id" json:"-"`
	SigunguID      int64           `db:"sigungu_id" json:"-"`
	Active         bool            `db:"active" json:"active"`               // false: gets no new assignments
	State          ReviewerState   `db:"state" json:"state"`                 // invited, accepted or refused
	RefuseReason   string          `db:"refuse_reason" json:"refuse_reason"` // what the reviewer said who refused
	Load           int             `db:"load" json:"load"`                   // assignments in rounds that are not locked
	Version        int             `db:"version" json:"version"`
	Posts          []Post          `db:"-" json:"posts"` // where they worked before; only of one reviewer read alone
}

// Object is what the rules of permission look at.
func (r Reviewer) Object() authz.Object {
	return authz.Object{Kind: "reviewer", ID: int64(r.ID), Program: int64(r.ProgramID), Assigned: []authz.PersonID{r.PersonID}}
}

// Ref names the reviewer at its version.
func (r Reviewer) Ref() work.Ref {
	return work.Ref{Kind: "reviewer", ID: int64(r.ID), Version: r.Version}
}

// ReviewerInput is what a manager writes about a reviewer.
type ReviewerInput struct {
	Person     authz.PersonID
	Employer   string
	Expertise  []string
	Government organization.ID
	Active     bool
	Posts      []Post // replaces those that are there
}

// clean trims the input and names every mistake at once.
func (in *ReviewerInput) clean() error {
	f := fault.Fields{}
	in.Employer = strings.TrimSpace(in.Employer)
	if utf8.RuneCountInString(in.Employer) > 100 {
		f.Add("employer", "소속은 100자 안으로 적어 주십시오.")
	}
	var fields []string
	for _, e := range in.Expertise {
		if e = strings.TrimSpace(e); e != "" && !slices.Contains(fields, e) {
			fields = append(fields, e)
		}
	}
	in.Expertise = fields
	if len(fields) > 10 || slices.ContainsFunc(fields, func(e string) bool { return utf8.RuneCountInString(e) > 40 }) {
		f.Add("expertise", "전문 분야는 40자 안으로 10개까지 적어 주십시오.")
	}
	checkPosts(f, in.Posts)
	return f.Err()
}

const (
	sqlReviewerColumns = `
		select r.id, r.program_id, r.person_id, p.name, r.employer, r.expertise, coalesce(r.government_id, 0) as government_id,
		       coalesce(concat_ws(' ', v.name, g.name), '') as government_name, r.sido_id, r.sigungu_id, r.active, r.state, r.refuse_reason, r.version,
		       (select count(*) from assignments a join rounds o on o.id = a.round_id where a.reviewer_id = r.id and o.state <> 'locked') as load
		  from reviewers r
		  join people p on p.id = r.person_id
		  left join organizations g on g.id = r.government_id
		  left join organizations v on v.id = r.province_id
		 where `
	sqlReviewer       = sqlReviewerColumns + `r.id = $1`
	sqlLockReviewer   = sqlReviewerColumns + `r.id = $1 for update of r`
	sqlPool           = sqlReviewerColumns + `r.program_id = $1 and r.active and r.state = 'accepted' order by r.id`
	sqlReviewersWhere = sqlReviewerColumns
	sqlReviewersOrder = ` order by r.active desc, p.name, r.id`

	sqlInsertReviewer = `
		insert into reviewers (program_id, person_id, employer, expertise, state, government_id, government_kind, province_id)
		select $1, $2, $3, $4, 'invited', g.id, g.kind, g.parent_id
		  from (select) one left join organizations g on g.id = $5
		returning id`
	sqlUpdateReviewer = `
		update reviewers r set employer = $3, expertise = $4, active = $5, government_id = g.id, government_kind = g.kind, province_id = g.parent_id
		  from (select) one left join organizations g on g.id = $6
		 where r.id = $1 and r.version = $2`
	sqlHoldsReview = `
		select exists (select from role_grants
		                where person_id = $1 and (program_id = $2 or everything) and role in ('reviewer', 'chair') and state = 'active')`
	sqlReviewsOpenly = `
		select exists (select from assignments a join reviewers r on r.id = a.reviewer_id join rounds o on o.id = a.round_id
		                where r.person_id = $1 and r.program_id = $2 and o.state <> 'locked')`
	sqlReviewedBefore = `
		select exists (select from assignments a join rounds o on o.id = a.round_id where a.reviewer_id = $1 and o.state = 'locked')`
	sqlAssignmentsOf = `
		select a.id, a.round_id, a.application_id, a.reviewer_id, a.version from assignments a where a.reviewer_id = $1 order by a.id`
	sqlCandidates = `
		select distinct p.id, p.name
		  from role_grants g join people p on p.id = g.person_id
		 where (g.program_id = $1 or g.everything) and g.role in ('reviewer', 'chair') and g.state = 'active' and p.disabled_at is null
		   and not exists (select from reviewers r where r.person_id = p.id and r.program_id = $1 and r.active)
		 order by p.name, p.id`
)

// AddReviewer invites a person who holds the role of reviewer or chair into the
// programme's pool. A person already in it is a Conflict. Only who accepts the
// invitation can be assigned.
func (s *Service) AddReviewer(ctx context.Context, who authz.Actor, in program.ID, input ReviewerInput) (Reviewer, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Reviewer, err error) {
		if err := tx.Allow("reviewer:create", authz.Object{Kind: "reviewer", Program: int64(in)}); err != nil {
			return out, err
		}
		if err := input.clean(); err != nil {
			return out, err
		}
		if err := checkGovernment(ctx, tx, input.Government); err != nil {
			return out, err
		}
		var holds, busy bool
		if err := tx.Get(ctx, &holds, sqlHoldsReview, input.Person, in); err != nil {
			return out, err
		}
		if !holds {
			return out, fault.Fields{"person_id": "심사위원 역할을 먼저 받아야 심사위원으로 등록할 수 있습니다."}.Err()
		}
		if err := tx.Get(ctx, &busy, sqlReviewsOpenly, input.Person, in); err != nil {
			return out, err
		}
		if busy {
			return out, fault.New(fault.Conflict, "이 사람이 맡은 심사가 아직 확정되지 않아 새로 등록할 수 없습니다.")
		}
		var id ReviewerID
		if err := tx.Get(ctx, &id, sqlInsertReviewer, in, input.Person, input.Employer, pq.Array(nonNil(input.Expertise)), nullable(input.Government)); err != nil {
			return out, err
		}
		if err := savePosts(ctx, tx, id, input.Posts); err != nil {
			return out, err
		}
		if out, err = readReviewer(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "reviewer:create", out.Ref(), nil, out); err != nil {
			return out, err
		}
		return out, announceReviewer(ctx, tx, "reviewer.invited", out)
	})
}

// UpdateReviewer corrects a reviewer's facts. Moving to a jurisdiction that the
// reviewer has been assigned to is a Conflict, and so is changing it at all after
// a locked round: then the person is released and entered anew.
func (s *Service) UpdateReviewer(ctx context.Context, who authz.Actor, id ReviewerID, version int, input ReviewerInput) (Reviewer, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Reviewer, err error) {
		var before Reviewer
		if err := tx.Get(ctx, &before, sqlLockReviewer, id); err != nil {
			return out, err
		}
		if err := tx.Allow("reviewer:update", before.Object()); err != nil {
			return out, err
		}
		if before.State == ReviewerRefused {
			return out, fault.New(fault.Conflict, "위촉을 거절한 위원입니다. 다시 위촉하려면 새로 등록해 주십시오.")
		}
		if before.Posts, err = postsOf(ctx, tx, id); err != nil {
			return out, err
		}
		if err := input.clean(); err != nil {
			return out, err
		}
		moves := input.Government != before.GovernmentID
		if moves {
			if err := checkMove(ctx, tx, before, input.Government); err != nil {
				return out, err
			}
		}
		err = tx.Exec(ctx, sqlUpdateReviewer, id, version, input.Employer, pq.Array(nonNil(input.Expertise)), input.Active, nullable(input.Government))
		if err != nil {
			return out, err
		}
		if err := savePosts(ctx, tx, id, input.Posts); err != nil {
			return out, err
		}
		if out, err = readReviewer(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "reviewer:update", out.Ref(), before, out); err != nil || !moves {
			return out, err
		}
		// The new jurisdiction went into the assignments too, by their foreign key.
		var touched []Assignment
		if err := tx.Select(ctx, &touched, sqlAssignmentsOf, id); err != nil {
			return out, err
		}
		return out, tx.RecordAll(ctx, "reviewer:update", eventsOf(touched))
	})
}

func checkMove(ctx context.Context, tx *work.Tx, r Reviewer, to organization.ID) error {
	if err := checkGovernment(ctx, tx, to); err != nil {
		return err
	}
	var reviewed bool
	if err := tx.Get(ctx, &reviewed, sqlReviewedBefore, r.ID); err != nil {
		return err
	}
	if reviewed {
		return fault.New(fault.Conflict, "확정된 심사에 참여한 위원의 소속 지자체는 바꿀 수 없습니다. 위원을 해제한 뒤 새로 등록해 주십시오.")
	}
	return nil
}

// Reviewers lists the pool of a programme, released ones last.
func (s *Service) Reviewers(ctx context.Context, who authz.Actor, in program.ID, req page.Request) (page.Slice[Reviewer], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Reviewer], err error) {
		if err := tx.Allow("reviewer:read", authz.Object{Kind: "reviewer", Program: int64(in)}); err != nil {
			return out, err
		}
		return listReviewers(ctx, tx, in, req)
	})
}

// Reviewer reads one member of a pool.
func (s *Service) Reviewer(ctx context.Context, who authz.Actor, id ReviewerID) (Reviewer, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Reviewer, err error) {
		if out, err = readReviewer(ctx, tx, id); err != nil {
			return out, err
		}
		return out, tx.Allow("reviewer:read", out.Object())
	})
}

// Candidate is a person who may be entered into a pool.
type Candidate struct {
	ID   authz.PersonID `db:"id" json:"id"`
	Name string         `db:"name" json:"name"`
}

// Candidates lists who holds the role and is not in the pool yet.
func (s *Service) Candidates(ctx context.Context, who authz.Actor, in program.ID) ([]Candidate, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Candidate, err error) {
		if err := tx.Allow("reviewer:create", authz.Object{Kind: "reviewer", Program: int64(in)}); err != nil {
			return nil, err
		}
		return out, tx.Select(ctx, &out, sqlCandidates, in)
	})
}

// Places lists the local governments of a day, for choosing a reviewer's.
func (s *Service) Places(ctx context.Context, who authz.Actor, on calendar.Date) ([]organization.Organization, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]organization.Organization, error) {
		if _, err := tx.Scope("organization:read"); err != nil {
			return nil, err
		}
		return organization.OfKinds(ctx, tx, on, organization.Sido, organization.Sigungu)
	})
}
