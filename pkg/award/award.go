package award

import (
	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ID identifies an award.
type ID int64

// The laws an award may stand under: 보조금법 where national money is in it,
// 지방보조금법 where it is not.
const (
	National = "national"
	Local    = "local"
)

// Award is one grant to one local government for one application.
type Award struct {
	ID             ID               `db:"id" json:"id"`
	Number         string           `db:"number" json:"number"` // G-2022-00001
	ApplicationID  application.ID   `db:"application_id" json:"application_id"`
	CallID         program.CallID   `db:"call_id" json:"call_id"`
	ProgramID      program.ID       `db:"program_id" json:"program_id"`
	GovernmentID   organization.ID  `db:"government_id" json:"government_id"`
	ProvinceID     organization.ID  `db:"province_id" json:"province_id,omitempty"` // 0 for a 시·도's own award
	GovernmentName string           `db:"government_name" json:"government_name"`
	FiscalYear     int              `db:"fiscal_year" json:"fiscal_year"`
	Title          string           `db:"title" json:"title"`
	Regime         string           `db:"regime" json:"regime"`
	State          State            `db:"state" json:"state"`
	AccountID      ledger.AccountID `db:"account_id" json:"account_id"`
	ProjectFrom    calendar.Date    `db:"project_from" json:"project_from"`
	ProjectTo      calendar.Date    `db:"project_to" json:"project_to"`
	Amounts        money.BySource   `db:"amounts" json:"amounts"`
	ExaminedBy     authz.PersonID   `db:"examined_by" json:"examined_by,omitempty"`
	GrantedBy      authz.PersonID   `db:"granted_by" json:"granted_by,omitempty"`
	GrantedOn      calendar.Date    `db:"granted_on" json:"granted_on"`
	EndedOn        calendar.Date    `db:"ended_on" json:"ended_on"`
	Reason         string           `db:"reason" json:"reason,omitempty"` // of the last suspension, resumption or cancellation
	Version        int              `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (a Award) Object() authz.Object {
	return authz.Object{Kind: "award", ID: int64(a.ID), Government: int64(a.GovernmentID), Province: int64(a.ProvinceID), Program: int64(a.ProgramID)}
}

// Ref names the award at its version.
func (a Award) Ref() work.Ref { return work.Ref{Kind: "award", ID: int64(a.ID), Version: a.Version} }

// Event names the award for what happens to it without changing its row.
func (a Award) Event() work.Ref { return work.Ref{Kind: "award", ID: int64(a.ID)} }

// Spending tells whether money may be spent: while the project runs, also while a
// change of its budget is being decided.
func (a Award) Spending() bool { return a.State == Running || a.State == Changing }

// Receiving tells whether money may be sent: from the decision to the end, but not
// while the project is suspended.
func (a Award) Receiving() bool { return a.State == Granted || a.Spending() }

// Sent tells which sources somebody sends by a tranche: 국비 always, 시도비 when the
// recipient is a 시·군·구. The others are secured by their holder (decisions 3).
func (a Award) Sent(s money.Source) bool {
	return s == money.National || s == money.Sido && a.ProvinceID != 0
}

// Held is the part of the amounts that the holder itself must secure.
func (a Award) Held(b money.BySource) money.BySource {
	for _, s := range money.Sources() {
		if a.Sent(s) {
			b = b.With(s, money.Amount{})
		}
	}
	return b
}

// Line is one budget line of an award: an expense code with its four sources.
type Line struct {
	AccountID   ledger.AccountID `db:"account_id" json:"account_id"`
	Position    int              `db:"position" json:"position"`
	CodeSet     string           `db:"code_set" json:"code_set"`
	Code        string           `db:"code" json:"code"`
	Category    string           `db:"category" json:"category"`   // 비목 or 편성목
	CodeName    string           `db:"code_name" json:"code_name"` // 세목 or 통계목
	Description string           `db:"description" json:"description"`
	Basis       string           `db:"basis" json:"basis"` // 산출기초 in words
	Amounts     money.BySource   `db:"amounts" json:"amounts"`
}

// LineTotals adds up lines source by source.
func LineTotals(lines []Line) money.BySource {
	var sum money.BySource
	for _, l := range lines {
		sum = sum.Add(l.Amounts)
	}
	return sum
}

// DefaultConditions are the conditions a grant decision begins with; the examiner
// edits them.
func DefaultConditions() []string {
	return []string{
		"보조금은 교부결정한 사업과 비목에만 사용하여야 합니다. (보조금법 §22)",
		"사업 내용이나 경비의 배분을 바꾸려면 미리 승인을 받아야 합니다. 경미한 변경은 그러하지 않습니다. (보조금법 §23)",
		"보조금은 별도의 계정으로 관리하고, 국비와 지방비의 집행을 구분하여 적어야 합니다. (보조금법 §34)",
		"집행은 계좌이체나 전용카드로만 하고, 증빙서류를 5년 동안 보관하여야 합니다. (보조금법 §25)",
		"사업이 끝나면 정해진 기한 안에 실적과 정산을 보고하여야 합니다. (보조금법 §27)",
		"집행잔액, 이자, 수익금과 불인정액은 재원별로 반납하여야 합니다. (보조금법 §31)",
	}
}
