package planbook_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/comment"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/planbook"
)

// walk is a plan that is written in forms and workbooks, handed in, returned and answered.
type walk struct {
	world
	ctx      context.Context
	comments *comment.Service
	old      []byte // a workbook that was downloaded some steps ago
	handed   map[int64]string
	done     map[string]int
}

// TestAnyPathKeepsThePlanWhole: whatever is typed, pasted, sent as a workbook (late
// and wrong ones too), handed in, returned by either side and answered, in whatever
// order: stored lines are the sum of their sources and of their basis, shares that
// break the rule are told, and nothing that was handed in ever changes.
func TestAnyPathKeepsThePlanWhole(t *testing.T) {
	dbtest.Tries(t, 3)
	w := &walk{world: setup(t), ctx: t.Context(), handed: map[int64]string{}, done: map[string]int{}}
	w.comments, w.old = &comment.Service{Work: w.DB.Work}, w.download(t)
	rapid.Check(t, func(r *rapid.T) {
		for i := range rapid.IntRange(6, 14).Draw(r, "steps") {
			if i%3 == 2 {
				w.forward(t, r)
			} else {
				moves := []func(testing.TB, *rapid.T) error{w.budget, w.book, w.stale, w.keep, w.section, w.submit, w.back}
				err := rapid.SampledFrom(moves).Draw(r, "move")(t, r)
				if k := fault.KindOf(err); err != nil && k != fault.Invalid && k != fault.Conflict && k != fault.NotFound {
					r.Fatal(err)
				}
			}
			w.whole(r)
		}
	})
	for _, what := range []string{"submit", "return", "endorse", "correct", "workbook"} {
		if w.done[what] == 0 {
			t.Errorf("nothing of %s was ever done: %v", what, w.done)
		}
	}
}

func (w *walk) now(r *rapid.T) application.Workspace {
	ws, err := w.apps.Workspace(w.ctx, w.Officer, w.app.ID)
	if err != nil {
		r.Fatal(err)
	}
	return ws
}

func (w *walk) count(what string, err error) error {
	if err == nil {
		w.done[what]++
	}
	return err
}

func drawLine(r *rapid.T) application.BudgetLine {
	amount := rapid.Map(rapid.Int64Range(0, 3_000_000), func(n int64) money.Amount { return money.Must(n) })
	l := application.BudgetLine{Code: rapid.SampledFrom([]string{"210-01", "220-01", "110-03"}).Draw(r, "code")}
	if rapid.Bool().Draw(r, "basis") {
		price, quantity, times := money.Must(rapid.Int64Range(1, 100_000).Draw(r, "price")), rapid.IntRange(1, 9).Draw(r, "quantity"), rapid.IntRange(1, 3).Draw(r, "times")
		l.UnitPrice, l.Quantity, l.Times = &price, &quantity, &times
	}
	if rapid.Bool().Draw(r, "sources") {
		l.Amounts = money.BySource{National: amount.Draw(r, "national"), Sido: amount.Draw(r, "sido"), Sigungu: amount.Draw(r, "sigungu"), Own: amount.Draw(r, "own")}
	}
	return l
}

// budget types or pastes lines.
func (w *walk) budget(_ testing.TB, r *rapid.T) error {
	part, _ := w.now(r).Report.Part(application.PartLines)
	b := application.Budget{Lines: rapid.SliceOfN(rapid.Custom(drawLine), 0, 12).Draw(r, "lines"), Fill: rapid.SampledFrom([]int{application.FillNone, application.FillAll, 0, 3}).Draw(r, "fill")}
	_, err := w.apps.SaveBudget(w.ctx, w.Officer, w.app.ID, part.Version, b)
	return err
}

// book sends the workbook of now, with some cells changed.
func (w *walk) book(t testing.TB, r *rapid.T) error {
	data := w.download(t)
	if rapid.IntRange(0, 2).Draw(r, "remember") == 0 {
		w.old = data
	}
	return w.send(t, r, data)
}

// stale sends a workbook that others may have written past.
func (w *walk) stale(t testing.TB, r *rapid.T) error { return w.send(t, r, w.old) }

