package review_test

import (
	"strings"
	"testing"

	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// TestSavingASheetCosts: a save reads what is stored only when the words on the whole
// plan cannot be taken and the stored ones stay.
func TestSavingASheetCosts(t *testing.T) {
	w := setupWith(t, 1)
	fixture.Assigned(t, w.DB, w.Company, w.call, 1)
	me := w.Reviewers[0]
	for _, who := range w.Reviewers {
		if len(fixture.Tasks(t, w.DB, who)) > 0 {
			me = who
		}
	}
	sheet := fixture.Declared(t, w.DB, me, fixture.Tasks(t, w.DB, me)[0].ID)
	read, err := w.reviews.Read(t.Context(), me, sheet)
	if err != nil {
		t.Fatal(err)
	}
	keep := func(draft int, opinion, points string) (review.Content, map[string]string, int) {
		t.Helper()
		ctx, n := work.Counting(t.Context())
		in := review.Input{Draft: draft, Opinion: opinion, Scores: []review.ScoreInput{{CriterionID: read.Rubric.Criteria[0].ID, Points: points}}}
		out, wrong, err := w.reviews.KeepDraft(ctx, me, sheet, in)
		if err != nil {
			t.Fatal(err)
		}
		return out, wrong, n.N()
	}
	const saved = 10 // open, sheet, round, rubric in three, two writes, what is stored then in two
	draft := 1
	for _, c := range []struct {
		what, opinion, points string
		wrong                 []string
		opinionThen           string
		queries               int
	}{
		{"all is sound", "처음 의견", "3", nil, "처음 의견", saved},
		{"points are wrong", "다음 의견", "천 점", []string{"points"}, "다음 의견", saved},
		{"the opinion is wrong", strings.Repeat("긴", 4001), "2", []string{"opinion"}, "다음 의견", saved + 1},
	} {
		out, wrong, queries := keep(draft, c.opinion, c.points)
		if len(wrong) != len(c.wrong) || out.Opinion != c.opinionThen || queries != c.queries {
			t.Errorf("%s: %v is wrong, the opinion is %q, %d queries; want %v, %q, %d", c.what, wrong, out.Opinion, queries, c.wrong, c.opinionThen, c.queries)
		}
		draft = out.Draft
		if got := out.Scores[0].Points; c.points == "천 점" && (got == nil || got.String() != "3.00") {
			t.Errorf("%s: the stored points became %v", c.what, got)
		}
	}
	ctx, n := work.Counting(t.Context())
	if _, err := w.reviews.SaveDraft(ctx, me, sheet, review.Input{Draft: draft, Opinion: "끝"}); err != nil || n.N() != saved {
		t.Errorf("a save costs %d queries, want %d: %v", n.N(), saved, err)
	}
}
