package ledger_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// book is a second, naive keeping of the same account tree: a list of what was
// accepted, added up anew for every question.
type book struct {
	tree
	limits ledger.Limits
	lines  map[ledger.AccountID]money.Amount
	phase  ledger.Phase
	in     []ledger.Posting
}

// of adds up what counts on an account.
func (b *book) of(id ledger.AccountID, k ledger.Kind) money.BySource {
	var sum money.BySource
	for _, p := range b.in {
		counts := p.Account == id ||
			id == b.award && (p.Account == b.lineA || p.Account == b.lineB) ||
			id == b.appropriation && k == ledger.Grant
		if counts && p.Kind == k {
			sum = sum.Add(p.Effect())
		}
	}
	return sum
}

// lawful tells whether the book as it stands keeps every law.
func (b *book) lawful() bool {
	a := func(k ledger.Kind) money.BySource { return b.of(b.award, k) }
	funds := a(ledger.Secure).Add(a(ledger.Disburse))
	left := funds.Sub(a(ledger.Spend)).Sub(a(ledger.Carry))
	due := left.Add(a(ledger.Disallow)).Add(a(ledger.Interest)).Add(a(ledger.Revenue))
	ok := funds.LessEq(a(ledger.Grant)) && !left.AnyNegative() && a(ledger.Repay).LessEq(due)
	for _, s := range money.Sources() {
		if l := b.limits.At(s); l != nil {
			ok = ok && a(ledger.Grant).At(s).Cmp(*l) <= 0
		}
	}
	for id, limit := range b.lines {
		ok = ok && b.of(id, ledger.Spend).Total().Cmp(limit) <= 0 && b.of(id, ledger.Disallow).LessEq(b.of(id, ledger.Spend))
	}
	for _, id := range []ledger.AccountID{b.award, b.lineA, b.lineB} {
		for _, k := range ledger.Kinds() {
			ok = ok && (k == ledger.Adjust || !b.of(id, k).AnyNegative())
		}
	}
	return ok
}

func (b *book) takes(k ledger.Kind) bool {
	switch b.phase {
	case ledger.Open:
		return k != ledger.Repay
	case ledger.Ended:
		return k != ledger.Grant && k != ledger.Secure && k != ledger.Disburse && k != ledger.Spend
	case ledger.Fixed:
		return k == ledger.Repay
	}
	return false
}

// accepts adds p to the book if it may stand there.
func (b *book) accepts(p ledger.Posting) bool {
	if !b.takes(p.Kind) {
		return false
	}
	b.in = append(b.in, p)
	if b.lawful() {
		return true
	}
	b.in = b.in[:len(b.in)-1]
	return false
}

// TestRandomBooks drives random postings, reversals and phases through the ledger
// and through the naive book: both accept the same, every counter agrees with its
// postings and with the book, and refused postings leave nothing behind.
func TestRandomBooks(t *testing.T) {
	d := dbtest.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		b := &book{limits: ledger.Limits{National: won(rapid.Int64Range(0, 300).Draw(rt, "national limit"))}, phase: ledger.Open}
		if rapid.Bool().Draw(rt, "sido limited") {
			b.limits.Sido = won(rapid.Int64Range(0, 300).Draw(rt, "sido limit"))
		}
		la, lb := rapid.Int64Range(0, 200).Draw(rt, "line a"), rapid.Int64Range(0, 200).Draw(rt, "line b")
		b.tree = plant(t, d.Work, b.limits, la, lb)
		b.lines = map[ledger.AccountID]money.Amount{b.lineA: money.Must(la), b.lineB: money.Must(lb)}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			b.step(t, rt, d.Work)
		}
		noDifference(t, d.Work)
		for _, id := range []ledger.AccountID{b.appropriation, b.award, b.lineA, b.lineB} {
			got := balances(t, d.Work, id)
			for _, k := range ledger.Kinds() {
				want := b.of(id, k)
				if id == b.appropriation && k != ledger.Grant {
					want = money.BySource{}
				}
				if got.Of(k) != want {
					rt.Fatalf("account %d counts %s as %v, the book says %v", id, k, got.Of(k), want)
				}
			}
		}
	})
}

func (b *book) step(t *testing.T, rt *rapid.T, r *work.Runner) {
	switch what := rapid.IntRange(0, 19).Draw(rt, "what"); {
	case what == 0:
		next := map[ledger.Phase]ledger.Phase{ledger.Open: ledger.Ended, ledger.Ended: ledger.Fixed, ledger.Fixed: ledger.Closed, ledger.Closed: ledger.Closed}[b.phase]
		if err := setPhase(t, r, b.award, next); err != nil {
			rt.Fatal(err)
		}
		b.phase = next
	case what < 5 && len(b.in) > 0:
		b.reverse(t, rt, r)
	default:
		b.post(t, rt, r)
	}
}

func (b *book) post(t *testing.T, rt *rapid.T, r *work.Runner) {
	k := rapid.SampledFrom(ledger.Kinds()).Draw(rt, "kind")
	id := b.award
	if k == ledger.Spend || k == ledger.Disallow || k == ledger.Adjust && rapid.Bool().Draw(rt, "adjust a line") {
		id = rapid.SampledFrom([]ledger.AccountID{b.lineA, b.lineB}).Draw(rt, "line")
	}
	low := int64(0)
	if k == ledger.Adjust {
		low = -50
	}
	amount := rapid.Int64Range(low, 120)
	p := posting(id, k, four(amount.Draw(rt, "national"), amount.Draw(rt, "sido"), rapid.Int64Range(0, 3).Draw(rt, "sigungu"), 0))
	if p.IsZero() && k != ledger.Adjust {
		return
	}
	out, err := post(t.Context(), r, p)
	b.compare(rt, p, out, err)
}

func (b *book) reverse(t *testing.T, rt *rapid.T, r *work.Runner) {
	p := rapid.SampledFrom(b.in).Draw(rt, "which")
	for _, q := range b.in {
		if q.Reverses == p.ID || p.Reverses != 0 {
			return // taken back already; TestReverse tries that
		}
	}
	out, err := do(t.Context(), r, func(ctx context.Context, tx *work.Tx) (ledger.Posting, error) {
		return ledger.Reverse(ctx, tx, p.Ref(), "시험", calendar.Must(2022, time.June, 1), ledger.NewKey())
	})
	p.Reverses, p.ReversesYear = p.ID, p.FiscalYear
	b.compare(rt, p, out, err)
}

// compare asks the book about p and checks that the ledger answered the same.
func (b *book) compare(rt *rapid.T, p, out ledger.Posting, err error) {
	ok := b.accepts(p)
	if ok != (err == nil) {
		rt.Fatalf("%s %v on %d at %s: the book says %v, the ledger %v", p.Kind, p.Effect(), p.Account, b.phase, ok, err)
	}
	if err != nil && fault.KindOf(err) != fault.Conflict {
		rt.Fatalf("refused as %v", err)
	}
	if ok {
		b.in[len(b.in)-1] = out
	}
}
