package settlement

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// RepaymentID identifies a repayment.
type RepaymentID int64

// returnNotice is the period to pay what is notified, 보조금법 시행령 §14.
const returnNotice = "return.notice"

// Repayment is what one source gets back, with its notice (반납고지).
type Repayment struct {
	ID             RepaymentID     `db:"id" json:"id"`
	SettlementID   ID              `db:"settlement_id" json:"settlement_id"`
	AwardNumber    string          `db:"award_number" json:"award_number"`
	Title          string          `db:"title" json:"title"`
	ProgramID      program.ID      `db:"program_id" json:"program_id"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"`
	ProvinceID     organization.ID `db:"province_id" json:"province_id,omitempty"`
	GovernmentName string          `db:"government_name" json:"government_name"`
	Source         string          `db:"source" json:"source"`
	PayeeID        organization.ID `db:"payee_id" json:"payee_id"`
	PayeeName      string          `db:"payee_name" json:"payee_name"`
	Amount         money.Amount    `db:"amount" json:"amount"`
	NoticeNo       string          `db:"notice_no" json:"notice_no"` // R-2023-00001
	NotifiedOn     calendar.Date   `db:"notified_on" json:"notified_on"`
	DueOn          calendar.Date   `db:"due_on" json:"due_on"`
	Paid           money.Amount    `db:"paid" json:"paid"`
	PaidOn         calendar.Date   `db:"paid_on" json:"paid_on"` // of the last receipt
	Version        int             `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (r Repayment) Object() authz.Object {
	return authz.Object{Kind: "repayment", ID: int64(r.ID), Government: int64(r.GovernmentID), Province: int64(r.ProvinceID), Program: int64(r.ProgramID)}
}

// Ref names the repayment at its version.
func (r Repayment) Ref() work.Ref {
	return work.Ref{Kind: "repayment", ID: int64(r.ID), Version: r.Version}
}

// Left is what is still to be paid.
func (r Repayment) Left() money.Amount { return r.Amount.Sub(r.Paid) }

// SourceLabel is the Korean word of the source.
func (r Repayment) SourceLabel() string { return sourceLabel(r.Source) }

// SourceLabel is the Korean word of the source.
func (r Row) SourceLabel() string { return sourceLabel(r.Source) }

func sourceLabel(code string) string {
	if s, err := money.ParseSource(code); err == nil {
		return s.Label()
	}
	return "계"
}

// Receipt is money that came in for a repayment.
type Receipt struct {
	ID          int64         `db:"id" json:"id"`
	RepaymentID RepaymentID   `db:"repayment_id" json:"repayment_id"`
	Amount      money.Amount  `db:"amount" json:"amount"`
	PaidOn      calendar.Date `db:"paid_on" json:"paid_on"`
	ReceiptNo   string        `db:"receipt_no" json:"receipt_no"`
	MadeAt      time.Time     `db:"made_at" json:"made_at"`
}

// Notifiable is what is owed to a public budget: 자부담 stays with its owner.
func Notifiable(due money.BySource) money.BySource { return due.With(money.Own, money.Amount{}) }

const (
	sqlRepayment = `
		select r.id, r.settlement_id, w.number as award_number, w.title, s.program_id, s.government_id, coalesce(s.province_id, 0) as province_id,
		       concat_ws(' ', p.name, g.name) as government_name, r.source, r.payee_id, o.name as payee_name, r.amount, r.notice_no,
		       r.notified_on, r.due_on, r.paid, r.paid_on, r.version
		  from repayments r
		  join settlements s on s.id = r.settlement_id
		  join awards w on w.id = s.award_id
		  join organizations g on g.id = s.government_id
		  join organizations o on o.id = r.payee_id
		  left join organizations p on p.id = s.province_id
		 where `
	sqlRepaymentGet    = sqlRepayment + `r.id = $1`
	sqlRepaymentsOf    = sqlRepayment + `r.settlement_id = $1 order by r.id`
	sqlRepaymentsLock  = sqlRepayment + `r.settlement_id = $1 order by r.id for update of r`
	sqlInsertRepayment = `
		with n as (select nextval(pg_get_serial_sequence('repayments', 'id')) as id, u.source, u.amount, u.payee
		             from unnest($2::text[], $3::bigint[], $4::bigint[]) as u (source, amount, payee))
		insert into repayments (id, settlement_id, source, payee_id, amount, notice_no, notified_on, due_on)
		overriding system value
		select n.id, $1, n.source, n.payee, n.amount, 'R-' || extract(year from $5::date) || '-' || lpad(n.id::text, 5, '0'), $5, $6 from n`
	sqlPay           = `update repayments set paid = $2, paid_on = $3 where id = $1 and version = $4`
	sqlInsertReceipt = `
		insert into receipts (repayment_id, amount, paid_on, receipt_no, posting_year, posting_id, made_at)
		values ($1, $2, $3, $4, $5, $6, $7)`
	sqlReceipts = `
		select c.id, c.repayment_id, c.amount, c.paid_on, c.receipt_no, c.made_at
		  from receipts c join repayments r on r.id = c.repayment_id
		 where r.settlement_id = $1 order by c.id`
)

// Repayments are the repayments of a settlement in the order of the sources.
func Repayments(ctx context.Context, tx *work.Tx, id ID) ([]Repayment, error) {
	return repayments(ctx, tx, sqlRepaymentsOf, id)
}

func repayments(ctx context.Context, tx *work.Tx, q string, id ID) ([]Repayment, error) {
	var rows []Repayment
	if err := tx.Select(ctx, &rows, q, id); err != nil {
		return nil, fmt.Errorf("read repayments: %w", err)
	}
	return rows, nil
}

// Receipts are what came in for a settlement, in its order.
func Receipts(ctx context.Context, tx *work.Tx, id ID) ([]Receipt, error) {
	var rows []Receipt
	if err := tx.Select(ctx, &rows, sqlReceipts, id); err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	return rows, nil
}
