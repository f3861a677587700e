package execution

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// Service holds the use cases of expenditures; each method is one unit of work.
type Service struct{ Work *work.Runner }

// Propose is the split of a bill that the entry form shows (decisions 7).
func (s *Service) Propose(ctx context.Context, who authz.Actor, id award.ID, bill money.Amount) (money.BySource, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (money.BySource, error) {
		a, err := award.Get(ctx, tx, id)
		if err != nil {
			return money.BySource{}, err
		}
		if err := tx.Allow("award:read", a.Object()); err != nil {
			return money.BySource{}, err
		}
		balances, err := ledger.BalancesOf(ctx, tx, a.AccountID)
		if err != nil {
			return money.BySource{}, err
		}
		return Propose(a, balances[a.AccountID].Spent, bill)
	})
}

// Record books an expenditure: it posts Spend on the budget line. All mistakes of
// the input are told at once (Invalid); what a source or a line has left is named.
// An award that is not running is a Conflict. key is the request's: the same key
// spends once, for ever; empty for a job.
func (s *Service) Record(ctx context.Context, who authz.Actor, id award.ID, in Input, key string) (Expenditure, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Expenditure, error) {
		a, err := award.Lock(ctx, tx, id)
		if err != nil {
			return Expenditure{}, err
		}
		if err := allowCreate(tx, a); err != nil {
			return Expenditure{}, err
		}
		if !a.Spending() {
			return Expenditure{}, fault.New(fault.Conflict, fmt.Sprintf("사업이 ‘%s’ 상태이므로 집행을 등록할 수 없습니다.", award.Flow.Label(a.State)))
		}
		b, err := booksOf(ctx, tx, a)
		if err != nil {
			return Expenditure{}, err
		}
		e, err := check(a, b, in, calendar.Today(tx.Now))
		if err != nil {
			return e, err
		}
		if err := checkDocuments(ctx, tx, a, in.Documents); err != nil {
			return e, err
		}
		if e, err = post(ctx, tx, a, e, key); err != nil {
			return e, err
		}
		if err := attach(ctx, tx, e, in.Documents); err != nil {
			return e, err
		}
		return e, tx.Record(ctx, "expenditure:create", e.Ref(), nil, e)
	})
}

func allowCreate(tx *work.Tx, a award.Award) error {
	on := a.Object()
	if err := tx.Allow("award:read", on); err != nil {
		return err
	}
	return tx.Allow("expenditure:create", authz.Object{Kind: "expenditure", Government: on.Government, Province: on.Province, Program: on.Program})
}

// booksOf reads, under lock, what the award and its lines have left.
func booksOf(ctx context.Context, tx *work.Tx, a award.Award) (books, error) {
	if _, err := ledger.Lock(ctx, tx, a.AccountID); err != nil {
		return books{}, err
	}
	lines, balances, err := award.LineBalances(ctx, tx, a)
	return books{award: balances, lines: lines}, err
}

// post gives the expenditure its id and its Spend posting, and writes it.
func post(ctx context.Context, tx *work.Tx, a award.Award, e Expenditure, key string) (Expenditure, error) {
	if err := tx.Get(ctx, &e.ID, sqlNextID); err != nil {
		return e, fmt.Errorf("number expenditure: %w", err)
	}
	request := ledger.NewKey()
	if key != "" {
		request = ledger.KeyFor("spend "+key, int64(a.ID))
	}
	p, err := ledger.Post(ctx, tx, ledger.Posting{
		FiscalYear: a.FiscalYear, Account: e.LineAccount, Kind: ledger.Spend, BySource: e.Amounts, OccurredOn: e.OccurredOn,
		Reason: e.Item, SourceKind: "expenditure", SourceID: int64(e.ID), RequestKey: request,
	})
	if err != nil {
		return e, err
	}
	e.State, e.FiscalYear, e.PostingID = Unreviewed, p.FiscalYear, p.ID
	return insert(ctx, tx, e)
}

// checkDocuments demands that the files exist, are the recipient's own and that no
// scanner found them bad.
func checkDocuments(ctx context.Context, tx *work.Tx, a award.Award, ids []document.ID) error {
	if len(ids) == 0 {
		return nil
	}
	docs, err := document.ByIDs(ctx, tx, ids)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	for _, id := range ids {
		switch d, ok := docs[id]; {
		case !ok || d.Government != a.GovernmentID:
			f.Add("documents", "증빙 파일을 찾을 수 없습니다. 다시 올려 주십시오.")
		case d.ScanState == document.Infected:
			f.Add("documents", "‘"+d.Name+"’ 파일에서 악성코드가 발견되었습니다. 다른 파일을 올려 주십시오.")
		}
	}
	return f.Err()
}

// act is the shape of every verb of an expenditure: lock, allow, do.
func (s *Service) act(ctx context.Context, who authz.Actor, id ID, verb string,
	do func(context.Context, *work.Tx, award.Award, Expenditure) (Expenditure, error)) (Expenditure, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Expenditure, error) {
		e, a, err := lock(ctx, tx, id)
		if err != nil {
			return e, err
		}
		if err := tx.Allow(Flow.Action(verb), e.Object()); err != nil {
			return e, err
		}
		return do(ctx, tx, a, e)
	})
}

