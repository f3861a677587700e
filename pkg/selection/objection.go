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
	Upholding ObjectionState = "upholding"
	Upheld    ObjectionState = "upheld"
	Dismissed ObjectionState = "dismissed"
	TakenBack ObjectionState = "withdrawn"
)

// ObjectionFlow moves an objection. The manager answers; that one is upheld takes a
// second person, who may send the answer back.
var ObjectionFlow = workflow.Machine[ObjectionState]{
	Name: "objection", Start: Filed,
	Edges: []workflow.Edge[ObjectionState]{
		{From: Filed, Verb: "withdraw", To: TakenBack},
		{From: Filed, Verb: "dismiss", To: Dismissed},
		{From: Filed, Verb: "uphold", To: Upholding},
		{From: Upholding, Verb: "confirm", To: Upheld},
		{From: Upholding, Verb: "refuse", To: Filed},
	},
	States: map[ObjectionState]string{Filed: "접수", Upholding: "인용 승인 대기", Upheld: "인용", Dismissed: "기각", TakenBack: "취하"},
	Verbs:  map[string]string{"create": "이의신청", "withdraw": "취하", "dismiss": "기각", "uphold": "인용 의견", "confirm": "인용 확정", "refuse": "답변 돌려보내기"},
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
	BonusItemID    *int64            `db:"bonus_item_id" json:"bonus_item_id"` // what upholding gives, nil: the ranking stays
	BonusEvidence  string            `db:"bonus_evidence" json:"bonus_evidence"`
	DecidedBy      *authz.PersonID   `db:"decided_by" json:"decided_by"`
	DecidedAt      *time.Time        `db:"decided_at" json:"decided_at"`
	Refusal        string            `db:"refusal" json:"refusal"`       // why the second person sent the answer back
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

// open hides from the applicant an answer that the second person has not confirmed.
func (o Objection) open(ministry bool) Objection {
	if !ministry && (o.State == Filed || o.State == Upholding) {
		o.State, o.Answer, o.AnsweredBy, o.AnsweredAt, o.BonusItemID, o.BonusEvidence, o.Refusal = Filed, "", nil, nil, nil, "", ""
	}
	return o
}

// objectionOf is the objection that a letter would have, before it is filed.
func objectionOf(l Letter) Objection {
	return Objection{LetterID: l.ID, CallID: l.CallID, ProgramID: l.ProgramID, ApplicationID: l.ApplicationID, GovernmentID: l.GovernmentID, ProvinceID: l.ProvinceID}
}

// ObjectionDetail is an objection for its page.
type ObjectionDetail struct {
	Objection Objection           `json:"objection"`
	Files     []document.Document `json:"files"`
	Bonus     []program.BonusItem `json:"bonus"` // what upholding it could give
	RankingNo int                 `json:"ranking_no"`
	Can       map[string]bool     `json:"can"`
}

const (
	objectionColumns = `
		select o.id, o.letter_id, l.number as letter_number, o.call_id, c.title as call_title, o.program_id, o.application_id, o.government_id,
		       coalesce(o.province_id, 0) as province_id, a.government_name, a.title, l.outcome, o.state, o.reason, o.filed_at, o.answer_due,
		       o.answer, o.answered_by, o.answered_at, o.bonus_item_id, o.bonus_evidence, o.decided_by, o.decided_at, o.refusal, o.ranking_id, o.version`
	objectionFrom = `
		  from objections o join letters l on l.id = o.letter_id join calls c on c.id = o.call_id join applications a on a.id = o.application_id
		 where `
	sqlObjection       = objectionColumns + objectionFrom + `o.id = $1`
	sqlLockObjection   = objectionColumns + objectionFrom + `o.id = $1 for update of o`
	sqlObjectionsWhere = objectionColumns + objectionFrom
	sqlObjectionsCount = `select count(*)` + objectionFrom
	sqlObjectionsOrder = ` order by o.id desc limit `

	sqlInsertObjection = `
		insert into objections (letter_id, call_id, program_id, application_id, government_id, province_id, state, reason, filed_at, answer_due)
		values ($1, $2, $3, $4, $5, nullif($6, 0), 'filed', $7, $8, $9) returning id`
	sqlInsertObjectionFiles = `insert into objection_files (objection_id, document_id) select $1, unnest($2::bigint[])`
	sqlObjectionFiles       = `select document_id from objection_files where objection_id = $1 order by document_id`
	sqlMoveObjection        = `
		update objections set state = $2, answer = $3, answered_by = $4, answered_at = $5, bonus_item_id = $6, bonus_evidence = $7,
		       decided_by = $8, decided_at = $9, refusal = $10, ranking_id = $11
		 where id = $1`
	sqlGiveBonus = `
		insert into bonus_claims (application_id, bonus_item_id, evidence, confirmed_at, objection_id) values ($1, $2, $3, $4, $5)`
	sqlClaimed   = `select bonus_item_id from bonus_claims where application_id = $1`
	sqlRankingNo = `select no from rankings where id = $1`
)
