package settlement_test

import (
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/settlement"
)

// wants fails unless err is of the kind; Internal stands for no error.
func wants(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if (err == nil) != (kind == fault.Internal) || err != nil && fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want kind %d", what, err, kind)
	}
}

// world is a settlement being prepared.
type world struct {
	d     *dbtest.DB
	c     fixture.Company
	s     *settlement.Service
	st    settlement.Settlement
	today calendar.Date
}

func preparing(t *testing.T) world {
	t.Helper()
	d := dbtest.New(t)
	w := world{d: d, c: fixture.Cast(t, d), s: fixture.Settlements(d)}
	w.st = fixture.Settling(t, d, w.c)
	w.today = calendar.Today(fixture.Now(t, d))
	return w
}

func (w world) show(t *testing.T) settlement.Detail {
	t.Helper()
	v, err := w.s.Show(t.Context(), w.c.Auditor, w.st.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// holds checks the identities of decisions 9 and that the rows are the ledger's.
func holds(t *testing.T, v settlement.Detail) {
	t.Helper()
	b := v.Balances
	for i, s := range money.Sources() {
		r := v.Rows[i]
		if r.Source != s.Code() || r.Secured.Add(r.Disbursed) != money.Sum(r.Accepted, r.Disallowed, r.Carried, r.Balance) {
			t.Errorf("%s: came in ≠ went out: %+v", s.Label(), r)
		}
		if r.Due != money.Sum(r.Balance, r.Disallowed, r.Interest, r.Excluded.Neg(), r.Revenue) {
			t.Errorf("%s: due %v of %+v", s.Label(), r.Due, r)
		}
		if r.Secured != b.Secured.At(s) || r.Disbursed != b.Disbursed.At(s) || r.Spent != b.Spent.At(s) || r.Disallowed != b.Disallowed.At(s) ||
			r.Carried != b.Carried.At(s) || r.Interest != b.Interest.At(s) || r.Revenue != b.Revenue.At(s) {
			t.Errorf("%s: %+v, the ledger says %+v", s.Label(), r, b)
		}
	}
	for _, c := range v.Checks {
		if !c.Holds {
			t.Errorf("%s: %s and %s", c.Label, c.Left, c.Right)
		}
	}
}

func TestCreateStartsFromTheLedger(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a, spent := fixture.Spent(t, d, c)
	s := fixture.Settlements(d)
	own := fixture.Bill(award.Line{AccountID: spent[0].LineAccount, Description: "국비만"}, calendar.Today(fixture.Now(t, d)), 1_000_000, 0)
	only := fixture.Sources(1_000_000, 0, 0, 0)
	own.Amounts = &only
	if _, err := fixture.Executions(d).Record(t.Context(), c.Officer, a.ID, own, ""); err != nil {
		t.Fatal(err)
	}
	_, err := s.Create(t.Context(), c.Officer, a.ID)
	wants(t, "a running award", err, fault.Conflict)
	if _, err := fixture.Awards(d).End(t.Context(), c.Officer, a.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Create(t.Context(), c.Officer2, a.ID)
	wants(t, "another district", err, fault.NotFound)
	_, err = s.Create(t.Context(), c.Manager, a.ID)
	wants(t, "the ministry", err, fault.Forbidden)
	st, err := s.Create(t.Context(), c.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(st.DueRule, "3개월") || !strings.Contains(st.DueRule, "§27") || !st.DueOn.After(calendar.Today(fixture.Now(t, d))) {
		t.Errorf("due %s: %s", st.DueOn, st.DueRule)
	}
	v, err := s.Show(t.Context(), c.Officer, st.ID)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, v)
	if v.Award.State != award.Settling || v.Total.Disallowed.IsZero() || v.Total.Balance.IsZero() || !v.Can("submit") || !v.Can("update") {
		t.Errorf("award %s, total %+v, may %v", v.Award.State, v.Total, v.May)
	}
	_, err = s.Create(t.Context(), c.Officer, a.ID)
	wants(t, "settled twice", err, fault.Conflict)
	if len(v.Advice) != 2 || !strings.Contains(v.Advice[0], "더 반납") || !strings.Contains(v.Advice[1], "비율") {
		t.Errorf("an own share below plan gets the advice %v", v.Advice)
	}
}

func TestInterestIsSplitAndCut(t *testing.T) {
	w := preparing(t)
	v := w.show(t)
	e := v.Entries[0]
	// 50,000,000 국비 and 25,000,000 시도비 were disbursed: 8,230 and 4,115, cut to tens.
	if e.Amounts != fixture.Sources(8_230, 4_110, 0, 0) || e.Cut != won(5) || e.Sources != "national sido" || e.Unit != 10 {
		t.Errorf("entry %+v", e)
	}
	_, err := w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, settlement.EntryInput{Kind: settlement.Interest, AccountTail: "12", Amount: won(-1), Unit: 7,
		Sources: []string{"gold"}, To: w.today.AddDays(1)})
	wants(t, "nothing is right", err, fault.Invalid)
	for _, name := range []string{"account_tail", "from", "amount", "unit", "sources", "to"} {
		if _, fields := fault.Public(err); fields[name] == "" {
			t.Errorf("%q is not named: %v", name, fields)
		}
	}
	keep := fixture.BankBook(w.today)
	keep.Amount, keep.Excluded = won(3_000), won(1_500)
	_, err = w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, keep)
	wants(t, "excluded without a legal ground", err, fault.Invalid)
	keep.Ground, keep.Excluded = "month", won(3_001)
	_, err = w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, keep)
	wants(t, "more excluded than earned", err, fault.Invalid)
	keep.Excluded = won(1_500)
	kept, err := w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, keep)
	if err != nil || kept.Excluded != fixture.Sources(1_000, 500, 0, 0) || kept.Amounts != fixture.Sources(2_000, 1_000, 0, 0) {
		t.Fatalf("kept %+v, %v", kept, err)
	}
	mixed := fixture.BankBook(w.today)
	mixed.Kind, mixed.Amount, mixed.Sources = settlement.Revenue, won(1_001), []string{"national", "sido", "sigungu", "own"}
	revenue, err := w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, mixed)
	if err != nil || revenue.Amounts != fixture.Sources(501, 250, 200, 50) || !revenue.Cut.IsZero() {
		t.Fatalf("revenue %+v, %v", revenue, err)
	}
	v = w.show(t)
	holds(t, v)
	if v.Total.Interest != won(15_340) || v.Total.Excluded != won(1_500) || v.Total.Revenue != won(1_001) {
		t.Errorf("total %+v", v.Total)
	}
	_, err = w.s.VoidEntry(t.Context(), w.c.Officer, w.st.ID, kept.ID, "")
	wants(t, "void without a reason", err, fault.Invalid)
	if _, err := w.s.VoidEntry(t.Context(), w.c.Officer, w.st.ID, kept.ID, "통장을 잘못 보았습니다."); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.VoidEntry(t.Context(), w.c.Officer, w.st.ID, kept.ID, "다시")
	wants(t, "void twice", err, fault.NotFound)
	v = w.show(t)
	holds(t, v)
	if v.Total.Interest != won(12_340) || !v.Total.Excluded.IsZero() {
		t.Errorf("after the void: %+v", v.Total)
	}
	crumbs := fixture.BankBook(w.today)
	crumbs.Amount = won(7)
	if e, err := w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, crumbs); err != nil || e.PostingID != 0 || e.Cut != won(7) {
		t.Errorf("interest below the unit: %+v, %v", e, err)
	}
}

