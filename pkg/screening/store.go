package screening

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ID identifies a screening.
type ID int64

// Screening is the check of one application. AnswerUntil is the last instant to answer,
// nil before the notice.
type Screening struct {
	ID             ID              `db:"id" json:"id"` // 0: not begun
	ApplicationID  application.ID  `db:"application_id" json:"application_id"`
	CallID         program.CallID  `db:"call_id" json:"call_id"`
	ProgramID      program.ID      `db:"program_id" json:"program_id"`
	CallTitle      string          `db:"call_title" json:"call_title"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"`
	GovernmentName string          `db:"government_name" json:"government_name"`
	ProvinceID     organization.ID `db:"province_id" json:"province_id"`
	Number         string          `db:"number" json:"number"` // of the application
	Title          string          `db:"title" json:"title"`
	State          State           `db:"state" json:"state"`
	Checks         Checks          `db:"checks" json:"checks"`
	Reason         string          `db:"reason" json:"reason"` // why it is ineligible
	ScreenedBy     *authz.PersonID `db:"screened_by" json:"screened_by"`
	ScreenedAt     *time.Time      `db:"screened_at" json:"screened_at"`
	AnswerUntil    *time.Time      `db:"answer_until" json:"answer_until"`
	Answer         string          `db:"answer" json:"answer"`
	AnsweredAt     *time.Time      `db:"answered_at" json:"answered_at"`
	Decision       string          `db:"decision" json:"decision"` // what was said to the answer
	DecidedBy      *authz.PersonID `db:"decided_by" json:"decided_by"`
	DecidedAt      *time.Time      `db:"decided_at" json:"decided_at"`
	Version        int             `db:"version" json:"version"` // 0: not begun

	ApplicationVersion int               `db:"application_version" json:"application_version"`
	ApplicationState   application.State `db:"application_state" json:"application_state"`
}

// Object is what the rules of permission look at. It is the applicant's from the notice on.
func (s Screening) Object() authz.Object {
	on := authz.Object{Kind: Flow.Name, ID: cmp.Or(int64(s.ID), int64(s.ApplicationID)), Program: int64(s.ProgramID)} // the application is there before it begins
	if s.AnswerUntil != nil {
		on.Government, on.Province = int64(s.GovernmentID), int64(s.ProvinceID)
	}
	return on
}

// Ref names the screening at its version.
func (s Screening) Ref() work.Ref {
	return work.Ref{Kind: Flow.Name, ID: int64(s.ID), Version: s.Version}
}

// StateLabel is the Korean word for its state.
func (s Screening) StateLabel() string { return Flow.Label(s.State) }

// Item is one thing a call has checked by hand.
type Item struct {
	ID       int64  `db:"id" json:"id"`
	Position int    `db:"position" json:"position"`
	Title    string `db:"title" json:"title"`
	Guidance string `db:"guidance" json:"guidance"`
}

// Mark is what was found of an item.
type Mark struct {
	Item   int64  `db:"item_id" json:"item"`
	Passed bool   `db:"passed" json:"passed"`
	Note   string `db:"note" json:"note"`
}

