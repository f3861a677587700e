package selection

import (
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
	"eoul/pkg/workflow"
)

// ObjectionState is where an objection stands.
type ObjectionState string

// The states of an objection.
const (
	Filed     ObjectionState = "filed"
	Attesting ObjectionState = "attesting"
	Upholding ObjectionState = "upholding"
	Upheld    ObjectionState = "upheld"
	Dismissed ObjectionState = "dismissed"
	TakenBack ObjectionState = "withdrawn"
)

// ObjectionFlow moves an objection. The manager answers; that one is upheld takes a
// second person, who may send the answer back. Where points of a sheet were written
// wrongly the chair says so first, or denies it.
var ObjectionFlow = workflow.Machine[ObjectionState]{
	Name: "objection", Start: Filed,
	Edges: []workflow.Edge[ObjectionState]{
		{From: Filed, Verb: "withdraw", To: TakenBack},
		{From: Filed, Verb: "dismiss", To: Dismissed},
		{From: Filed, Verb: "uphold", To: Upholding},
		{From: Filed, Verb: "refer", To: Attesting},
		{From: Attesting, Verb: "attest", To: Upholding},
		{From: Attesting, Verb: "deny", To: Filed},
		{From: Upholding, Verb: "confirm", To: Upheld},
		{From: Upholding, Verb: "refuse", To: Filed},
	},
	States: map[ObjectionState]string{Filed: "접수", Attesting: "위원장 확인 대기", Upholding: "인용 승인 대기", Upheld: "인용", Dismissed: "기각", TakenBack: "취하"},
	Verbs: map[string]string{"create": "이의신청", "withdraw": "취하", "dismiss": "기각", "uphold": "인용 의견", "refer": "위원장 확인 요청",
		"attest": "점수 오기 확인", "deny": "점수 오기 아님", "confirm": "인용 확정", "refuse": "답변 돌려보내기"},
}

// ObjectionID identifies an objection.
type ObjectionID int64

