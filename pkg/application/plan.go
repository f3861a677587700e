package application

import (
	"fmt"

	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/money"
)

// Plan is the 사업계획서: the draft as it stands, or as it was handed in, with the
// names of codes, sections and files of that day, so that it reads the same for ever.
type Plan struct {
	CallNumber   string        `json:"call_number"`
	CallTitle    string        `json:"call_title"`
	Government   string        `json:"government"`
	Title        string        `json:"title"`
	Sections     []Section     `json:"sections"`
	Lines        []BudgetLine  `json:"lines"`
	Deliberation *Deliberation `json:"deliberation"`
	Partners     []Partner     `json:"partners"`
	Activities   []Activity    `json:"activities"`
	Indicators   []Indicator   `json:"indicators"`
	Attachments  []Attachment  `json:"attachments"`
}

// Section is one text of the plan under a heading of the call.
type Section struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Body  string `json:"body"`
}

// BudgetLine is one line of the budget in won. UnitPrice, Quantity and Times are
// the 산출기초: all three or none, and their product is the line's total.
type BudgetLine struct {
	CodeSet     string         `db:"code_set" json:"code_set"`
	Code        string         `db:"code" json:"code"`
	Category    string         `db:"-" json:"category"`  // 비목 / 편성목
	CodeName    string         `db:"-" json:"code_name"` // 세목 / 통계목
	Description string         `db:"description" json:"description"`
	UnitPrice   *money.Amount  `db:"unit_price" json:"unit_price"`
	Quantity    *int           `db:"quantity" json:"quantity"`
	Times       *int           `db:"times" json:"times"`
	Amounts     money.BySource `db:"amounts" json:"amounts"`
}

// Deliberation is the 사회적경제위원회's discussion that must come first.
type Deliberation struct {
	Committee  string        `db:"committee" json:"committee"`
	HeldOn     calendar.Date `db:"held_on" json:"held_on"`
	Agenda     string        `db:"agenda" json:"agenda"`
	Decision   string        `db:"decision" json:"decision"` // approved, conditional or rejected
	Note       string        `db:"note" json:"note"`
	DocumentID document.ID   `db:"document_id" json:"document_id"` // the minutes, 0 without
}

// DecisionLabel is the Korean word for a committee's decision.
func DecisionLabel(decision string) string {
	switch decision {
	case "approved":
		return "원안 의결"
	case "conditional":
		return "조건부 의결"
	case "rejected":
		return "부결"
	}
	return decision
}

// DecisionLabel is the decision in Korean.
func (d Deliberation) DecisionLabel() string { return DecisionLabel(d.Decision) }

// Partner is a 협업기관 that takes part.
type Partner struct {
	Name       string        `db:"name" json:"name"`
	BusinessNo string        `db:"business_no" json:"business_no"` // 124-81-00998, or empty
	Role       string        `db:"role" json:"role"`
	AgreedOn   calendar.Date `db:"agreed_on" json:"agreed_on"`

	// How long the agreement holds; either day may be open.
	AgreementFrom  calendar.Date `db:"agreement_from" json:"agreement_from"`
	AgreementUntil calendar.Date `db:"agreement_until" json:"agreement_until"`

	DocumentID document.ID `db:"document_id" json:"document_id"` // the agreement, 0 without
}

// Activity is one 세부사업 inside the project period.
type Activity struct {
	Area     string        `db:"area" json:"area"`
	Title    string        `db:"title" json:"title"`
	Content  string        `db:"content" json:"content"`
	StartsOn calendar.Date `db:"starts_on" json:"starts_on"`
	EndsOn   calendar.Date `db:"ends_on" json:"ends_on"`
}

// Indicator is a 성과지표 with its target.
type Indicator struct {
	Name     string `db:"name" json:"name"`
	Formula  string `db:"formula" json:"formula"`
	Unit     string `db:"unit" json:"unit"`
	Baseline string `db:"baseline" json:"baseline"`
	Target   string `db:"target" json:"target"`
	Evidence string `db:"evidence" json:"evidence"`
}

// Attachment is a file of the plan; Code names the call's required document it is.
type Attachment struct {
	DocumentID document.ID `db:"document_id" json:"document_id"`
	Code       string      `db:"code" json:"code"`
	Title      string      `db:"-" json:"title"` // of the required document, empty for another file
	Name       string      `db:"-" json:"name"`
	MediaType  string      `db:"-" json:"media_type"`
	Size       int64       `db:"-" json:"size"`
	SHA256     string      `db:"-" json:"sha256"`     // hexadecimal
	Version    int         `db:"-" json:"version"`    // counts from 1
	ScanState  string      `db:"-" json:"scan_state"` // unscanned, pending, clean or infected
}

// SizeText is the size as people say it.
func (a Attachment) SizeText() string { return sizeText(a.Size) }

func sizeText(size int64) string {
	if size < 1<<20 {
		return fmt.Sprintf("%d KB", (size+1023)/1024)
	}
	tenths := (size*10 + 1<<19) >> 20
	return fmt.Sprintf("%d.%d MB", tenths/10, tenths%10)
}

// Totals adds the lines up per source.
func (p Plan) Totals() money.BySource { return totals(p.Lines) }

func totals(lines []BudgetLine) (sum money.BySource) {
	for _, l := range lines {
		sum = sum.Add(l.Amounts)
	}
	return sum
}

// Section is the text of a kind, empty without one.
func (p Plan) Section(kind string) string {
	for _, s := range p.Sections {
		if s.Kind == kind {
			return s.Body
		}
	}
	return ""
}