// send applies a file when there is nothing wrong with it; the plan is then what was shown.
func (w *walk) send(t testing.TB, r *rapid.T, data []byte) error {
	cells := []any{}
	for range rapid.IntRange(1, 3).Draw(r, "rows") {
		row := rapid.IntRange(7, 18).Draw(r, "row")
		cells = append(cells, fmt.Sprintf("예산!A%d", row), "210-01 일반수용비")
		for _, column := range []string{"C", "D", "E"} {
			cells = append(cells, fmt.Sprintf("예산!%s%d", column, row), nil)
		}
		for _, column := range []string{"G", "H", "I", "J"} {
			cells = append(cells, fmt.Sprintf("예산!%s%d", column, row), rapid.Int64Range(0, 3_000_000).Draw(r, "won"))
		}
		if rapid.IntRange(0, 5).Draw(r, "wrong") == 0 {
			cells = append(cells, fmt.Sprintf("예산!G%d", row), "백만")
		}
	}
	cells = append(cells, "성과지표!E6", fmt.Sprint(rapid.IntRange(1, 99).Draw(r, "target")))
	in, err := w.books.Upload(w.ctx, w.Officer, w.app.ID, "예산.xlsx", edited(t, data, set(cells...)))
	if err != nil {
		return err
	}
	_, err = w.books.Apply(w.ctx, w.Officer, w.app.ID, in.ID, planbook.Agreement{Versions: in.Versions, Overwrite: rapid.Bool().Draw(r, "overwrite")})
	if err == nil && (in.Errors > 0 || w.now(r).Plan.Totals() != in.Changes.Lines.Is) {
		r.Fatalf("a file with %d mistakes made %+v, shown was %+v", in.Errors, w.now(r).Plan.Totals(), in.Changes.Lines.Is)
	}
	return w.count("workbook", err)
}

// keep leaves typed text with mistakes, which stands against handing in.
func (w *walk) keep(_ testing.TB, r *rapid.T) error {
	part, _ := w.now(r).Report.Part(application.PartLines)
	_, err := w.apps.KeepInput(w.ctx, w.Officer, w.app.ID, part.Name, part.Version, map[string][]string{"lines.0.national": {"백만"}}, 1)
	return err
}

func (w *walk) section(_ testing.TB, r *rapid.T) error {
	_, err := w.apps.SaveSection(w.ctx, w.Officer, w.app.ID, "overview", rapid.IntRange(0, 3).Draw(r, "version"), rapid.StringN(0, 50, 200).Draw(r, "text"))
	return err
}

func (w *walk) submit(_ testing.TB, r *rapid.T) error {
	ws := w.now(r)
	_, err := w.apps.Submit(w.ctx, w.Officer, w.app.ID, ws.Version, ws.DraftVersion)
	return w.count("submit", err)
}

// back returns what was handed in, by the 시·도 or by the ministry, whosever turn it is.
func (w *walk) back(_ testing.TB, r *rapid.T) error {
	ws, items := w.now(r), []comment.Item{}
	if rapid.Bool().Draw(r, "items") {
		items = append(items, comment.Item{Part: application.PartLines, Field: "lines.0.national", Body: "국비를 다시 보아 주십시오."}, comment.Item{Part: application.PartTitle, Body: "이름을 줄여 주십시오."})
	}
	if rapid.Bool().Draw(r, "ministry") {
		_, err := w.comments.Correct(w.ctx, w.Manager, w.app.ID, ws.Version, "보완해 주십시오.", items)
		return w.count("correct", err)
	}
	_, err := w.comments.Return(w.ctx, w.Province, w.app.ID, ws.Version, "고쳐 주십시오.", items)
	return w.count("return", err)
}

// forward does what comes next, and demands that it works.
func (w *walk) forward(t testing.TB, r *rapid.T) {
	ws, err := w.now(r), error(nil)
	items := []comment.Item{{Part: application.PartLines, Body: "다시 보아 주십시오."}}
	switch {
	case ws.State == application.StateEndorsing && w.done["return"] <= w.done["endorse"]:
		_, err = w.comments.Return(w.ctx, w.Province, w.app.ID, ws.Version, "고쳐 주십시오.", items)
		err = w.count("return", err)
	case ws.State == application.StateEndorsing:
		_, err = w.apps.Endorse(w.ctx, w.Province, w.app.ID, ws.Version, "지역에 맞는 계획입니다.", nil)
		err = w.count("endorse", err)
	case ws.State == application.StateReceived:
		_, err = w.comments.Correct(w.ctx, w.Manager, w.app.ID, ws.Version, "보완해 주십시오.", items)
		err = w.count("correct", err)
	default:
		w.finish(t, r, ws)
		err = w.submit(t, r)
	}
	if err != nil {
		r.Fatalf("from %s: %v", ws.State, err)
	}
}

