package ledger_test

import (
	"context"
	"strings"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

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
