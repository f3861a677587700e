package program

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// ID identifies a programme.
type ID int64

// Words is a list of words, text[] in PostgreSQL.
type Words []string

// Scan reads a text[]; NULL is an empty list.
func (w *Words) Scan(src any) error {
	var a pq.StringArray
	if err := a.Scan(src); err != nil {
		return fmt.Errorf("program: scan words: %w", err)
	}
	*w = Words(a)
	return nil
}

// Value gives PostgreSQL a text[], never NULL.
func (w Words) Value() (driver.Value, error) {
	if w == nil {
		w = Words{}
	}
	return pq.StringArray(w).Value()
}

// String joins the words as people list them.
func (w Words) String() string { return strings.Join(w, ", ") }

// Program is a ministry's subsidy programme, over years (glossary: 사업).
type Program struct {
	ID           ID              `db:"id" json:"id"`
	MinistryID   organization.ID `db:"ministry_id" json:"ministry_id"`
	MinistryName string          `db:"ministry_name" json:"ministry_name"`
	Name         string          `db:"name" json:"name"`
	Purpose      string          `db:"purpose" json:"purpose"`
	LegalBasis   string          `db:"legal_basis" json:"legal_basis"`
	Agenda       Words           `db:"agenda" json:"agenda"` // 지역 현안 분야
	Fictitious   bool            `db:"fictitious" json:"fictitious"`
	Version      int             `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (p Program) Object() authz.Object {
	return authz.Object{Kind: "program", ID: int64(p.ID), Program: int64(p.ID)}
}

// Ref names the programme at its version.
func (p Program) Ref() work.Ref {
	return work.Ref{Kind: "program", ID: int64(p.ID), Version: p.Version}
}

// ProgramInput is what a manager writes about a programme.
type ProgramInput struct {
	MinistryID organization.ID `json:"ministry_id"`
	Name       string          `json:"name"`
	Purpose    string          `json:"purpose"`
	LegalBasis string          `json:"legal_basis"`
	Agenda     Words           `json:"agenda"`
	Fictitious bool            `json:"fictitious"`
}

const (
	maxTitle  = 200
	maxText   = 4000
	maxAgenda = 20
)

// check names every mistake at once.
func (in *ProgramInput) check() error {
	f := fault.Fields{}
	words(f, "name", &in.Name, maxTitle, "사업 이름을 적어 주세요.")
	words(f, "purpose", &in.Purpose, maxText, "사업의 목적을 적어 주세요.")
	words(f, "legal_basis", &in.LegalBasis, maxTitle, "")
	if in.MinistryID == 0 {
		f.Add("ministry_id", "소관 부처를 골라 주세요.")
	}
	agenda(f, "agenda", &in.Agenda)
	return f.Err()
}

// words trims a text and bounds it; missing is what to say when it is empty, ""
// where it may be.
func words(f fault.Fields, field string, s *string, limit int, missing string) {
	*s = strings.TrimSpace(*s)
	switch n := utf8.RuneCountInString(*s); {
	case n == 0 && missing != "":
		f.Add(field, missing)
	case n > limit:
		f.Add(field, fmt.Sprintf("%d자까지 적을 수 있습니다. 지금 %d자입니다.", limit, n))
	}
}

// agenda drops empty and doubled words and bounds the list.
func agenda(f fault.Fields, field string, list *Words) {
	out, seen := Words{}, map[string]bool{}
	for _, w := range *list {
		if w = strings.TrimSpace(w); w != "" && !seen[w] {
			out, seen[w] = append(out, w), true
		}
		if utf8.RuneCountInString(w) > maxTitle {
			f.Add(field, "분야 이름은 200자까지 적을 수 있습니다.")
		}
	}
	if len(out) > maxAgenda {
		f.Add(field, fmt.Sprintf("분야는 %d개까지 적을 수 있습니다.", maxAgenda))
	}
	*list = out
}

// Appropriation is what a programme may grant in a fiscal year (예산).
type Appropriation struct {
	ID          int64            `db:"id" json:"id"`
	ProgramID   ID               `db:"program_id" json:"program_id"`
	ProgramName string           `db:"program_name" json:"program_name"`
	FiscalYear  int              `db:"fiscal_year" json:"fiscal_year"`
	AccountID   ledger.AccountID `db:"account_id" json:"account_id"`
	Reason      string           `db:"reason" json:"reason"` // of its present limits
	Limits      ledger.Limits    `db:"-" json:"limits"`
	Granted     money.BySource   `db:"-" json:"granted"` // 교부결정 so far, from the ledger
	Version     int              `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (a Appropriation) Object() authz.Object {
	return authz.Object{Kind: "appropriation", ID: a.ID, Program: int64(a.ProgramID)}
}

// Ref names the appropriation at its version.
func (a Appropriation) Ref() work.Ref {
	return work.Ref{Kind: "appropriation", ID: a.ID, Version: a.Version}
}

// Left is what may still be granted of a source; nil where there is no limit.
func (a Appropriation) Left(s money.Source) *money.Amount {
	limit := a.Limits.At(s)
	if limit == nil {
		return nil
	}
	left := limit.Sub(a.Granted.At(s))
	return &left
}

// AppropriationInput is what a finance officer writes; national is required,
// another source without an amount has no limit (decisions 6).
type AppropriationInput struct {
	FiscalYear int           `json:"fiscal_year"`
	Limits     ledger.Limits `json:"limits"`
	Reason     string        `json:"reason"`
}

func (in *AppropriationInput) check() error {
	f := fault.Fields{}
	if in.FiscalYear < 2000 || in.FiscalYear > 2200 {
		f.Add("fiscal_year", "회계연도를 네 자리 숫자로 적어 주세요.")
	}
	if in.Limits.National == nil {
		f.Add("limits.national", "국비 예산액을 적어 주세요. 다른 재원은 비워 두면 한도가 없습니다.")
	}
	for _, s := range money.Sources() {
		if l := in.Limits.At(s); l != nil && l.Sign() < 0 {
			f.Add("limits."+s.Code(), s.Label()+" 예산액은 0원보다 적을 수 없습니다.")
		}
	}
	words(f, "reason", &in.Reason, maxTitle, "예산을 정하거나 바꾸는 사유를 적어 주세요(예: 본예산, 추가경정예산).")
	return f.Err()
}