// finish makes the plan one that can be handed in, in forms and by a workbook, with
// every item answered.
func (w *walk) finish(t testing.TB, r *rapid.T, ws application.Workspace) {
	must := func(_ application.Saved, err error) {
		if err != nil {
			r.Fatal(err)
		}
	}
	lines, _ := ws.Report.Part(application.PartLines)
	must(w.apps.SaveBudget(w.ctx, w.Officer, w.app.ID, lines.Version, application.Budget{Lines: fixture.SampleLines(t, w.call), Fill: application.FillAll}))
	overview, _ := ws.Report.Part("section.overview")
	must(w.apps.SaveSection(w.ctx, w.Officer, w.app.ID, "overview", overview.Version, "개요입니다."))
	in := w.upload(t, edited(t, w.download(t), set("성과지표!E6", fmt.Sprint(100+len(w.handed)))))
	if err := w.count("workbook", w.apply(t, w.Officer, in)); err != nil {
		r.Fatal(err)
	}
	b, err := w.comments.Board(w.ctx, w.Officer, w.app.ID)
	if err != nil {
		r.Fatal(err)
	}
	for _, th := range b.Returned(0) {
		if !th.Open() {
			continue
		}
		if _, err := w.comments.Resolve(w.ctx, w.Officer, th.ID, th.Version); err != nil {
			r.Fatal(err)
		}
	}
}

// whole holds what is stored against every promise.
func (w *walk) whole(r *rapid.T) {
	var odd int
	if err := w.DB.DB.Get(&odd, `select count(*) from budget_lines where total <> national::bigint + sido + sigungu + own
		or unit_price::bigint * quantity * times <> total`); err != nil || odd != 0 {
		r.Fatalf("%d lines do not sum, %v", odd, err)
	}
	ws := w.now(r)
	if ws.Plan.Totals() != ws.Report.Balance.Totals {
		r.Fatalf("the plan says %+v, the check %+v", ws.Plan.Totals(), ws.Report.Balance.Totals)
	}
	part, _ := ws.Report.Part(application.PartLines)
	if w.broken(ws.Plan) && !slices.ContainsFunc(part.Problems, func(p application.Problem) bool { return p.Msg != "" }) {
		r.Fatalf("%+v break the rule and nobody is told", ws.Plan.Totals())
	}
	w.unchanged(r)
}

// broken tells whether a plan's money is beyond the rule or the cap of the call.
func (w *walk) broken(p application.Plan) bool {
	return w.call.Matching.Check(p.Totals()) != nil || application.BalanceOf(p, w.call).OverCap.Sign() > 0
}

// unchanged recomputes the hash of every version handed in from what is stored.
func (w *walk) unchanged(r *rapid.T) {
	var rows []struct {
		ID      int64          `db:"id"`
		Content []byte         `db:"content"`
		Sum     string         `db:"sum"`
		All     string         `db:"everything"`
		Totals  money.BySource `db:"totals"`
	}
	if err := w.DB.DB.Select(&rows, `select id, content, encode(sha256, 'hex') as sum, md5(s::text) as everything,
		national as "totals.national", sido as "totals.sido", sigungu as "totals.sigungu", own as "totals.own" from submissions s`); err != nil {
		r.Fatal(err)
	}
	if len(rows) < len(w.handed) {
		r.Fatalf("%d versions are left of %d", len(rows), len(w.handed))
	}
	for _, row := range rows {
		if was, known := w.handed[row.ID]; known && was != row.All {
			r.Fatalf("version %d changed", row.ID)
		}
		text, err := application.Canonical(json.RawMessage(row.Content))
		if sum := sha256.Sum256(text); err != nil || hex.EncodeToString(sum[:]) != row.Sum {
			r.Fatalf("version %d is %x, stored as %s, %v", row.ID, sum, row.Sum, err)
		}
		var plan application.Plan
		if err := json.Unmarshal(row.Content, &plan); err != nil || plan.Totals() != row.Totals || w.broken(plan) {
			r.Fatalf("version %d with %+v was handed in as %+v, %v", row.ID, plan.Totals(), row.Totals, err)
		}
		w.handed[row.ID] = row.All
	}
}
