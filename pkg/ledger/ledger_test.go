package ledger_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// keeper may do whatever these tests need done.
func keeper() authz.Actor {
	return authz.Actor{ID: 1, Name: "시험", Grants: []authz.Grant{{Role: "manager", Any: true}, {Role: "finance", Any: true}}}
}

// do runs fn as one recorded unit of work.
func do[T any](ctx context.Context, r *work.Runner, fn func(context.Context, *work.Tx) (T, error)) (T, error) {
	return work.Do(ctx, r, keeper(), func(ctx context.Context, tx *work.Tx) (T, error) {
		if err := tx.Allow("program:create", authz.Object{Kind: "program"}); err != nil {
			return *new(T), err
		}
		out, err := fn(ctx, tx)
		if err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "program:create", work.Ref{Kind: "test", ID: 1}, nil, nil)
	})
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func won(n int64) *money.Amount {
	a := money.Must(n)
	return &a
}

func nat(n int64) money.BySource { return money.BySource{National: money.Must(n)} }

func four(national, sido, sigungu, own int64) money.BySource {
	return money.BySource{National: money.Must(national), Sido: money.Must(sido), Sigungu: money.Must(sigungu), Own: money.Must(own)}
}

// tree is an appropriation with one award and two lines.
type tree struct{ appropriation, award, lineA, lineB ledger.AccountID }

func plant(t testing.TB, r *work.Runner, l ledger.Limits, lineA, lineB int64) tree {
	t.Helper()
	return must[tree](t)(do(t.Context(), r, func(ctx context.Context, tx *work.Tx) (out tree, err error) {
		if out.appropriation, err = ledger.OpenAppropriation(ctx, tx, l); err != nil {
			return out, err
		}
		if out.award, err = ledger.OpenAward(ctx, tx, out.appropriation); err != nil {
			return out, err
		}
		if out.lineA, err = ledger.OpenLine(ctx, tx, out.award, money.Must(lineA)); err != nil {
			return out, err
		}
		out.lineB, err = ledger.OpenLine(ctx, tx, out.award, money.Must(lineB))
		return out, err
	}))
}

func posting(a ledger.AccountID, k ledger.Kind, amounts money.BySource) ledger.Posting {
	return ledger.Posting{FiscalYear: 2022, Account: a, Kind: k, BySource: amounts, OccurredOn: calendar.Must(2022, time.May, 2),
		SourceKind: "test", SourceID: 1, RequestKey: ledger.NewKey()}
}

func post(ctx context.Context, r *work.Runner, p ledger.Posting) (ledger.Posting, error) {
	return do(ctx, r, func(ctx context.Context, tx *work.Tx) (ledger.Posting, error) { return ledger.Post(ctx, tx, p) })
}

func balances(t testing.TB, r *work.Runner, id ledger.AccountID) ledger.Balances {
	t.Helper()
	return must[ledger.Balances](t)(do(t.Context(), r, func(ctx context.Context, tx *work.Tx) (ledger.Balances, error) {
		m, err := ledger.BalancesOf(ctx, tx, id)
		return m[id], err
	}))
}

func setPhase(t testing.TB, r *work.Runner, id ledger.AccountID, p ledger.Phase) error {
	t.Helper()
	_, err := do(t.Context(), r, func(ctx context.Context, tx *work.Tx) (bool, error) { return true, ledger.SetPhase(ctx, tx, id, p) })
	return err
}

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).DB, ".") }

