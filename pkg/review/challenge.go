package review

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ChallengeID identifies a challenge.
type ChallengeID int64

// Challenge is an applicant's doubt about a reviewer of the published pool (기피 신청).
type Challenge struct {
	ID             ChallengeID     `db:"id" json:"id"`
	ApplicationID  application.ID  `db:"application_id" json:"application_id"`
	CallID         program.CallID  `db:"call_id" json:"call_id"`
	ProgramID      program.ID      `db:"program_id" json:"program_id"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"`
	GovernmentName string          `db:"government_name" json:"government_name"`
	Title          string          `db:"title" json:"title"` // of the application
	ReviewerID     ReviewerID      `db:"reviewer_id" json:"reviewer_id"`
	ReviewerName   string          `db:"reviewer_name" json:"reviewer_name"`
	State          ChallengeState  `db:"state" json:"state"`
	Reason         string          `db:"reason" json:"reason"`
	FiledAt        time.Time       `db:"filed_at" json:"filed_at"`
	Decision       string          `db:"decision" json:"decision"`
	DecidedAt      *time.Time      `db:"decided_at" json:"decided_at"`
	Version        int             `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (c Challenge) Object() authz.Object {
	return authz.Object{Kind: "challenge", ID: int64(c.ID), Government: int64(c.GovernmentID), Program: int64(c.ProgramID)}
}

// Ref names the challenge at its version.
func (c Challenge) Ref() work.Ref {
	return work.Ref{Kind: "challenge", ID: int64(c.ID), Version: c.Version}
}

// Public is a reviewer of a pool as applicants see them: who, and of what organisation.
type Public struct {
	ID       ReviewerID `db:"id" json:"id"`
	Name     string     `db:"name" json:"name"`
	Employer string     `db:"employer" json:"employer"`
}

// PublicPool is the pool of a call for applicants, empty until it is published, with
// the challenges the asking person may see.
type PublicPool struct {
	Call        program.Call              `json:"-"`
	PublishedAt *time.Time                `json:"published_at"`
	Reviewers   []Public                  `json:"reviewers"`
	Challenges  []Challenge               `json:"challenges"`
	Own         []application.Application `json:"-"` // for which the asking person may challenge
	Can         map[string]bool           `json:"can"`
}

const (
	sqlPublished = `select published_at from pool_publications where call_id = $1`
	sqlPublish   = `insert into pool_publications (call_id, published_at) values ($1, $2) on conflict (call_id) do nothing`
	sqlPublic    = `
		select r.id, p.name, r.employer from reviewers r join people p on p.id = r.person_id
		 where r.program_id = $1 and r.active and r.state = 'accepted' order by p.name, r.id`

	sqlChallengeColumns = `
		select c.id, c.application_id, c.call_id, c.program_id, c.government_id, a.government_name, a.title, c.reviewer_id, p.name as reviewer_name,
		       c.state, c.reason, c.filed_at, c.decision, c.decided_at, c.version
		  from challenges c
		  join applications a on a.id = c.application_id
		  join reviewers r on r.id = c.reviewer_id
		  join people p on p.id = r.person_id
		 where `
	sqlChallenge       = sqlChallengeColumns + `c.id = $1`
	sqlLockChallenge   = sqlChallengeColumns + `c.id = $1 for update of c`
	sqlChallengesOf    = sqlChallengeColumns + `c.call_id = $1 and `
	sqlChallengesOrder = ` order by c.id`
	sqlFileChallenge   = `
		insert into challenges (application_id, call_id, program_id, government_id, reviewer_id, state, reason, filed_at)
		select id, call_id, program_id, government_id, $2, 'filed', $3, $4 from applications where id = $1
		returning id`
	sqlDecideChallenge = `
		update challenges set state = $3, decision = $4, decided_by = $5, decided_at = $6 where id = $1 and version = $2`
	sqlChallengeable = `
		select id from applications where call_id = $1 and state in ('received', 'reviewing') and `
	sqlHit = `
		select a.id from assignments a join rounds o on o.id = a.round_id
		  left join conflicts c on c.assignment_id = a.id
		 where a.application_id = $1 and a.reviewer_id = $2 and o.state <> 'locked' and coalesce(c.kind, 'none') = 'none'
		   and not exists (select from exclusions e where e.assignment_id = a.id)
		 order by a.id`
)

func poolObject(c program.Call) authz.Object {
	return authz.Object{Kind: "challenge", ID: int64(c.ID), Program: int64(c.ProgramID)}
}

// PublishPool shows the applicants of a call who is in the pool, so that they can
// challenge somebody; a second time changes nothing. Only before the result.
func (s *Service) PublishPool(ctx context.Context, who authz.Actor, id program.CallID) (program.Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (program.Call, error) {
		call, err := program.LockCall(ctx, tx, id)
		if err != nil {
			return call, err
		}
		if err := tx.Allow("challenge:invite", poolObject(call)); err != nil {
			return call, err
		}
		if call.State == program.StateDraft {
			return call, fault.New(fault.Conflict, "공고한 공모의 심사위원 명단만 공개할 수 있습니다.")
		}
		var pool []Public
		if err := tx.Select(ctx, &pool, sqlPublic, call.ProgramID); err != nil {
			return call, err
		}
		if len(pool) == 0 {
			return call, fault.New(fault.Conflict, "위촉을 수락한 심사위원이 없어 공개할 명단이 없습니다.")
		}
		n, err := tx.ExecAll(ctx, sqlPublish, id, tx.Now)
		if err != nil {
			return call, err
		}
		if n == 0 {
			return call, fault.New(fault.Conflict, "이미 공개한 명단입니다.")
		}
		ref := work.Ref{Kind: "call", ID: int64(id)}
		if err := tx.Record(ctx, "challenge:invite", ref, nil, pool); err != nil {
			return call, err
		}
		return call, tx.Emit(ctx, "pool.published", ref, call)
	})
}

// Pool shows the published pool of a call to its applicants, and to the ministry with
// all challenges. Before the publication applicants see that there is none.
func (s *Service) Pool(ctx context.Context, who authz.Actor, id program.CallID) (PublicPool, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out PublicPool, err error) {
		if out.Call, err = program.CallByID(ctx, tx, id); err != nil {
			return out, err
		}
		scope, err := tx.Scope("challenge:read")
		if err != nil {
			return out, err
		}
		manages := tx.Can("challenge:read", poolObject(out.Call))
		if out.Call.State == program.StateDraft && !manages {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		if _, err := tx.Find(ctx, &out.PublishedAt, sqlPublished, id); err != nil {
			return out, err
		}
		if out.PublishedAt != nil || manages {
			if err := tx.Select(ctx, &out.Reviewers, sqlPublic, out.Call.ProgramID); err != nil {
				return out, err
			}
		}
		cond, args := scope.Where(authz.Columns{Government: "c.government_id", Program: "c.program_id"}, 2)
		if err := tx.Select(ctx, &out.Challenges, sqlChallengesOf+cond+sqlChallengesOrder, append([]any{id}, args...)...); err != nil {
			return out, err
		}
		out.Can = map[string]bool{
			"publish": out.PublishedAt == nil && out.Call.State != program.StateDraft && tx.Can("challenge:invite", poolObject(out.Call)),
			"decide":  tx.Can("challenge:decide", poolObject(out.Call)),
		}
		if out.PublishedAt == nil {
			return out, nil
		}
		return out, challengeable(ctx, tx, &out)
	})
}

// challengeable adds the applications for which the asking person may challenge.
func challengeable(ctx context.Context, tx *work.Tx, out *PublicPool) error {
	scope, err := tx.Scope("challenge:create")
	if err != nil {
		return nil //nolint:nilerr // who may file nothing has none
	}
	var ids []application.ID
	cond, args := scope.Where(authz.Columns{Government: "government_id"}, 2)
	if err := tx.Select(ctx, &ids, sqlChallengeable+cond, append([]any{out.Call.ID}, args...)...); err != nil {
		return err
	}
	out.Own, err = application.ByIDs(ctx, tx, ids)
	return err
}

// ChallengeReviewer files an applicant's challenge of a reviewer of the published pool,
// once per reviewer, until the application is decided.
func (s *Service) ChallengeReviewer(ctx context.Context, who authz.Actor, app application.ID, reviewer ReviewerID, reason string) (Challenge, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Challenge, err error) {
		a, err := application.Hold(ctx, tx, app)
		if err != nil {
			return out, err
		}
		on := authz.Object{Kind: "challenge", ID: int64(a.ID), Government: int64(a.GovernmentID)}
		if err := tx.Allow("challenge:create", on); err != nil {
			return out, err
		}
		if a.State != application.StateReceived && a.State != application.StateReviewing {
			return out, fault.New(fault.Conflict, "접수되었거나 심사 중인 신청만 심사위원의 기피를 신청할 수 있습니다.")
		}
		f := fault.Fields{}
		if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 2000 {
			f.Add("reason", "기피를 신청하는 까닭을 2,000자 안으로 적어 주십시오.")
		}
		known, err := inPublicPool(ctx, tx, a, reviewer)
		if err != nil {
			return out, err
		}
		if !known {
			f.Add("reviewer_id", "공개된 명단의 심사위원을 골라 주십시오.")
		}
		if err := f.Err(); err != nil {
			return out, err
		}
		var id ChallengeID
		if err := tx.Get(ctx, &id, sqlFileChallenge, app, reviewer, reason, tx.Now); err != nil {
			return out, fmt.Errorf("file challenge: %w", err)
		}
		if err := tx.Get(ctx, &out, sqlChallenge, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "challenge:create", out.Ref(), nil, out); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "challenge.create", out.Ref(), out)
	})
}

func inPublicPool(ctx context.Context, tx *work.Tx, a application.Application, reviewer ReviewerID) (bool, error) {
	var at time.Time
	if found, err := tx.Find(ctx, &at, sqlPublished, a.CallID); err != nil || !found {
		return false, err
	}
	var pool []Public
	if err := tx.Select(ctx, &pool, sqlPublic, a.ProgramID); err != nil {
		return false, err
	}
	for _, r := range pool {
		if r.ID == reviewer {
			return true, nil
		}
	}
	return false, nil
}
