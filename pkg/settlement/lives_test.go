package settlement_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/execution"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/settlement"
	"eoul/pkg/work"
)

// life is one award under random commands.
type life struct {
	*rapid.T
	ctx     context.Context
	d       *dbtest.DB
	c       fixture.Company
	officer authz.Actor
	award   award.ID
	line    award.Line
	today   calendar.Date
	live    []execution.ID
	st      settlement.ID
	entries []settlement.EntryID
}

// may passes a refusal by a rule and fails on anything the program did not foresee.
func (l *life) may(err error) bool {
	if err != nil && fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Conflict {
		l.Fatalf("unforeseen: %v", err)
	}
	return err == nil
}

func (l *life) spend(t *rapid.T) {
	in := fixture.Bill(l.line, l.today, rapid.Int64Range(1, 400_000).Draw(t, "supply"), rapid.Int64Range(0, 40_000).Draw(t, "vat"))
	e, err := fixture.Executions(l.d).Record(l.ctx, l.officer, l.award, in, "")
	if l.may(err) {
		l.live = append(l.live, e.ID)
	}
}

func (l *life) review(t *rapid.T) {
	if len(l.live) == 0 {
		return
	}
	id, s := rapid.SampledFrom(l.live).Draw(t, "expenditure"), fixture.Executions(l.d)
	var err error
	switch rapid.IntRange(0, 2).Draw(t, "verdict") {
	case 0:
		_, err = s.Reverse(l.ctx, l.officer, id, "착오")
	case 1:
		_, err = s.Reject(l.ctx, l.c.Manager, id, "목적 외")
	default:
		_, err = s.Accept(l.ctx, l.c.Province, id)
	}
	l.may(err)
}

func (l *life) settle(*rapid.T) {
	if l.st != 0 {
		return
	}
	_, err := fixture.Awards(l.d).End(l.ctx, l.officer, l.award)
	l.may(err)
	st, err := fixture.Settlements(l.d).Create(l.ctx, l.officer, l.award)
	if l.may(err) {
		l.st = st.ID
	}
}

func (l *life) book(t *rapid.T) {
	if l.st == 0 {
		return
	}
	in := settlement.EntryInput{Kind: rapid.SampledFrom([]settlement.EntryKind{settlement.Interest, settlement.Revenue, settlement.Carry}).Draw(t, "kind"),
		AccountTail: "1234", From: l.today, To: l.today, Amount: money.Must(rapid.Int64Range(1, 50_000).Draw(t, "amount")), Note: "승인"}
	in.Amounts = money.BySource{Own: money.Must(rapid.Int64Range(0, 100_000).Draw(t, "carry"))}
	if in.Kind == settlement.Interest {
		in.Excluded, in.Ground = money.Must(rapid.Int64Range(0, 10_000).Draw(t, "excluded")), "month"
	}
	e, err := fixture.Settlements(l.d).AddEntry(l.ctx, l.officer, l.st, in)
	if l.may(err) {
		l.entries = append(l.entries, e.ID)
	}
}

func (l *life) void(t *rapid.T) {
	if len(l.entries) == 0 {
		return
	}
	i := rapid.IntRange(0, len(l.entries)-1).Draw(t, "entry")
	_, err := fixture.Settlements(l.d).VoidEntry(l.ctx, l.officer, l.st, l.entries[i], "착오")
	if l.may(err) {
		l.entries = append(l.entries[:i], l.entries[i+1:]...)
	}
}

func (l *life) step(t *rapid.T) {
	if l.st == 0 {
		return
	}
	s, c := fixture.Settlements(l.d), l.c
	var err error
	switch rapid.IntRange(0, 7).Draw(t, "verb") {
	case 0:
		_, err = s.Submit(l.ctx, l.officer, l.st)
	case 1:
		_, err = s.Check(l.ctx, c.Province, l.st)
	case 2:
		_, err = s.Examine(l.ctx, c.Manager, l.st)
	case 3:
		_, err = s.Correct(l.ctx, c.Manager, l.st, "다시")
	case 4:
		_, err = s.Fix(l.ctx, c.Decider, l.st)
	case 5:
		_, err = s.Notify(l.ctx, c.Finance, l.st)
	case 6:
		err = l.pay(t)
	default:
		_, err = s.Close(l.ctx, c.Finance, l.st)
	}
	l.may(err)
}

