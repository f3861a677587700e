package web_test

import (
	"fmt"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/selection"
)

// TestSupplementLook opens what stands beside a decision, and what follows from it, at
// both widths as the person it is for.
func TestSupplementLook(t *testing.T) {
	s := newReviewSite(t)
	fixture.Selected(t, s.db, s.Company, s.call, s.apps)
	sel := fixture.Selections(s.db)
	ctx := t.Context()
	for _, p := range []selection.Parameters{{Cut: selection.CutRank, CutRank: 1, Reserves: 1}, {PerSido: 1, NoBonus: true}} {
		if _, err := sel.SaveScenario(ctx, s.Manager, s.call.ID, fmt.Sprintf("상한 %d", p.PerSido), "예산이 줄 때", p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sel.File(ctx, s.Officer, 2, "가점이 빠졌습니다.", nil); err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/calls/%d", s.call.ID)
	for who, pages := range map[*authz.Actor]map[string]string{
		&s.Manager: {"simulator": at + "/simulator?cut=rank&cut_rank=1&per_sido=1", "versus": at + "/scenarios?a=1&b=2", "texts": at + "/letter-texts", "text": at + "/letter-texts/selected",
			"objection": "/objections/1", "objections": "/objections", "selection-published": "/selections/1"},
		&s.Officer:  {"letter": "/letters/2", "letters": "/letters", "objection-mine": "/objections/1"},
		&s.Province: {"objection-new": "/letters/1/objection"},
	} {
		b := browsertest.New(t, s.For(*who))
		for name, path := range pages {
			for width, px := range map[string]int64{"desk": browsertest.Desk, "phone": browsertest.Phone} {
				b.Width(px)
				b.Open(path)
				b.Axe()
				b.Fits()
				b.SmallTargets()
				picture(t, b, name+"-"+width)
			}
		}
	}
}