func TestCarryOverStaysWithinTheBalance(t *testing.T) {
	w := preparing(t)
	left := w.show(t).Balances.Available()
	in := settlement.EntryInput{Kind: settlement.Carry, Amounts: left.Add(fixture.Sources(1, 0, 0, 0))}
	_, err := w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, in)
	wants(t, "more than is left, without an approval", err, fault.Invalid)
	for _, name := range []string{"amounts.national", "note"} {
		if _, fields := fault.Public(err); fields[name] == "" {
			t.Errorf("%q is not named: %v", name, fields)
		}
	}
	in.Amounts, in.Note = fixture.Sources(1_000_000, 500_000, 0, 0), "의회 명시이월 승인"
	if _, err := w.s.AddEntry(t.Context(), w.c.Officer, w.st.ID, in); err != nil {
		t.Fatal(err)
	}
	v := w.show(t)
	holds(t, v)
	if v.Total.Carried != won(1_500_000) || v.Total.Balance != left.Total().Sub(won(1_500_000)) {
		t.Errorf("total %+v", v.Total)
	}
}

func TestStagesAndTheirPeople(t *testing.T) {
	w := preparing(t)
	ctx, id := t.Context(), w.st.ID
	written, err := w.s.Write(ctx, w.c.Officer, id, w.st.Version, "장터를 열두 번 열었습니다.")
	if err != nil || written.Report == "" {
		t.Fatal(err)
	}
	_, err = w.s.Write(ctx, w.c.Officer, id, w.st.Version, "늦은 글")
	wants(t, "a stale version", err, fault.Conflict)
	_, err = w.s.Submit(ctx, w.c.Province, id)
	wants(t, "the 시·도 hands in for its district", err, fault.Forbidden)
	_, err = w.s.Submit(ctx, w.c.OfficerOther, id)
	wants(t, "a stranger hands in", err, fault.NotFound)
	if _, err = w.s.Submit(ctx, w.c.Officer, id); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.AddEntry(ctx, w.c.Officer, id, fixture.BankBook(w.today))
	wants(t, "interest after it was handed in", err, fault.Conflict)
	_, err = w.s.Examine(ctx, w.c.Manager, id)
	wants(t, "examined before the 시·도 checked", err, fault.Conflict)
	_, err = w.s.Check(ctx, w.c.Officer, id)
	wants(t, "the writer checks", err, fault.Forbidden)
	_, err = w.s.Correct(ctx, w.c.Province, id, "")
	wants(t, "sent back without a reason", err, fault.Invalid)
	if back, err := w.s.Correct(ctx, w.c.Province, id, "이자를 다시 확인하십시오."); err != nil || back.Correction == "" {
		t.Fatal(err)
	}
	if _, err = w.s.Submit(ctx, w.c.Officer, id); err != nil {
		t.Fatal(err)
	}
	if _, err = w.s.Check(ctx, w.c.Province, id); err != nil {
		t.Fatal(err)
	}
	both := w.c.Manager
	both.Grants = append([]authz.Grant{{Role: "decider", Program: w.c.Program}}, both.Grants...)
	if _, err = w.s.Examine(ctx, both, id); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.Fix(ctx, both, id)
	wants(t, "the examiner fixes", err, fault.Conflict)
	_, err = w.s.Fix(ctx, w.c.Finance, id)
	wants(t, "finance fixes", err, fault.Forbidden)
	_, err = w.s.Notify(ctx, w.c.Finance, id)
	wants(t, "notified before it is fixed", err, fault.Conflict)
	if _, err = w.s.Fix(ctx, w.c.Decider, id); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.Correct(ctx, w.c.Manager, id, "늦은 시정")
	wants(t, "sent back after it was fixed", err, fault.Conflict)
	if _, err := w.d.DB.Exec(`update settlement_rows set due = due + 10, interest = interest + 10 where settlement_id = $1`, id); err == nil {
		t.Error("a fixed row was changed")
	}
	_, err = w.s.Close(ctx, w.c.Finance, id)
	wants(t, "closed before it is repaid", err, fault.Conflict)
}

