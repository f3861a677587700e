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