// Objection (이의신청) is against the result that a letter told its government.
type Objection struct {
	ID             ObjectionID       `db:"id" json:"id"`
	LetterID       LetterID          `db:"letter_id" json:"letter_id"`
	LetterNumber   string            `db:"letter_number" json:"number"`
	CallID         program.CallID    `db:"call_id" json:"call_id"`
	CallTitle      string            `db:"call_title" json:"call_title"`
	ProgramID      program.ID        `db:"program_id" json:"program_id"`
	ApplicationID  application.ID    `db:"application_id" json:"application_id"`
	GovernmentID   int64             `db:"government_id" json:"government_id"`
	ProvinceID     int64             `db:"province_id" json:"province_id"`
	GovernmentName string            `db:"government_name" json:"government_name"`
	Title          string            `db:"title" json:"title"`
	Outcome        Outcome           `db:"outcome" json:"outcome"` // objected to
	State          ObjectionState    `db:"state" json:"state"`
	Reason         string            `db:"reason" json:"reason"`
	FiledAt        time.Time         `db:"filed_at" json:"filed_at"`
	AnswerDue      calendar.Date     `db:"answer_due" json:"answer_due"`
	Answer         string            `db:"answer" json:"answer"`
	AnsweredBy     *authz.PersonID   `db:"answered_by" json:"answered_by"`
	AnsweredAt     *time.Time        `db:"answered_at" json:"answered_at"`
	Correction     review.Correction `db:"correction" json:"correction"`   // what upholding corrects
	AttestedBy     *authz.PersonID   `db:"attested_by" json:"attested_by"` // the chair, of a score that was written wrongly
	AttestedAt     *time.Time        `db:"attested_at" json:"attested_at"`
	DecidedBy      *authz.PersonID   `db:"decided_by" json:"decided_by"`
	DecidedAt      *time.Time        `db:"decided_at" json:"decided_at"`
	Refusal        string            `db:"refusal" json:"refusal"`       // why the second person, or the chair, sent the answer back
	RankingID      *review.RankingID `db:"ranking_id" json:"ranking_id"` // the version it caused
	Version        int               `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (o Objection) Object() authz.Object {
	return authz.Object{Kind: "objection", ID: int64(o.ID), Government: o.GovernmentID, Province: o.ProvinceID, Program: int64(o.ProgramID)}
}

// Ref names the objection at its version.
func (o Objection) Ref() work.Ref {
	return work.Ref{Kind: "objection", ID: int64(o.ID), Version: o.Version}
}

// StateLabel is the Korean word for its state.
func (o Objection) StateLabel() string { return ObjectionFlow.Label(o.State) }

// pending tells whether there is no answer that counts yet.
func (o Objection) pending() bool {
	return o.State == Filed || o.State == Attesting || o.State == Upholding
}

// open hides from the applicant an answer that the second person has not confirmed, and
// of a correction what would tell a reviewer or a single sheet.
func (o Objection) open(ministry bool) Objection {
	if ministry {
		return o
	}
	o.Correction = o.Correction.Told()
	if o.pending() {
		o.State, o.Answer, o.AnsweredBy, o.AnsweredAt, o.Correction, o.AttestedBy, o.AttestedAt, o.Refusal = Filed, "", nil, nil, review.Correction{}, nil, nil, ""
	}
	return o
}

// objectionOf is the objection that a letter would have, before it is filed.
func objectionOf(l Letter) Objection {
	return Objection{LetterID: l.ID, CallID: l.CallID, ProgramID: l.ProgramID, ApplicationID: l.ApplicationID, GovernmentID: l.GovernmentID, ProvinceID: l.ProvinceID}
}

// ObjectionDetail is an objection for its page.
type ObjectionDetail struct {
	Objection   Objection           `json:"objection"`
	Files       []document.Document `json:"files"`
	Correctable *review.Correctable `json:"correctable"` // what upholding it could correct, nil for those who do not answer
	Told        string              `json:"told"`        // the correction in one sentence, empty without one
	Effect      *Effect             `json:"effect"`      // on the applicant's result, nil when there is none
	RankingNo   int                 `json:"ranking_no"`
	Can         map[string]bool     `json:"can"`
}

const (
	objectionColumns = `
		select o.id, o.letter_id, l.number as letter_number, o.call_id, c.title as call_title, o.program_id, o.application_id, o.government_id,
		       coalesce(o.province_id, 0) as province_id, a.government_name, a.title, l.outcome, o.state, o.reason, o.filed_at, o.answer_due,
		       o.answer, o.answered_by, o.answered_at, o.attested_by, o.attested_at, o.decided_by, o.decided_at, o.refusal, o.ranking_id, o.version,
		       o.correction as "correction.kind", o.bonus_item_id as "correction.bonus_item_id", o.reviewer_id as "correction.reviewer_id",
		       o.conflict as "correction.conflict", o.sheet_id as "correction.sheet_id", o.criterion_id as "correction.criterion_id",
		       o.points_before as "correction.points_before", o.points_after as "correction.points_after", o.evidence as "correction.evidence"`
	objectionFrom = `
		  from objections o join letters l on l.id = o.letter_id join calls c on c.id = o.call_id join applications a on a.id = o.application_id
		 where `
	sqlObjection       = objectionColumns + objectionFrom + `o.id = $1`
	sqlLockObjection   = objectionColumns + objectionFrom + `o.id = $1 for update of o`
	sqlObjectionTo     = objectionColumns + objectionFrom + `o.letter_id = $1 and o.state <> 'withdrawn'`
	sqlObjectionsWhere = objectionColumns + objectionFrom
	sqlObjectionsCount = `select count(*)` + objectionFrom
	sqlObjectionsOrder = ` order by o.id desc limit `

	sqlInsertObjection = `
		insert into objections (letter_id, call_id, program_id, application_id, government_id, province_id, state, reason, filed_at, answer_due)
		values ($1, $2, $3, $4, $5, nullif($6, 0), 'filed', $7, $8, $9) returning id`
	sqlInsertObjectionFiles = `insert into objection_files (objection_id, document_id) select $1, unnest($2::bigint[])`
	sqlObjectionFiles       = `select document_id from objection_files where objection_id = $1 order by document_id`
	sqlMoveObjection        = `
		update objections set state = $2, answer = $3, answered_by = $4, answered_at = $5, attested_by = $6, attested_at = $7,
		       decided_by = $8, decided_at = $9, refusal = $10, ranking_id = $11, correction = $12, bonus_item_id = $13, reviewer_id = $14,
		       conflict = $15, sheet_id = $16, criterion_id = $17, points_before = $18, points_after = $19, evidence = $20
		 where id = $1`
)
