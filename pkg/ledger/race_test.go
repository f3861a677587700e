package ledger_test

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/postgres"
	"eoul/pkg/work"
)

// races is how often eight people race for the same money in each test.
func races() int {
	if os.Getenv("EOUL_SOAK") == "1" {
		return 10_000
	}
	return 1_000
}

// TestNobodyOverdraws lets eight people take 60 of 100 at once, over and over, at
// each isolation level: granting an appropriation, disbursing a grant, spending
// what an award holds through its lines. Money may never be taken that is not there.
func TestNobodyOverdraws(t *testing.T) {
	levels := []string{"read committed", "repeatable read", "serializable"}
	contests := []ledger.Kind{ledger.Grant, ledger.Disburse, ledger.Spend}
	rounds := races()/(len(levels)*len(contests)) + 1
	for _, level := range levels {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t)
			r := runnerAt(t, d, level)
			for _, k := range contests {
				var taken, refused atomic.Int64
				for i := range rounds {
					race(t, r, plantContest(t, r, k), k, i, &taken, &refused)
				}
				if taken.Load() == 0 || refused.Load() == 0 {
					t.Errorf("%s: %d taken, %d refused: this was no race", k, taken.Load(), refused.Load())
				}
			}
		})
	}
}

// runnerAt runs units of work at an isolation level that they do not ask for.
func runnerAt(t *testing.T, d *dbtest.DB, level string) *work.Runner {
	t.Helper()
	if _, err := d.Owner.ExecContext(t.Context(), `alter role eoul_app in database `+databaseName(t, d)+` set default_transaction_isolation = '`+level+`'`); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Connect(t.Context(), d.URL(postgres.AppRole), postgres.Pool(10))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var got string
	if err := db.GetContext(t.Context(), &got, `show transaction_isolation`); err != nil || got != level {
		t.Fatalf("transactions run at %q, %v", got, err)
	}
	return work.New(db, d.Work.Authz())
}

func databaseName(t *testing.T, d *dbtest.DB) string {
	t.Helper()
	var name string
	if err := d.Owner.GetContext(t.Context(), &name, `select quote_ident(current_database())`); err != nil {
		t.Fatal(err)
	}
	return name
}

// plantContest leaves exactly 100 won to take by postings of kind k.
func plantContest(t *testing.T, r *work.Runner, k ledger.Kind) tree {
	w := plant(t, r, ledger.Limits{National: won(100)}, 1_000, 1_000)
	if k != ledger.Grant {
		must[ledger.Posting](t)(post(t.Context(), r, posting(w.award, ledger.Grant, nat(100))))
	}
	if k == ledger.Spend {
		must[ledger.Posting](t)(post(t.Context(), r, posting(w.award, ledger.Disburse, nat(100))))
	}
	return w
}

func race(t *testing.T, r *work.Runner, w tree, k ledger.Kind, round int, taken, refused *atomic.Int64) {
	t.Helper()
	var people sync.WaitGroup
	gate := make(chan struct{})
	for i := range 8 {
		people.Go(func() {
			id := w.award
			if k == ledger.Spend {
				id = []ledger.AccountID{w.lineA, w.lineB}[i%2] // two lines, one award
			}
			<-gate
			_, err := post(context.WithoutCancel(t.Context()), r, posting(id, k, nat(60)))
			switch fault.KindOf(err) {
			case fault.Conflict, fault.Unavailable: // refused, or gave up after three tries
				refused.Add(1)
			default:
				if err != nil {
					t.Errorf("round %d: %v", round, err)
					return
				}
				taken.Add(1)
			}
		})
	}
	close(gate)
	people.Wait()
	id := w.award
	if k == ledger.Grant {
		id = w.appropriation
	}
	b := balances(t, r, id)
	if got := b.Of(k).National; got.Cmp(money.Must(60)) > 0 {
		t.Fatalf("%s, round %d: %s won of 100 were taken in steps of 60", k, round, got)
	}
	if round%100 == 0 {
		noDifference(t, r)
	}
}

func noDifference(t testing.TB, r *work.Runner) {
	t.Helper()
	diff := must[[]ledger.Difference](t)(do(t.Context(), r, func(ctx context.Context, tx *work.Tx) ([]ledger.Difference, error) {
		return ledger.Recount(ctx, tx)
	}))
	if len(diff) > 0 {
		t.Fatalf("counters differ from postings: %+v", diff)
	}
}
