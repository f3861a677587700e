package settlement_test

import (
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/page"
	"eoul/pkg/settlement"
)

func TestRepaymentsToTheWon(t *testing.T) {
	w := preparing(t)
	fixture.Notified(t, w.d, w.c, fixture.Examined(t, w.d, w.c, w.c.Officer, w.st))
	v := w.show(t)
	if len(v.Repayments) != 3 {
		t.Fatalf("repayments %+v", v.Repayments)
	}
	for i, r := range v.Repayments {
		payee := []any{w.c.Ministry, w.c.Garam, w.c.Naru}[i]
		if r.PayeeID != payee || r.Amount != v.Rows[i].Due || r.NoticeNo[:2] != "R-" || !r.DueOn.After(w.today) {
			t.Errorf("repayment %+v", r)
		}
	}
	ctx, first := t.Context(), v.Repayments[0]
	pay := settlement.PayInput{Amount: won(1_000), On: w.today, ReceiptNo: "1"}
	_, err := w.s.Pay(ctx, w.c.Officer, first.ID, pay)
	wants(t, "the payer records its payment", err, fault.Forbidden)
	_, err = w.s.Pay(ctx, w.c.Officer2, first.ID, pay)
	wants(t, "a stranger", err, fault.NotFound)
	_, err = w.s.Pay(ctx, w.c.Finance, first.ID, settlement.PayInput{Amount: first.Amount.Add(won(1)), On: w.today.AddDays(1)})
	wants(t, "more than is due, tomorrow", err, fault.Invalid)
	part, err := w.s.Pay(ctx, w.c.Finance, first.ID, pay)
	if err != nil || part.Left() != first.Amount.Sub(won(1_000)) {
		t.Fatalf("part %+v, %v", part, err)
	}
	_, err = w.s.Close(ctx, w.c.Finance, w.st.ID)
	wants(t, "closed while money is owed", err, fault.Conflict)
	for _, r := range w.show(t).Repayments {
		if _, err := w.s.Pay(ctx, w.c.Finance, r.ID, settlement.PayInput{Amount: r.Left(), On: w.today}); err != nil {
			t.Fatal(err)
		}
	}
	v = w.show(t)
	if v.Settlement.State != settlement.Repaid || len(v.Receipts) != 4 || v.Balances.Repaid != settlement.Notifiable(v.Rows.Due()) {
		t.Errorf("%s, receipts %d, repaid %v", v.Settlement.State, len(v.Receipts), v.Balances.Repaid)
	}
	_, err = w.s.Close(ctx, w.c.Manager, w.st.ID)
	wants(t, "a manager closes", err, fault.Forbidden)
	if _, err := w.s.Close(ctx, w.c.Finance, w.st.ID); err != nil {
		t.Fatal(err)
	}
	v = w.show(t)
	if v.Award.State != award.Closed || v.Balances.Phase != ledger.Closed {
		t.Errorf("award %s, account %s", v.Award.State, v.Balances.Phase)
	}
	l, err := w.s.ListRepayments(ctx, w.c.Province, page.Request{Filters: map[string]string{"paid": "yes", "source": "sido"}})
	if err != nil || l.Total != 1 {
		t.Errorf("the 시·도 finds %d repayments (%v)", l.Total, err)
	}
	if one, err := w.s.ShowRepayment(ctx, w.c.Province, l.Items[0].ID); err != nil || len(one.Receipts) != 1 || one.MayPay {
		t.Errorf("repayment %+v, %v", one, err)
	}
}

// TestNothingDueIsRepaidAtOnce: a 시·도's own settlement needs no check above it, and
// one that spent every won has nothing to notify.
func TestNothingDueIsRepaidAtOnce(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	app := fixture.Published(t, d, fixture.Call(t, d, c), c.GaramProject())[0]
	a := fixture.Started(t, d, c, c.Province, fixture.Awarded(t, d, c, c.Province, app))
	today := calendar.Today(fixture.Now(t, d))
	v, err := fixture.Awards(d).Show(t.Context(), c.Province, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range v.Lines {
		if _, err := fixture.Executions(d).Record(t.Context(), c.Province, a.ID, fixture.Bill(l.Line, today, l.Left.Int64(), 0), ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := fixture.Awards(d).End(t.Context(), c.Province, a.ID); err != nil {
		t.Fatal(err)
	}
	s := fixture.Settlements(d)
	st, err := s.Create(t.Context(), c.Province, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	st = fixture.Notified(t, d, c, fixture.Examined(t, d, c, c.Province, st))
	if st.State != settlement.Repaid {
		t.Errorf("state %s", st.State)
	}
	if _, err := s.Close(t.Context(), c.Finance, st.ID); err != nil {
		t.Error(err)
	}
}

func TestListOfSettlements(t *testing.T) {
	w := preparing(t)
	for name, c := range map[string]struct {
		who authz.Actor
		n   int
	}{"officer": {w.c.Officer, 1}, "province": {w.c.Province, 1}, "manager": {w.c.Manager, 1}, "other 시·도": {w.c.ProvinceOther, 0}} {
		l, err := w.s.List(t.Context(), c.who, page.Request{Query: "나루"})
		if err != nil || l.Total != c.n {
			t.Errorf("%s sees %d (%v)", name, l.Total, err)
		}
		if c.n == 1 && (l.Items[0].Due != w.show(t).Rows.Due() || l.Items[0].Funds != w.show(t).Balances.Funds()) {
			t.Errorf("%s sees %+v", name, l.Items[0])
		}
	}
	if l, err := w.s.List(t.Context(), w.c.Manager, page.Request{Filters: map[string]string{"state": "fixed"}}); err != nil || l.Total != 0 {
		t.Errorf("fixed: %d (%v)", l.Total, err)
	}
}

// TestClosedTakesNothing: after the end no act moves money any more.
func TestClosedTakesNothing(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	st := fixture.Settled(t, d, c)
	s, today := fixture.Settlements(d), calendar.Today(fixture.Now(t, d))
	v, err := s.Show(t.Context(), c.Auditor, st.ID)
	if err != nil || v.Settlement.State != settlement.Closed || len(v.May) != 0 {
		t.Fatalf("%s, may %v, %v", v.Settlement.State, v.May, err)
	}
	_, err = s.AddEntry(t.Context(), c.Officer, st.ID, fixture.BankBook(today))
	wants(t, "interest", err, fault.Conflict)
	_, err = s.Pay(t.Context(), c.Finance, v.Repayments[0].ID, settlement.PayInput{Amount: won(1), On: today})
	wants(t, "a payment", err, fault.Conflict)
	_, err = s.Correct(t.Context(), c.Manager, st.ID, "늦은 시정")
	wants(t, "a correction", err, fault.Conflict)
	_, err = fixture.Awards(d).Secure(t.Context(), c.Officer, st.AwardID, award.SecureInput{Amounts: fixture.Sources(0, 0, 1, 0), On: today})
	wants(t, "more own money", err, fault.Conflict)
	l, err := fixture.Executions(d).List(t.Context(), c.Manager, page.Request{Filters: map[string]string{"state": "unreviewed"}})
	if err != nil || len(l.Items) == 0 {
		t.Fatal(err)
	}
	_, err = fixture.Executions(d).Reject(t.Context(), c.Manager, l.Items[0].ID, "늦은 불인정")
	wants(t, "a disallowance", err, fault.Conflict)
}