func (l *life) pay(t *rapid.T) error {
	v, err := fixture.Settlements(l.d).Show(l.ctx, l.c.Finance, l.st)
	if err != nil || len(v.Repayments) == 0 {
		return err
	}
	r := rapid.SampledFrom(v.Repayments).Draw(t, "repayment")
	part := rapid.Int64Range(1, max(1, r.Left().Int64())).Draw(t, "part")
	_, err = fixture.Settlements(l.d).Pay(l.ctx, l.c.Finance, r.ID, settlement.PayInput{Amount: money.Must(part), On: l.today})
	return err
}

// check holds the identities after every command.
func (l *life) check(*rapid.T) {
	if l.st == 0 {
		return
	}
	type look struct {
		settlement.Settlement
		settlement.Rows
		ledger.Balances
	}
	v := read(l, l.ctx, l.d, l.c, func(ctx context.Context, tx *work.Tx) (v look, err error) {
		if v.Settlement, err = settlement.Get(ctx, tx, l.st); err != nil {
			return v, err
		}
		if v.Rows, err = settlement.RowsOf(ctx, tx, l.st); err != nil {
			return v, err
		}
		balances, err := ledger.BalancesOf(ctx, tx, v.AccountID)
		v.Balances = balances[v.AccountID]
		return v, err
	})
	for _, r := range v.Rows {
		if r.Secured.Add(r.Disbursed) != money.Sum(r.Accepted, r.Disallowed, r.Carried, r.Balance) ||
			r.Due != money.Sum(r.Balance, r.Disallowed, r.Interest, r.Excluded.Neg(), r.Revenue) {
			l.Fatalf("identity broken: %+v", r)
		}
	}
	if v.State.Final() && v.Rows.Of(func(r settlement.Row) money.Amount { return r.Spent }) != v.Spent {
		l.Fatalf("a fixed settlement says %+v, the ledger %+v", v.Rows, v.Balances)
	}
	if v.State == settlement.Closed && v.Repaid != settlement.Notifiable(v.Due()) {
		l.Fatalf("closed with %v of %v repaid", v.Repaid, v.Due())
	}
}

// TestRandomLives: whatever people do in whatever order, the identities hold and
// every counter is the sum of its postings.
func TestRandomLives(t *testing.T) {
	dbtest.Tries(t, 40)
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	ids := fixture.Many(t, d, c, fixture.Call(t, d, c), 100)
	today := calendar.Today(fixture.Now(t, d))
	all := read(t, t.Context(), d, c, func(ctx context.Context, tx *work.Tx) (map[award.ID]award.Award, error) {
		return award.ByIDs(ctx, tx, ids)
	})
	lines := map[award.ID]award.Line{}
	used := 0
	rapid.Check(t, func(rt *rapid.T) {
		id := ids[used%len(ids)]
		used++
		if _, ok := lines[id]; !ok {
			lines[id] = lineOf(t, d, c, id)
		}
		l := &life{T: rt, ctx: t.Context(), d: d, c: c, award: id, line: lines[id], today: today,
			officer: authz.Actor{ID: 777, Name: "군담당", Grants: []authz.Grant{{Role: "officer", Government: int64(all[id].GovernmentID)}}}}
		rt.Repeat(map[string]func(*rapid.T){
			"spend": l.spend, "spend more": l.spend, "review": l.review, "settle": l.settle, "book": l.book, "void": l.void,
			"step": l.step, "step on": l.step, "": l.check,
		})
		if diff := read(rt, t.Context(), d, c, ledger.Recount); len(diff) > 0 {
			rt.Fatalf("counters differ from postings: %v", diff)
		}
	})
	t.Logf("%d lives", used)
}