// TestLife follows one award of the real programme from the grant to the last won
// given back: 국비 49.2M of 50M and all of 시비 spent return 800,000 and 0, never 400,000 each.
func TestLife(t *testing.T) {
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{National: won(50_000_000)}, 60_000_000, 40_000_000)
	for _, p := range []ledger.Posting{
		posting(w.award, ledger.Grant, four(50_000_000, 50_000_000, 0, 0)),
		posting(w.award, ledger.Secure, four(0, 50_000_000, 0, 0)),
		posting(w.award, ledger.Disburse, nat(50_000_000)),
		posting(w.lineA, ledger.Spend, four(30_000_000, 30_000_000, 0, 0)),
		posting(w.lineB, ledger.Spend, four(19_500_000, 20_000_000, 0, 0)),
		posting(w.lineB, ledger.Disallow, nat(300_000)),
		posting(w.award, ledger.Interest, four(6_173, 6_172, 0, 0)),
	} {
		must[ledger.Posting](t)(post(t.Context(), d.Work, p))
	}
	b := balances(t, d.Work, w.award)
	if b.Available() != nat(500_000) || b.Accepted() != four(49_200_000, 50_000_000, 0, 0) {
		t.Fatalf("available %v, accepted %v", b.Available(), b.Accepted())
	}
	if got := balances(t, d.Work, w.appropriation).Granted; got != four(50_000_000, 50_000_000, 0, 0) {
		t.Errorf("the appropriation counts %v as granted", got)
	}
	if got := balances(t, d.Work, w.lineB); got.Spent != four(19_500_000, 20_000_000, 0, 0) || *got.LineLeft() != money.Must(500_000) {
		t.Errorf("line B: spent %v, left %v", got.Spent, got.LineLeft())
	}
	for _, p := range []ledger.Phase{ledger.Ended, ledger.Fixed} {
		if err := setPhase(t, d.Work, w.award, p); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := b.Returnable(), four(806_173, 6_172, 0, 0); got != want {
		t.Fatalf("returnable %v, want %v", got, want)
	}
	if _, err := post(t.Context(), d.Work, posting(w.award, ledger.Repay, nat(806_174))); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "국비 1원 초과") {
		t.Errorf("giving back 1 won too much: %v", err)
	}
	must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Repay, four(806_173, 6_172, 0, 0))))
}

// step is one posting of a law test: who keeps the law, who breaks it, and how.
type step struct {
	at      string // award, a (lineA) or b
	kind    ledger.Kind
	amounts money.BySource
}

// TestLaws tries each law at its edge: the last won is taken, one more is refused
// by Post with the amount and by the database when Post is passed by.
func TestLaws(t *testing.T) {
	granted := step{"award", ledger.Grant, four(100, 100, 100, 100)}
	funded := step{"award", ledger.Disburse, four(100, 100, 0, 0)}
	for _, c := range []struct {
		name       string
		before     []step
		last, over step
		say        string
		constraint string
	}{
		{"appropriation", nil, granted, step{"award", ledger.Grant, nat(1)}, "국비 1원 초과", "account_within_appropriation"},
		{"grant", []step{granted}, step{"award", ledger.Disburse, four(0, 0, 100, 0)}, step{"award", ledger.Secure, four(0, 0, 1, 0)}, "시군구비 1원 초과", "account_within_grant"},
		{"funds", []step{granted, funded}, step{"a", ledger.Spend, four(100, 0, 0, 0)}, step{"b", ledger.Spend, nat(1)}, "국비 1원 초과", "account_within_funds"},
		{"carried is not spent again", []step{granted, funded}, step{"award", ledger.Carry, four(0, 100, 0, 0)}, step{"a", ledger.Spend, four(0, 1, 0, 0)}, "시도비 1원 초과", "account_within_funds"},
		{"line", []step{granted, funded}, step{"b", ledger.Spend, four(25, 25, 0, 0)}, step{"b", ledger.Spend, nat(1)}, "1원 초과", "account_within_line"},
		{"disallowed", []step{granted, funded, {"b", ledger.Spend, nat(20)}}, step{"b", ledger.Disallow, nat(20)}, step{"b", ledger.Disallow, nat(1)}, "국비 1원 초과", "account_disallowed_was_spent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t)
			w := plant(t, d.Work, ledger.Limits{National: won(100), Sido: won(200)}, 1_000, 50)
			at := map[string]ledger.AccountID{"award": w.award, "a": w.lineA, "b": w.lineB}
			for _, s := range append(c.before, c.last) {
				must[ledger.Posting](t)(post(t.Context(), d.Work, posting(at[s.at], s.kind, s.amounts)))
			}
			over := posting(at[c.over.at], c.over.kind, c.over.amounts)
			_, err := post(t.Context(), d.Work, over)
			if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), c.say) {
				t.Errorf("one won more: %v, want %q", err, c.say)
			}
			if err := raw(t, d, over); err == nil || !strings.Contains(err.Error(), c.constraint) {
				t.Errorf("past Post: %v, want constraint %s", err, c.constraint)
			}
		})
	}
}

