package settlement

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// EntryID identifies an entry.
type EntryID int64

// EntryKind says what an entry adds to the ledger.
type EntryKind string

// The kinds of entry.
const (
	Interest EntryKind = "interest"
	Revenue  EntryKind = "revenue"
	Carry    EntryKind = "carry"
)

// Label is the Korean word of the screen.
func (k EntryKind) Label() string {
	switch k {
	case Interest:
		return "이자"
	case Revenue:
		return "수익금"
	case Carry:
		return "이월"
	}
	return string(k)
}

// Entry is one line of a bank book, or one carry-over, with its split.
type Entry struct {
	ID           EntryID        `db:"id" json:"id"`
	SettlementID ID             `db:"settlement_id" json:"settlement_id"`
	Kind         EntryKind      `db:"kind" json:"kind"`
	AccountTail  string         `db:"account_tail" json:"account_tail"` // last four digits of the account
	From         calendar.Date  `db:"period_from" json:"from"`
	To           calendar.Date  `db:"period_to" json:"to"`
	Amount       money.Amount   `db:"amount" json:"amount"`   // as the bank book says
	Sources      string         `db:"sources" json:"sources"` // whose money lay in the account, codes joined by spaces
	Unit         int64          `db:"unit" json:"unit"`
	Amounts      money.BySource `db:"amounts" json:"amounts"` // after the cut
	Cut          money.Amount   `db:"cut" json:"cut"`
	Excluded     money.BySource `db:"excluded" json:"excluded"` // interest that may be kept
	Ground       string         `db:"excluded_reason" json:"ground"`
	Note         string         `db:"note" json:"note"`
	PostingYear  int            `db:"posting_year" json:"posting_year,omitempty"`
	PostingID    int64          `db:"posting_id" json:"posting_id,omitempty"` // 0: everything was cut
	MadeAt       time.Time      `db:"made_at" json:"made_at"`
	VoidedAt     *time.Time     `db:"voided_at" json:"voided_at"`
	VoidReason   string         `db:"void_reason" json:"void_reason,omitempty"`
}

// EntryInput is an entry as a person writes it.
type EntryInput struct {
	Kind        EntryKind      `json:"kind"`
	AccountTail string         `json:"account_tail"`
	From        calendar.Date  `json:"from"`
	To          calendar.Date  `json:"to"`
	Amount      money.Amount   `json:"amount"`   // of interest and revenue
	Sources     []string       `json:"sources"`  // empty: the sources that were disbursed
	Unit        int64          `json:"unit"`     // 1 or 10; 0: by the rule for interest, 1 for revenue
	Excluded    money.Amount   `json:"excluded"` // of interest
	Ground      string         `json:"ground"`   // code of Grounds, when something is excluded
	Amounts     money.BySource `json:"amounts"`  // of a carry-over
	Note        string         `json:"note"`     // of a carry-over: its approval
}

const (
	sqlEntries = `
		select id, settlement_id, kind, account_tail, period_from, period_to, amount, sources, unit,
		       national "amounts.national", sido "amounts.sido", sigungu "amounts.sigungu", own "amounts.own", cut,
		       excluded_national "excluded.national", excluded_sido "excluded.sido", excluded_sigungu "excluded.sigungu", excluded_own "excluded.own",
		       excluded_reason, note, coalesce(posting_year, 0) as posting_year, coalesce(posting_id, 0) as posting_id, made_at, voided_at, void_reason
		  from settlement_entries where settlement_id = $1 order by id`
	sqlNextEntry   = `select nextval(pg_get_serial_sequence('settlement_entries', 'id'))`
	sqlInsertEntry = `
		insert into settlement_entries (id, settlement_id, kind, account_tail, period_from, period_to, amount, sources, unit, national, sido, sigungu, own, cut,
		                                excluded_national, excluded_sido, excluded_sigungu, excluded_own, excluded_reason, note, posting_year, posting_id, made_at)
		overriding system value
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, nullif($21::int, 0), nullif($22::bigint, 0), $23)`
	sqlVoidEntry = `update settlement_entries set voided_at = $3, void_reason = $4 where settlement_id = $1 and id = $2 and voided_at is null`
)

// Entries are the entries of a settlement in the order they were made, void ones included.
func Entries(ctx context.Context, tx *work.Tx, id ID) ([]Entry, error) {
	var rows []Entry
	if err := tx.Select(ctx, &rows, sqlEntries, id); err != nil {
		return nil, fmt.Errorf("read settlement entries: %w", err)
	}
	return rows, nil
}

