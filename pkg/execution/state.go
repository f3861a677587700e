package execution

import "eoul/pkg/workflow"

// State is where an expenditure stands.
type State string

// The states of an expenditure: Reversed was taken back by a Correction.
const (
	Unreviewed State = "unreviewed"
	Accepted   State = "accepted"
	Rejected   State = "rejected"
	Reversed   State = "reversed"
	Correction State = "correction"
)

// Flow is the life of an expenditure; a correction begins and ends as such.
var Flow = workflow.Machine[State]{
	Name: "expenditure", Start: Unreviewed,
	Edges: []workflow.Edge[State]{
		{From: "", Verb: "reverse", To: Correction},
		{From: Unreviewed, Verb: "reverse", To: Reversed},
		{From: Unreviewed, Verb: "accept", To: Accepted},
		{From: Unreviewed, Verb: "reject", To: Rejected},
		{From: Accepted, Verb: "reject", To: Rejected},
		{From: Rejected, Verb: "accept", To: Accepted},
	},
	States: map[State]string{
		Unreviewed: "미검토", Accepted: "인정", Rejected: "불인정", Reversed: "정정됨", Correction: "정정(취소)",
	},
	Verbs: map[string]string{
		"create": "집행 등록", "reverse": "정정", "accept": "인정", "reject": "불인정", "attach": "증빙 올리기",
	},
}

// Method is how it was paid; cash is not recognised.
type Method string

// The means of payment (보조금 통합관리지침).
const (
	Transfer Method = "transfer"
	Card     Method = "card"
)

// Methods lists the means of payment in the order of forms.
func Methods() []Method { return []Method{Transfer, Card} }

// Label is the Korean word of the screen.
func (m Method) Label() string {
	switch m {
	case Transfer:
		return "계좌이체"
	case Card:
		return "전용카드"
	}
	return string(m)
}

// EvidenceKind is what proves the expenditure.
type EvidenceKind string

// The kinds of evidence (보조금법 시행령 §10의8).
const (
	TaxInvoice EvidenceKind = "tax_invoice"
	Invoice    EvidenceKind = "invoice"
	CardSlip   EvidenceKind = "card"
	Other      EvidenceKind = "other"
)

// EvidenceKinds lists the kinds of evidence in the order of forms.
func EvidenceKinds() []EvidenceKind {
	return []EvidenceKind{TaxInvoice, Invoice, CardSlip, Other}
}

// Label is the Korean word of the screen.
func (k EvidenceKind) Label() string {
	switch k {
	case TaxInvoice:
		return "전자세금계산서"
	case Invoice:
		return "전자계산서"
	case CardSlip:
		return "카드 승인내역"
	case Other:
		return "기타"
	}
	return string(k)
}