// raw writes a posting without Post, as the app role could.
func raw(t testing.TB, d *dbtest.DB, p ledger.Posting) error {
	t.Helper()
	tx := d.DB.MustBeginTx(t.Context(), nil)
	defer func() { _ = tx.Rollback() }()
	tx.MustExec(`select set_config('app.actor', '1', true)`)
	_, err := tx.Exec(`insert into postings (fiscal_year, account_id, kind, national, sido, sigungu, own, occurred_on, reason, source_kind, source_id, request_key, reverses_year, reverses)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'test', 1, $10::uuid, nullif($11, 0), nullif($12::bigint, 0))`,
		p.FiscalYear, p.Account, p.Kind, p.National, p.Sido, p.Sigungu, p.Own, p.OccurredOn, p.Reason, p.RequestKey, p.ReversesYear, p.Reverses)
	return err
}

// TestPhases tries every kind in every phase, through Post and past it.
func TestPhases(t *testing.T) {
	takes := map[ledger.Phase][]ledger.Kind{
		ledger.Open:   {ledger.Grant, ledger.Secure, ledger.Disburse, ledger.Spend, ledger.Disallow, ledger.Interest, ledger.Revenue, ledger.Carry, ledger.Adjust},
		ledger.Ended:  {ledger.Disallow, ledger.Interest, ledger.Revenue, ledger.Carry, ledger.Adjust, ledger.Repay},
		ledger.Fixed:  {ledger.Repay},
		ledger.Closed: {},
	}
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{}, 1_000, 1_000)
	for _, s := range []step{{"award", ledger.Grant, nat(900)}, {"award", ledger.Disburse, nat(500)}, {"a", ledger.Spend, nat(100)}} {
		id := map[string]ledger.AccountID{"award": w.award, "a": w.lineA}[s.at]
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(id, s.kind, s.amounts)))
	}
	for _, phase := range []ledger.Phase{ledger.Open, ledger.Ended, ledger.Fixed, ledger.Closed} {
		if err := setPhase(t, d.Work, w.award, phase); err != nil {
			t.Fatal(err)
		}
		for _, k := range ledger.Kinds() {
			id := w.award
			if k == ledger.Spend || k == ledger.Disallow {
				id = w.lineA
			}
			want := false
			for _, x := range takes[phase] {
				want = want || x == k
			}
			p := posting(id, k, nat(1))
			_, err := post(t.Context(), d.Work, p)
			if got := err == nil; got != want {
				t.Errorf("%s at %s: %v", k, phase, err)
			}
			p.RequestKey = ledger.NewKey()
			if err := raw(t, d, p); (err == nil) != want {
				t.Errorf("%s at %s past Post: %v", k, phase, err)
			}
		}
	}
	if err := setPhase(t, d.Work, w.award, ledger.Open); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a closed account opened again: %v", err)
	}
}

// TestReverse takes a posting back once, never twice, and never below what follows from it.
func TestReverse(t *testing.T) {
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{}, 1_000, 1_000)
	must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Grant, nat(100))))
	sent := must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Disburse, nat(100))))
	spent := must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.lineA, ledger.Spend, nat(60))))
	back := func(p ledger.Posting, reason string) (ledger.Posting, error) {
		return do(t.Context(), d.Work, func(ctx context.Context, tx *work.Tx) (ledger.Posting, error) {
			return ledger.Reverse(ctx, tx, p.Ref(), reason, calendar.Must(2022, time.June, 1), ledger.NewKey())
		})
	}
	if _, err := back(sent, "착오"); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "60원 초과") {
		t.Errorf("taking back money that was spent: %v", err)
	}
	if _, err := back(spent, ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	r := must[ledger.Posting](t)(back(spent, "두 번 적음"))
	if r.Reverses != spent.ID || r.BySource != spent.BySource || r.Effect() != nat(-60) {
		t.Errorf("reversal %+v", r)
	}
	if _, err := back(spent, "또"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("taken back twice: %v", err)
	}
	if _, err := back(r, "되돌림의 되돌림"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("reversal taken back: %v", err)
	}
	if b := balances(t, d.Work, w.award); !b.Spent.IsZero() || b.Available() != nat(100) {
		t.Errorf("after the reversal spent %v, available %v", b.Spent, b.Available())
	}
	forged := posting(w.award, ledger.Disburse, nat(40)) // a reversal of another amount
	forged.ReversesYear, forged.Reverses, forged.Reason = sent.FiscalYear, sent.ID, "일부"
	if err := raw(t, d, forged); err == nil || !strings.Contains(err.Error(), "does not mirror") {
		t.Errorf("half a reversal: %v", err)
	}
}

