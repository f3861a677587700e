package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

const postingColumns = `
	p.id, p.fiscal_year, p.account_id, p.kind, p.national, p.sido, p.sigungu, p.own, p.occurred_on, p.reason, p.source_kind, p.source_id,
	p.request_key, coalesce(p.reverses_year, 0) as reverses_year, coalesce(p.reverses, 0) as reverses, p.actor_id, p.actor_name, p.posted_at`

const (
	sqlPost = `
		insert into postings as p (fiscal_year, account_id, kind, national, sido, sigungu, own, occurred_on, reason, source_kind, source_id, request_key, reverses_year, reverses, actor_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::uuid, nullif($13, 0), nullif($14::bigint, 0), $15)
		returning ` + postingColumns + `, 0 as reversed_by`
	sqlPosting = `
		select ` + postingColumns + `, coalesce(r.id, 0) as reversed_by
		  from postings p left join postings r on r.reverses_year = p.fiscal_year and r.reverses = p.id
		 where p.fiscal_year = $1 and p.id = $2`
)

// Post writes a posting and so moves the counters of its account and of those
// above; it is the only writer of postings. A posting that would break a law of
// the ledger is a Conflict naming the source and the amount; a posting without
// money, day, source or key is Invalid. A key that was used is a Conflict.
func Post(ctx context.Context, tx *work.Tx, p Posting) (Posting, error) {
	if err := p.validate(); err != nil {
		return Posting{}, err
	}
	if err := permit(ctx, tx, p); err != nil {
		return Posting{}, err
	}
	var out Posting
	err := tx.Get(ctx, &out, sqlPost, p.FiscalYear, p.Account, p.Kind, p.National, p.Sido, p.Sigungu, p.Own, p.OccurredOn, p.Reason,
		p.SourceKind, p.SourceID, p.RequestKey, p.ReversesYear, p.Reverses, tx.Actor.Name)
	if err != nil {
		return Posting{}, fmt.Errorf("post %s: %w", p.Kind, err)
	}
	return out, nil
}

// Reverse takes a posting back with one of the same amounts. The reason is
// required; a posting is taken back once, and a reversal never (Conflict).
func Reverse(ctx context.Context, tx *work.Tx, ref Ref, reason string, on calendar.Date, key string) (Posting, error) {
	p, err := PostingOf(ctx, tx, ref)
	if err != nil {
		return Posting{}, err
	}
	switch {
	case reason == "":
		return Posting{}, fault.Fields{"reason": "되돌리는 사유를 적어 주세요."}.Err()
	case p.Reverses != 0:
		return Posting{}, fault.New(fault.Conflict, "되돌린 기록은 다시 되돌릴 수 없습니다.")
	case p.ReversedBy != 0:
		return Posting{}, fault.New(fault.Conflict, "이미 되돌린 기록입니다.")
	}
	p.ReversesYear, p.Reverses = p.FiscalYear, p.ID
	p.Reason, p.OccurredOn, p.RequestKey = reason, on, key
	return Post(ctx, tx, p)
}

// PostingOf reads one posting.
func PostingOf(ctx context.Context, tx *work.Tx, ref Ref) (Posting, error) {
	var p Posting
	if err := tx.Get(ctx, &p, sqlPosting, ref.FiscalYear, ref.ID); err != nil {
		return p, fmt.Errorf("read posting: %w", err)
	}
	return p, nil
}

// validate separates what a person typed (Invalid) from what a program forgot.
func (p Posting) validate() error {
	if _, err := uuid.Parse(p.RequestKey); err != nil || p.SourceKind == "" || p.SourceID == 0 || p.FiscalYear == 0 {
		return errors.New("ledger: a posting needs a fiscal year, a source and a request key")
	}
	f := fault.Fields{}
	if p.OccurredOn.IsZero() {
		f.Add("occurred_on", "날짜를 입력해 주세요.")
	}
	switch {
	case p.Kind == Adjust:
	case p.AnyNegative():
		f.Add("amounts", "금액은 0원보다 적을 수 없습니다.")
	case p.IsZero():
		f.Add("amounts", "금액을 1원 이상 입력해 주세요.")
	}
	return f.Err()
}

// permit locks the accounts the posting counts on and asks the laws.
func permit(ctx context.Context, tx *work.Tx, p Posting) error {
	var chain []Balances
	if err := tx.Select(ctx, &chain, sqlLockChain, p.Account, p.Kind == Grant); err != nil {
		return fmt.Errorf("lock accounts: %w", err)
	}
	found := false
	for _, b := range chain {
		if b.Account == p.Account {
			found = true
			if !p.Kind.standsOn(b.Level) {
				return fmt.Errorf("ledger: %s cannot be posted on an account of level %s", p.Kind, b.Level)
			}
		}
		if b.Level == Award && !b.Phase.takes(p.Kind) {
			return fault.New(fault.Conflict, "지금 단계("+b.Phase.Label()+")에서는 ‘"+p.Kind.Label()+"’ 금액을 기록할 수 없습니다.")
		}
		after := b
		c := after.counter(p.Kind)
		*c = c.Add(p.Effect())
		if err := breach(after); err != nil {
			return err
		}
	}
	if !found {
		return fault.New(fault.NotFound, "계정을 찾을 수 없습니다.")
	}
	return nil
}
