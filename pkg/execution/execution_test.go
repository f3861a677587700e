package execution_test

import (
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

func won(n int64) money.Amount { return money.Must(n) }

// wants fails unless err is of the kind; Internal stands for no error.
func wants(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if (err == nil) != (kind == fault.Internal) || err != nil && fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want kind %d", what, err, kind)
	}
}

// world is a running award with its lines, and the services of the test.
type world struct {
	d     *dbtest.DB
	c     fixture.Company
	s     *execution.Service
	a     award.Award
	lines []award.LineBalance
	today calendar.Date
}

func running(t *testing.T) world {
	t.Helper()
	d := dbtest.New(t)
	w := world{d: d, c: fixture.Cast(t, d), s: fixture.Executions(d)}
	w.a = fixture.Running(t, d, w.c)
	w.today = calendar.Today(fixture.Now(t, d))
	w.lines = w.show(t).Lines
	return w
}

func (w world) show(t *testing.T) award.Detail {
	t.Helper()
	v, err := fixture.Awards(w.d).Show(t.Context(), w.c.Manager, w.a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w world) bill(supply, vat int64) execution.Input {
	return fixture.Bill(w.lines[0].Line, w.today, supply, vat)
}

func (w world) record(t *testing.T, in execution.Input) execution.Expenditure {
	t.Helper()
	e, err := w.s.Record(t.Context(), w.c.Officer, w.a.ID, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestRecordPostsAsProposed(t *testing.T) {
	w := running(t)
	proposed, err := w.s.Propose(t.Context(), w.c.Officer, w.a.ID, won(1_100_001))
	if err != nil {
		t.Fatal(err)
	}
	e := w.record(t, w.bill(1_000_001, 100_000))
	if e.Amounts != proposed || e.Amounts != fixture.Sources(550_001, 275_000, 220_000, 55_000) || e.No != 1 || e.State != execution.Unreviewed {
		t.Errorf("recorded %+v, proposed %v", e, proposed)
	}
	v := w.show(t)
	if v.Balances.Spent != e.Amounts || v.Lines[0].Spent != e.Amounts || v.Lines[0].Left != w.lines[0].Left.Sub(won(1_100_001)) {
		t.Errorf("award spent %v, line left %v", v.Balances.Spent, v.Lines[0].Left)
	}
	edited := w.bill(10, 0)
	all := fixture.Sources(0, 0, 0, 10)
	edited.Amounts = &all
	if e := w.record(t, edited); e.Amounts != all || e.No != 2 {
		t.Errorf("an edited split became %v", e.Amounts)
	}
}

// TestProposalsNeverDrift: bills of one won each follow the award's amounts.
func TestProposalsNeverDrift(t *testing.T) {
	w := running(t)
	var sum money.BySource
	for range 20 {
		sum = sum.Add(w.record(t, w.bill(1, 0)).Amounts)
	}
	if sum != fixture.Sources(10, 5, 4, 1) {
		t.Errorf("20 bills of 1 won: %v", sum)
	}
}

func TestRecordTellsEveryMistakeAtOnce(t *testing.T) {
	w := running(t)
	in := execution.Input{OccurredOn: w.today.AddDays(400), BusinessNo: "124-81-00999", Method: "cash", Supply: won(-1), VAT: won(-1)}
	_, err := w.s.Record(t.Context(), w.c.Officer, w.a.ID, in, "")
	wants(t, "nothing is right", err, fault.Invalid)
	_, fields := fault.Public(err)
	for _, name := range []string{"occurred_on", "item", "payee", "business_no", "method", "supply", "vat", "evidence_kind"} {
		if fields[name] == "" {
			t.Errorf("%q is not named: %v", name, fields)
		}
	}
	for name, c := range map[string]struct {
		change func(*execution.Input)
		field  string
		says   string
	}{
		"split does not add up": {func(in *execution.Input) { s := fixture.Sources(1, 0, 0, 0); in.Amounts = &s }, "amounts", "차액은 999,999원"},
		"a source is short": {func(in *execution.Input) {
			in.Supply = won(5_000_001)
			s := fixture.Sources(0, 0, 0, 5_000_001)
			in.Amounts = &s
		}, "amounts.own", "5,000,000원 남아 있어"},
		"a line is short":  {func(in *execution.Input) { in.Supply = w.lines[0].Left.Add(won(1)) }, "line", "1원이 모자랍니다"},
		"no line":          {func(in *execution.Input) { in.Line = w.a.AccountID }, "line", "예산 항목"},
		"before the grant": {func(in *execution.Input) { in.OccurredOn = w.a.GrantedOn.AddDays(-1) }, "occurred_on", ""},
		"tomorrow":         {func(in *execution.Input) { in.OccurredOn = w.today.AddDays(1) }, "occurred_on", ""},
		"a file of nobody": {func(in *execution.Input) { in.Documents = []document.ID{99} }, "documents", ""},
	} {
		in := w.bill(1_000_000, 0)
		c.change(&in)
		_, err := w.s.Record(t.Context(), w.c.Officer, w.a.ID, in, "")
		wants(t, name, err, fault.Invalid)
		if _, fields := fault.Public(err); !strings.Contains(fields[c.field], c.says) || fields[c.field] == "" {
			t.Errorf("%s: %v", name, fields)
		}
	}
	if b := w.show(t).Balances; !b.Spent.IsZero() {
		t.Errorf("refused bills spent %v", b.Spent)
	}
}

func TestRecordIsForTheRecipientWhileItRuns(t *testing.T) {
	w := running(t)
	for name, c := range map[string]struct {
		who  authz.Actor
		kind fault.Kind
	}{
		"another district": {w.c.Officer2, fault.NotFound}, "the 시·도": {w.c.Province, fault.Forbidden}, "the ministry": {w.c.Manager, fault.Forbidden},
		"the approver": {w.c.Approver, fault.Forbidden}, "the auditor": {w.c.Auditor, fault.Forbidden},
	} {
		_, err := w.s.Record(t.Context(), c.who, w.a.ID, w.bill(1, 0), "")
		wants(t, name, err, c.kind)
	}
	if _, err := fixture.Awards(w.d).Suspend(t.Context(), w.c.Manager, w.a.ID, "점검"); err != nil {
		t.Fatal(err)
	}
	_, err := w.s.Record(t.Context(), w.c.Officer, w.a.ID, w.bill(1, 0), "")
	wants(t, "while suspended", err, fault.Conflict)
	if _, err := fixture.Awards(w.d).End(t.Context(), w.c.Officer, w.a.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.Record(t.Context(), w.c.Officer, w.a.ID, w.bill(1, 0), "")
	wants(t, "after the end", err, fault.Conflict)
}

func TestSameKeySpendsOnce(t *testing.T) {
	w := running(t)
	if _, err := w.s.Record(t.Context(), w.c.Officer, w.a.ID, w.bill(1_000, 0), "one-key"); err != nil {
		t.Fatal(err)
	}
	_, err := w.s.Record(t.Context(), w.c.Officer, w.a.ID, w.bill(2_000, 0), "one-key")
	wants(t, "the same key again", err, fault.Conflict)
	if b := w.show(t).Balances; b.Spent.Total() != won(1_000) {
		t.Errorf("spent %v", b.Spent)
	}
}

func TestReverseTakesBackByASecondRow(t *testing.T) {
	w := running(t)
	e := w.record(t, w.bill(1_000_001, 100_000))
	_, err := w.s.Reverse(t.Context(), w.c.Manager, e.ID, "착오")
	wants(t, "the ministry corrects", err, fault.Forbidden)
	_, err = w.s.Reverse(t.Context(), w.c.Officer2, e.ID, "착오")
	wants(t, "another district corrects", err, fault.NotFound)
	_, err = w.s.Reverse(t.Context(), w.c.Officer, e.ID, " ")
	wants(t, "without a reason", err, fault.Invalid)
	back, err := w.s.Reverse(t.Context(), w.c.Officer, e.ID, "금액을 잘못 적었습니다.")
	if err != nil || back.ReversalOf != e.ID || back.State != execution.Correction || back.Effect() != e.Amounts.Neg() {
		t.Fatalf("correction %+v, %v", back, err)
	}
	if v := w.show(t); !v.Balances.Spent.IsZero() || v.Lines[0].Left != w.lines[0].Left {
		t.Errorf("after the correction: spent %v", v.Balances.Spent)
	}
	_, err = w.s.Reverse(t.Context(), w.c.Officer, e.ID, "다시")
	wants(t, "corrected twice", err, fault.Conflict)
	_, err = w.s.Reverse(t.Context(), w.c.Officer, back.ID, "다시")
	wants(t, "a correction corrected", err, fault.Conflict)
	_, err = w.s.Reject(t.Context(), w.c.Manager, e.ID, "늦음")
	wants(t, "a corrected row rejected", err, fault.Conflict)
	if _, err := w.d.DB.Exec(`update expenditures set national = national + 1 where id = $1`, e.ID); err == nil {
		t.Error("the amount of a recorded expenditure was changed")
	}
	accepted := w.record(t, w.bill(1_000, 0))
	if _, err := w.s.Accept(t.Context(), w.c.Province, accepted.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.Reverse(t.Context(), w.c.Officer, accepted.ID, "늦은 정정")
	wants(t, "an accepted row corrected", err, fault.Conflict)
}