// TestOneEffectPerAct is I-27: the same key never moves money twice.
func TestOneEffectPerAct(t *testing.T) {
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{}, 1, 1)
	p := posting(w.award, ledger.Grant, nat(10))
	p.RequestKey = ledger.KeyFor("grant", 7)
	must[ledger.Posting](t)(post(t.Context(), d.Work, p))
	if _, err := post(t.Context(), d.Work, p); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the same act again: %v", err)
	}
	if got := balances(t, d.Work, w.award).Granted; got != nat(10) {
		t.Errorf("granted %v", got)
	}
	if ledger.KeyFor("grant", 7) == ledger.KeyFor("grant", 8) || ledger.KeyFor("grant", 71) == ledger.KeyFor("grant", 7, 1) {
		t.Error("two acts share a key")
	}
}

func TestPostingIsChecked(t *testing.T) {
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{}, 1, 1)
	for name, c := range map[string]struct {
		change func(*ledger.Posting)
		want   fault.Kind
	}{
		"no money":            {func(p *ledger.Posting) { p.BySource = money.BySource{} }, fault.Invalid},
		"negative":            {func(p *ledger.Posting) { p.BySource = four(5, -1, 0, 0) }, fault.Invalid},
		"no day":              {func(p *ledger.Posting) { p.OccurredOn = calendar.Date{} }, fault.Invalid},
		"no key":              {func(p *ledger.Posting) { p.RequestKey = "" }, fault.Internal},
		"no account":          {func(p *ledger.Posting) { p.Account = 999 }, fault.NotFound},
		"on a line":           {func(p *ledger.Posting) { p.Account = w.lineA }, fault.Internal},
		"spend on award":      {func(p *ledger.Posting) { p.Kind = ledger.Spend }, fault.Internal},
		"negative adjustment": {func(p *ledger.Posting) { p.Kind, p.BySource = ledger.Adjust, nat(-5) }, 99},
	} {
		p := posting(w.award, ledger.Grant, nat(10))
		c.change(&p)
		_, err := post(t.Context(), d.Work, p)
		if c.want == 99 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: %v, want kind %d", name, err, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{National: won(100)}, 30, 1)
	must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Grant, nat(80))))
	must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Disburse, nat(80))))
	must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.lineA, ledger.Spend, nat(20))))
	set := func(l ledger.Limits) error {
		_, err := do(t.Context(), d.Work, func(ctx context.Context, tx *work.Tx) (bool, error) {
			return true, ledger.SetLimits(ctx, tx, w.appropriation, l)
		})
		return err
	}
	line := func(n int64) error {
		_, err := do(t.Context(), d.Work, func(ctx context.Context, tx *work.Tx) (bool, error) {
			return true, ledger.SetLineLimit(ctx, tx, w.lineA, money.Must(n))
		})
		return err
	}
	if err := set(ledger.Limits{National: won(79)}); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "국비 80원") {
		t.Errorf("lowered below the grant: %v", err)
	}
	if err := set(ledger.Limits{National: won(80), Own: won(0)}); err != nil {
		t.Errorf("lowered to the grant: %v", err)
	}
	if err := line(19); fault.KindOf(err) != fault.Conflict {
		t.Errorf("line lowered below what is spent: %v", err)
	}
	if err := line(20); err != nil {
		t.Errorf("line lowered to what is spent: %v", err)
	}
}