// TestReviewAfterExaminationStopsTheFixing: what is fixed is what was examined.
func TestReviewAfterExaminationStopsTheFixing(t *testing.T) {
	w := preparing(t)
	fixture.Examined(t, w.d, w.c, w.c.Officer, w.st)
	l, err := fixture.Executions(w.d).List(t.Context(), w.c.Manager, page.Request{Filters: map[string]string{"state": "unreviewed"}})
	if err != nil || len(l.Items) == 0 {
		t.Fatal(err)
	}
	if _, err := fixture.Executions(w.d).Reject(t.Context(), w.c.Manager, l.Items[0].ID, "뒤늦은 불인정"); err != nil {
		t.Fatal(err)
	}
	if v := w.show(t); len(v.Warnings) < 2 {
		t.Errorf("warnings %v", v.Warnings)
	}
	_, err = w.s.Fix(t.Context(), w.c.Decider, w.st.ID)
	wants(t, "rows that are not the ledger's", err, fault.Conflict)
	if _, err := w.s.Correct(t.Context(), w.c.Manager, w.st.ID, "불인정을 반영하십시오."); err != nil {
		t.Fatal(err)
	}
	fixture.Examined(t, w.d, w.c, w.c.Officer, w.st)
	if _, err := w.s.Fix(t.Context(), w.c.Decider, w.st.ID); err != nil {
		t.Fatal(err)
	}
	holds(t, w.show(t))
	_, err = fixture.Executions(w.d).Accept(t.Context(), w.c.Manager, l.Items[0].ID)
	wants(t, "reviewed after it was fixed", err, fault.Conflict)
}
