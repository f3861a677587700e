package application_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

func appID(id int64) application.ID { return application.ID(id) }

// TestAnySequenceKeepsTheSums: whatever is edited, handed in and returned in whatever
// order, every stored line is the sum of its sources and of its basis, the plan's
// totals are those of the table, and nothing that was handed in ever changes.
func TestAnySequenceKeepsTheSums(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := context.WithoutCancel(t.Context())
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	handed := map[int]string{}
	moves := []func(*rapid.T){
		func(r *rapid.T) {
			part, _ := workspace(ctx, r, w, a.ID).Report.Part(application.PartLines)
			lines := rapid.SliceOfN(rapid.Custom(drawLine), 0, 12).Draw(r, "lines")
			fill := rapid.SampledFrom([]int{application.FillNone, application.FillAll, 0, 3}).Draw(r, "fill")
			_, err := w.apps.SaveBudget(ctx, w.Officer, a.ID, part.Version, application.Budget{Lines: lines, Fill: fill})
			expect(r, err, fault.Invalid, fault.Conflict)
			if sum := workspace(ctx, r, w, a.ID).Plan.Totals(); err == nil && fill == application.FillAll && sum.Total().Sign() > 0 && sum != w.call.Matching.Propose(sum.Total()) {
				r.Fatalf("after filling, %+v does not follow the rule", sum)
			}
		},
		func(r *rapid.T) {
			_, err := w.apps.SaveSection(ctx, w.Officer, a.ID, "overview", rapid.IntRange(0, 3).Draw(r, "version"), rapid.StringN(0, 50, 200).Draw(r, "text"))
			expect(r, err, fault.Invalid, fault.Conflict)
		},
		func(r *rapid.T) {
			ws := workspace(ctx, r, w, a.ID)
			_, err := w.apps.Submit(ctx, w.Officer, a.ID, ws.Version, ws.DraftVersion)
			expect(r, err, fault.Invalid, fault.Conflict)
		},
		func(r *rapid.T) {
			ws := workspace(ctx, r, w, a.ID)
			_, err := w.comments.Return(ctx, w.Province, a.ID, ws.Version, "까닭", nil)
			expect(r, err, fault.Conflict, fault.NotFound) // a draft is not there for the 시·도
		},
	}
	rapid.Check(t, func(r *rapid.T) {
		for _, move := range rapid.SliceOfN(rapid.IntRange(0, len(moves)-1), 1, 6).Draw(r, "moves") {
			moves[move](r)
			sumsHold(ctx, r, w, a.ID, handed)
		}
	})
	if len(handed) == 0 {
		t.Error("nothing was ever handed in: the walk proves nothing")
	}
}

func drawLine(r *rapid.T) application.BudgetLine {
	amount := rapid.Map(rapid.Int64Range(0, 3_000_000), func(n int64) money.Amount { return money.Must(n) })
	l := application.BudgetLine{Code: rapid.SampledFrom([]string{"210-01", "220-01", "110-03"}).Draw(r, "code")}
	if rapid.Bool().Draw(r, "basis") {
		l.UnitPrice, l.Quantity, l.Times = won(rapid.Int64Range(1, 100_000).Draw(r, "price")), times(rapid.IntRange(1, 9).Draw(r, "quantity")), times(rapid.IntRange(1, 3).Draw(r, "times"))
	}
	if rapid.Bool().Draw(r, "sources") {
		l.Amounts = money.BySource{National: amount.Draw(r, "national"), Sido: amount.Draw(r, "sido"), Sigungu: amount.Draw(r, "sigungu"), Own: amount.Draw(r, "own")}
	}
	return l
}

func expect(r *rapid.T, err error, kinds ...fault.Kind) {
	if err == nil {
		return
	}
	for _, k := range kinds {
		if fault.KindOf(err) == k {
			return
		}
	}
	r.Fatal(err)
}

func workspace(ctx context.Context, r *rapid.T, w world, id application.ID) application.Workspace {
	ws, err := w.apps.Workspace(ctx, w.Officer, id)
	if err != nil {
		r.Fatal(err)
	}
	return ws
}

func sumsHold(ctx context.Context, r *rapid.T, w world, id application.ID, handed map[int]string) {
	var odd int
	if err := w.DB.DB.Get(&odd, `select count(*) from budget_lines where total <> national::bigint + sido + sigungu + own
		or unit_price::bigint * quantity * times <> total`); err != nil || odd != 0 {
		r.Fatalf("%d lines do not sum, %v", odd, err)
	}
	var sum struct{ N, S, G, O money.Amount }
	if err := w.DB.DB.Get(&sum, `select coalesce(sum(national), 0) as n, coalesce(sum(sido), 0) as s, coalesce(sum(sigungu), 0) as g, coalesce(sum(own), 0) as o from budget_lines`); err != nil {
		r.Fatal(err)
	}
	ws := workspace(ctx, r, w, id)
	if got := ws.Plan.Totals(); got != (money.BySource{National: sum.N, Sido: sum.S, Sigungu: sum.G, Own: sum.O}) || got != ws.Report.Balance.Totals {
		r.Fatalf("the plan says %+v, the table %+v", got, sum)
	}
	var rows []struct {
		No      int    `db:"no"`
		Content string `db:"content"`
	}
	if err := w.DB.DB.Select(&rows, `select no, content::text || encode(sha256, 'hex') || submitted_at as content from submissions`); err != nil {
		r.Fatal(err)
	}
	for _, row := range rows {
		if was, known := handed[row.No]; known && was != row.Content {
			r.Fatalf("submission %d changed", row.No)
		}
		handed[row.No] = row.Content
	}
	if len(rows) < len(handed) {
		r.Fatalf("%d submissions left of %d", len(rows), len(handed))
	}
}