// TestFinal is I-08 for postings: nobody changes, deletes or empties them.
func TestFinal(t *testing.T) {
	d := dbtest.New(t)
	w := plant(t, d.Work, ledger.Limits{}, 1, 1)
	must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Grant, nat(10))))
	for _, q := range []string{`update postings set national = 1`, `delete from postings`, `truncate postings cascade`} {
		for role, db := range map[string]*sqlx.DB{"app": d.DB, "owner": d.Owner} {
			if _, err := db.ExecContext(t.Context(), q); err == nil {
				t.Errorf("%s may %s", role, q)
			}
		}
	}
	if _, err := d.DB.ExecContext(t.Context(), `update accounts set granted_national = 5`); err == nil {
		t.Error("the app role may write counters")
	}
}

// TestSeeing compares the statement and the list with who may read the account.
func TestSeeing(t *testing.T) {
	d := dbtest.New(t)
	mine, other := plant(t, d.Work, ledger.Limits{}, 50, 50), plant(t, d.Work, ledger.Limits{}, 50, 50)
	for i, w := range []tree{mine, other} {
		must[bool](t)(do(t.Context(), d.Work, func(ctx context.Context, tx *work.Tx) (bool, error) {
			return true, ledger.Own(ctx, tx, w.award, ledger.Owner{Kind: "award", ID: int64(i + 1), Government: int64(20 + i), Province: 2, Program: 7})
		}))
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Grant, nat(50))))
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Secure, nat(50))))
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.lineB, ledger.Spend, nat(5))))
	}
	s := &ledger.Service{Work: d.Work}
	officer := authz.Actor{ID: 9, Grants: []authz.Grant{{Role: "officer", Government: 20}}}
	province := authz.Actor{ID: 8, Grants: []authz.Grant{{Role: "province", Government: 2}}}
	st := must[ledger.Statement](t)(s.Statement(t.Context(), officer, mine.award, page.Request{Size: 2}))
	if st.Postings.Total != 3 || len(st.Postings.Items) != 2 || st.Postings.Next == "" || st.Account.Granted != nat(50) || len(st.Children) != 2 {
		t.Errorf("statement %+v", st)
	}
	next := must[ledger.Statement](t)(s.Statement(t.Context(), officer, mine.award, page.Request{Size: 2, After: st.Postings.Next}))
	if len(next.Postings.Items) != 1 || next.Postings.Items[0].Kind != ledger.Grant {
		t.Errorf("second page %+v", next.Postings)
	}
	line := must[ledger.Statement](t)(s.Statement(t.Context(), officer, mine.lineB, page.Request{Filters: map[string]string{"kind": "spend"}}))
	if line.Postings.Total != 1 || line.Parent == nil || line.Parent.Account != mine.award {
		t.Errorf("line %+v", line)
	}
	if _, err := s.Statement(t.Context(), officer, other.award, page.Request{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another government's account: %v", err)
	}
	if _, err := s.Statement(t.Context(), officer, mine.appropriation, page.Request{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an account nobody owns: %v", err)
	}
	for name, c := range map[string]struct {
		who  authz.Actor
		want int
	}{"officer": {officer, 3}, "province": {province, 6}, "manager": {keeper(), 6}} {
		if got := must[page.Slice[ledger.Posting]](t)(s.List(t.Context(), c.who, page.Request{})); got.Total != c.want {
			t.Errorf("%s sees %d postings, want %d", name, got.Total, c.want)
		}
	}
	if _, err := s.List(t.Context(), authz.Anonymous(), page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the public: %v", err)
	}
}

func TestPostingAsJSON(t *testing.T) {
	p := posting(3, ledger.Spend, four(1, 2, 3, 4))
	p.ReversesYear, p.Reverses = 2022, 8
	var got struct {
		Kind     string `json:"kind"`
		Amounts  map[string]int64
		Reverses *ledger.Ref
	}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &got); err != nil || got.Kind != "spend" || got.Amounts["total"] != 10 || got.Reverses == nil || got.Reverses.ID != 8 {
		t.Errorf("%s: %+v, %v", b, got, err)
	}
}