const (
	screeningColumns = `
		select coalesce(s.id, 0) as id, a.id as application_id, a.call_id, a.program_id, c.title as call_title, a.government_id, a.government_name,
		       coalesce(a.province_id, 0) as province_id, a.number, a.title, a.version as application_version, a.state as application_state,
		       coalesce(s.state, 'open') as state, coalesce(s.checks, '[]') as checks, coalesce(s.reason, '') as reason, s.screened_by, s.screened_at,
		       s.answer_until, coalesce(s.answer, '') as answer, s.answered_at, coalesce(s.decision, '') as decision, s.decided_by, s.decided_at,
		       coalesce(s.version, 0) as version
		  from applications a
		  join calls c on c.id = a.call_id
		  left join screenings s on s.application_id = a.id
		 where `
	sqlByApplication = screeningColumns + `a.id = $1`
	sqlByID          = screeningColumns + `s.id = $1`
	sqlOfCall        = screeningColumns + `a.call_id = $1 and (s.id is not null or a.state in ('received', 'reviewing', 'selected', 'reserve', 'declined'))
		order by a.number`
	sqlLock = `select id from screenings where id = $1 for update`

	sqlBegin = `
		insert into screenings (application_id, call_id, program_id, government_id, state)
		select id, call_id, program_id, government_id, 'open' from applications where id = $1
		on conflict (application_id) do nothing`
	sqlPass = `
		update screenings set state = $3, checks = $4, screened_by = $5, screened_at = $6 where id = $1 and version = $2`
	sqlNotify = `
		update screenings set state = $3, checks = $4, screened_by = $5, screened_at = $6, reason = $7, answer_until = $8 where id = $1 and version = $2`
	sqlAnswer = `
		update screenings set state = $3, answer = $4, answered_by = $5, answered_at = $6 where id = $1 and version = $2`
	sqlDecide = `
		update screenings set state = $3, decision = $4, decided_by = $5, decided_at = $6 where id = $1 and version = $2`

	sqlItems     = `select id, position, title, guidance from screening_items where call_id = $1 order by position`
	sqlMarks     = `select m.item_id, m.passed, m.note from screening_marks m where m.screening_id = $1 order by m.item_id`
	sqlDropMarks = `delete from screening_marks where screening_id = $1`
	sqlSaveMarks = `
		insert into screening_marks (screening_id, item_id, passed, note)
		select $1, n.item, n.passed, n.note from unnest($2::bigint[], $3::bool[], $4::text[]) as n (item, passed, note)`
	sqlDropItems = `delete from screening_items where call_id = $1 and not (id = any($2))`
	sqlKeepItems = `
		update screening_items i set position = n.position, title = n.title, guidance = n.guidance
		  from unnest($2::bigint[], $3::int[], $4::text[], $5::text[]) as n (id, position, title, guidance)
		 where i.id = n.id and i.call_id = $1`
	sqlAddItems = `
		insert into screening_items (call_id, position, title, guidance)
		select $1, n.position, n.title, n.guidance from unnest($2::bigint[], $3::int[], $4::text[], $5::text[]) as n (id, position, title, guidance)
		 where n.id = 0 order by n.position`
	sqlBegun = `select exists (select from screenings where call_id = $1 and state <> 'open')`

	sqlFacts = `
		select a.id as application_id, coalesce(a.province_id, 0) as province_id,
		       (select min(x.submitted_at) from submissions x where x.application_id = a.id) as first,
		       (select max(d.at) from deadlines d
		         where d.call_id = a.call_id and d.kind = 'submit' and (d.government_id is null or d.government_id = a.government_id)) as until,
		       s.content, s.national "amounts.national", s.sido "amounts.sido", s.sigungu "amounts.sigungu", s.own "amounts.own"
		  from applications a
		  join lateral (select * from submissions x where x.application_id = a.id order by x.no desc limit 1) s on true
		 where a.id = any($1)
		 order by a.id`
	sqlUnsettled = `select count(*) from screenings where call_id = $1 and state in ('noticed', 'answered')`
)

// computed are the checks of many applications of one call, as the facts are now.
func computed(ctx context.Context, tx *work.Tx, call program.Call, ids []application.ID) (map[application.ID]Checks, error) {
	documents, err := program.DocumentsOf(ctx, tx, call.ID)
	if err != nil {
		return nil, err
	}
	var rows []facts
	if err := tx.Select(ctx, &rows, sqlFacts, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("read what was handed in: %w", err)
	}
	out := make(map[application.ID]Checks, len(rows))
	for _, f := range rows {
		if out[f.ApplicationID], err = compute(call, documents, f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// byHand are the items of a call with what was found of them; what nobody looked at
// is not among them.
func byHand(items []Item, marks []Mark) Checks {
	var out Checks
	for _, i := range items {
		for _, m := range marks {
			if m.Item == i.ID {
				out = append(out, Check{Item: i.ID, Title: i.Title, Passed: m.Passed, Reason: m.Note})
			}
		}
	}
	return out
}

// Settled is a Conflict while an applicant of the call can still answer a notice, or an
// answer is not decided: nothing can be judged before.
func Settled(ctx context.Context, tx *work.Tx, call program.CallID) error {
	var n int
	if err := tx.Get(ctx, &n, sqlUnsettled, call); err != nil {
		return err
	}
	if n > 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("부적격 통지에 대한 소명이 끝나지 않은 신청이 %d건 있습니다. 자격 심사를 먼저 마쳐 주십시오.", n))
	}
	return nil
}