// AddEntry books interest, revenue or a carry-over while the settlement is open: it
// splits, cuts, posts and computes the rows anew. All mistakes are told at once.
func (s *Service) AddEntry(ctx context.Context, who authz.Actor, id ID, in EntryInput) (Entry, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Entry, error) {
		st, _, err := lock(ctx, tx, id)
		if err != nil {
			return Entry{}, err
		}
		if err := tx.Allow("settlement:update", st.Object()); err != nil {
			return Entry{}, err
		}
		if err := stillOpen(st); err != nil {
			return Entry{}, err
		}
		b, err := ledger.Lock(ctx, tx, st.AccountID)
		if err != nil {
			return Entry{}, err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return Entry{}, err
		}
		e, err := entryOf(st, b, in, rules, calendar.Today(tx.Now))
		if err != nil {
			return e, err
		}
		if e, err = insertEntry(ctx, tx, st, e); err != nil {
			return e, err
		}
		if _, err := saveRows(ctx, tx, st); err != nil {
			return e, err
		}
		return e, tx.Record(ctx, "settlement:update", work.Ref{Kind: "settlement", ID: int64(st.ID)}, nil, e)
	})
}

func insertEntry(ctx context.Context, tx *work.Tx, st Settlement, e Entry) (Entry, error) {
	if err := tx.Get(ctx, &e.ID, sqlNextEntry); err != nil {
		return e, fmt.Errorf("number entry: %w", err)
	}
	today := calendar.Today(tx.Now)
	on := e.To
	if on.IsZero() {
		on = today
	}
	if !e.Amounts.IsZero() {
		p, err := ledger.Post(ctx, tx, ledger.Posting{
			FiscalYear: st.FiscalYear, Account: st.AccountID, Kind: ledger.Kind(e.Kind), BySource: e.Amounts, OccurredOn: on,
			Reason: e.reason(), SourceKind: "settlement", SourceID: int64(st.ID), RequestKey: ledger.KeyFor("entry", int64(e.ID)),
		})
		if err != nil {
			return e, err
		}
		e.PostingYear, e.PostingID = p.FiscalYear, p.ID
	}
	e.MadeAt = tx.Now
	err := tx.Exec(ctx, sqlInsertEntry, e.ID, e.SettlementID, e.Kind, e.AccountTail, e.From, e.To, e.Amount, e.Sources, e.Unit,
		e.Amounts.National, e.Amounts.Sido, e.Amounts.Sigungu, e.Amounts.Own, e.Cut,
		e.Excluded.National, e.Excluded.Sido, e.Excluded.Sigungu, e.Excluded.Own, e.Ground, e.Note, e.PostingYear, e.PostingID, e.MadeAt)
	if err != nil {
		return e, fmt.Errorf("insert entry: %w", err)
	}
	return e, nil
}

// reason is the entry in the words of the ledger.
func (e Entry) reason() string {
	if e.Kind == Carry {
		return e.Note
	}
	return fmt.Sprintf("계좌 %s, %s ~ %s, 발생 %s원, 끝수 %s원", e.AccountTail, e.From.Korean(), e.To.Korean(), e.Amount.Comma(), e.Cut.Comma())
}

// VoidEntry takes an entry back with a reason and reverses its posting.
func (s *Service) VoidEntry(ctx context.Context, who authz.Actor, id ID, entry EntryID, reason string) (Settlement, error) {
	return s.act(ctx, who, id, "update", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		if err := stillOpen(st); err != nil {
			return st, err
		}
		if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 2000 {
			return st, fault.Fields{"reason": "지우는 사유를 2,000자 이내로 적어 주십시오."}.Err()
		}
		e, err := liveEntry(ctx, tx, st.ID, entry)
		if err != nil {
			return st, err
		}
		if e.PostingID != 0 {
			ref := ledger.Ref{FiscalYear: e.PostingYear, ID: e.PostingID}
			if _, err := ledger.Reverse(ctx, tx, ref, reason, calendar.Today(tx.Now), ledger.KeyFor("void entry", int64(e.ID))); err != nil {
				return st, err
			}
		}
		if err := tx.Exec(ctx, sqlVoidEntry, st.ID, e.ID, tx.Now, reason); err != nil {
			return st, fmt.Errorf("void entry: %w", err)
		}
		if _, err := saveRows(ctx, tx, st); err != nil {
			return st, err
		}
		after := e
		after.VoidedAt, after.VoidReason = &tx.Now, reason
		return st, tx.Record(ctx, "settlement:update", work.Ref{Kind: "settlement", ID: int64(st.ID)}, e, after)
	})
}

func liveEntry(ctx context.Context, tx *work.Tx, id ID, entry EntryID) (Entry, error) {
	all, err := Entries(ctx, tx, id)
	if err != nil {
		return Entry{}, err
	}
	for _, e := range all {
		if e.ID == entry && e.VoidedAt == nil {
			return e, nil
		}
	}
	return Entry{}, fault.New(fault.NotFound, "찾을 수 없습니다.")
}