// Reverse takes an unreviewed expenditure back by a correction: a row of the same
// amounts that reverses the posting. The reason is required. It returns the correction.
func (s *Service) Reverse(ctx context.Context, who authz.Actor, id ID, reason string) (Expenditure, error) {
	return s.act(ctx, who, id, "reverse", func(ctx context.Context, tx *work.Tx, _ award.Award, e Expenditure) (Expenditure, error) {
		if _, err := Flow.Next(e.State, "reverse"); err != nil {
			return e, err
		}
		reason, err := checkReason(reason)
		if err != nil {
			return e, err
		}
		back := e
		if err := tx.Get(ctx, &back.ID, sqlNextID); err != nil {
			return e, fmt.Errorf("number correction: %w", err)
		}
		p, err := ledger.Reverse(ctx, tx, e.posting(), reason, e.OccurredOn, ledger.KeyFor("unspend", int64(e.ID)))
		if err != nil {
			return e, err
		}
		back.State, back.FiscalYear, back.PostingID, back.ReversalOf, back.Reason = Correction, p.FiscalYear, p.ID, e.ID, reason
		if back, err = insert(ctx, tx, back); err != nil {
			return e, err
		}
		if err := tx.Record(ctx, "expenditure:reverse", back.Ref(), nil, back); err != nil {
			return e, err
		}
		if _, err := move(ctx, tx, e, "reverse", e); err != nil {
			return e, err
		}
		return back, nil
	})
}

// Accept recognises an expenditure; after a rejection it takes the disallowance back.
// Once the settlement is fixed it is a Conflict, and so it is while a file of its
// evidence waits for the scanner or is infected with no sound one after it.
func (s *Service) Accept(ctx context.Context, who authz.Actor, id ID) (Expenditure, error) {
	return s.act(ctx, who, id, "accept", func(ctx context.Context, tx *work.Tx, a award.Award, e Expenditure) (Expenditure, error) {
		if _, err := Flow.Next(e.State, "accept"); err != nil {
			return e, err
		}
		if err := reviewable(ctx, tx, a); err != nil {
			return e, err
		}
		after := e
		if e.State == Rejected {
			_, err := ledger.Reverse(ctx, tx, e.disallowance(), "불인정 취소", calendar.Today(tx.Now), ledger.KeyFor("undisallow", e.DisallowedID))
			if err != nil {
				return e, err
			}
			after.DisallowedReason, after.DisallowedYear, after.DisallowedID = "", 0, 0
		}
		return move(ctx, tx, e, "accept", after)
	})
}

// Reject disallows an expenditure with a reason: the money stays spent and is to be
// given back. Once the settlement is fixed it is a Conflict.
func (s *Service) Reject(ctx context.Context, who authz.Actor, id ID, reason string) (Expenditure, error) {
	return s.act(ctx, who, id, "reject", func(ctx context.Context, tx *work.Tx, a award.Award, e Expenditure) (Expenditure, error) {
		if _, err := Flow.Next(e.State, "reject"); err != nil {
			return e, err
		}
		if err := reviewable(ctx, tx, a); err != nil {
			return e, err
		}
		reason, err := checkReason(reason)
		if err != nil {
			return e, err
		}
		p, err := ledger.Post(ctx, tx, ledger.Posting{
			FiscalYear: a.FiscalYear, Account: e.LineAccount, Kind: ledger.Disallow, BySource: e.Amounts, OccurredOn: calendar.Today(tx.Now),
			Reason: reason, SourceKind: "expenditure", SourceID: int64(e.ID), RequestKey: ledger.KeyFor("disallow", int64(e.ID), int64(e.Version)),
		})
		if err != nil {
			return e, err
		}
		after := e
		after.DisallowedReason, after.DisallowedYear, after.DisallowedID = reason, p.FiscalYear, p.ID
		return move(ctx, tx, e, "reject", after)
	})
}

// reviewable refuses a review once the amounts are fixed.
func reviewable(ctx context.Context, tx *work.Tx, a award.Award) error {
	b, err := ledger.Lock(ctx, tx, a.AccountID)
	if err != nil {
		return err
	}
	if b.Phase != ledger.Open && b.Phase != ledger.Ended {
		return fault.New(fault.Conflict, "정산이 확정되어 집행 검토를 바꿀 수 없습니다.")
	}
	return nil
}

// Attach adds evidence to an expenditure until the settlement is fixed.
func (s *Service) Attach(ctx context.Context, who authz.Actor, id ID, docs []document.ID) (Expenditure, error) {
	return s.act(ctx, who, id, "attach", func(ctx context.Context, tx *work.Tx, a award.Award, e Expenditure) (Expenditure, error) {
		if err := reviewable(ctx, tx, a); err != nil {
			return e, err
		}
		if len(docs) == 0 {
			return e, fault.Fields{"documents": "증빙 파일을 골라 주십시오."}.Err()
		}
		if err := checkDocuments(ctx, tx, a, docs); err != nil {
			return e, err
		}
		if err := attach(ctx, tx, e, docs); err != nil {
			return e, err
		}
		return e, tx.Record(ctx, "expenditure:attach", work.Ref{Kind: "expenditure", ID: int64(e.ID)}, nil, struct {
			Documents []document.ID `json:"documents"`
		}{docs})
	})
}

func checkReason(reason string) (string, error) {
	f := fault.Fields{}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		f.Add("reason", "사유를 적어 주십시오.")
	case utf8.RuneCountInString(reason) > 2000:
		f.Add("reason", "사유는 2,000자 이내로 적어 주십시오.")
	}
	return reason, f.Err()
}
