package report_test

import (
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// discussed is a call of two stages with a discussion that left its traces: in the
// first one the last application was asked about, reopened and scored anew; in the
// second one a reviewer recused themselves from the first application.
type discussed struct {
	judged
	owner, fellow, recused int // places among the reviewers
}

// evil would compute if it were not text.
const evil = `=HYPERLINK("http://a","b")`

func newDiscussed(t *testing.T) discussed {
	t.Helper()
	w := discussed{judged: newJudged(t)}
	fixture.Panel(t, w.DB, w.Company)
	fixture.Closed(t, w.DB, w.call)
	if _, err := (&program.Service{Work: w.DB.Work}).SetStages(t.Context(), w.Manager, w.call.ID,
		[]program.StageInput{{Stage: "paper", WeightBps: 4_000}, {Stage: "presentation", WeightBps: 6_000}}, "발표를 더합니다."); err != nil {
		t.Fatal(err)
	}
	paper := w.stage(t)
	w.discuss(t, paper)
	w.minute(t, paper, "첫 문단입니다.")
	w.lock(t, paper, "첫 문단입니다.\n\n둘째 문단입니다.")
	if _, err := w.Judging(t.Context(), w.Manager, w.call.ID, page.Request{}); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("with one of two stages locked the manager got %v", err)
	}
	last := w.stage(t)
	w.open(t, last)
	w.recuse(t, last)
	w.lock(t, last, "")
	return w
}

// stage is the next round, scored by all so that the applications rank in their order.
func (w *discussed) stage(t *testing.T) review.RoundID {
	t.Helper()
	round, err := fixture.Reviews(w.DB).CreateRound(t.Context(), w.Manager, w.call.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fixture.Reviews(w.DB).AutoAssign(t.Context(), w.Manager, round.ID, 3); err != nil {
		t.Fatal(err)
	}
	for _, who := range w.Reviewers {
		for _, task := range w.tasks(t, who, round.ID) {
			sheet := fixture.Declared(t, w.DB, who, task.ID)
			content := fixture.Scored(t, w.DB, who, sheet, w.place(task.ApplicationID))
			if _, err := fixture.Reviews(w.DB).Submit(t.Context(), who, sheet, content.Draft); err != nil {
				t.Fatal(err)
			}
		}
	}
	return round.ID
}

func (w *discussed) place(id application.ID) int {
	for i, a := range w.apps {
		if a.ID == id {
			return i
		}
	}
	return -1
}

func (w *discussed) tasks(t *testing.T, who authz.Actor, round review.RoundID) (out []review.Task) {
	t.Helper()
	for _, task := range fixture.Tasks(t, w.DB, who) {
		if task.RoundID == round {
			out = append(out, task)
		}
	}
	return out
}

func (w *discussed) open(t *testing.T, round review.RoundID) {
	t.Helper()
	asked, err := fixture.Reviews(w.DB).RequestDiscussion(t.Context(), w.Chair, round)
	if err == nil {
		_, err = fixture.Reviews(w.DB).ConfirmDiscussion(t.Context(), w.Manager, round, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// discuss opens the paper round and lets the last application's first reviewer be
// asked twice, answer once, and change two criteria: one in points, one in words.
func (w *discussed) discuss(t *testing.T, round review.RoundID) {
	t.Helper()
	ctx, s := t.Context(), fixture.Reviews(w.DB)
	w.open(t, round)
	w.owner, w.fellow = -1, -1
	var sheet review.SheetID
	for i, who := range w.Reviewers {
		for _, task := range w.tasks(t, who, round) {
			switch {
			case task.ApplicationID != w.apps[2].ID:
			case w.owner < 0:
				w.owner, sheet = i, task.SheetID
			case w.fellow < 0:
				w.fellow = i
			}
		}
	}
	owner := w.Reviewers[w.owner]
	r, err := s.Read(ctx, owner, sheet)
	if err != nil {
		t.Fatal(err)
	}
	scores := r.Content.Scores
	x, err := s.Ask(ctx, w.Chair, sheet, 0, evil)
	if err == nil {
		_, err = s.Answer(ctx, owner, x.ID, "+1")
	}
	if err == nil {
		_, err = s.Ask(ctx, w.Reviewers[w.fellow], sheet, scores[1].CriterionID, "왜 낮습니까?")
	}
	if err == nil {
		_, err = s.Reopen(ctx, w.Chair, sheet, "-2+3")
	}
	if err != nil {
		t.Fatal(err)
	}
	if r, err = s.Read(ctx, owner, sheet); err != nil {
		t.Fatal(err)
	}
	content, err := s.SaveDraft(ctx, owner, sheet, review.Input{Draft: r.Content.Draft, Opinion: r.Content.Opinion, Scores: []review.ScoreInput{
		{CriterionID: scores[0].CriterionID, Points: "12.5", Justification: scores[0].Justification, Reason: "@SUM(A1)"},
		{CriterionID: scores[1].CriterionID, Points: scores[1].Points.String(), Justification: "다시 적은 근거"},
	}})
	if err == nil {
		_, err = s.Submit(ctx, owner, sheet, content.Draft)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// recuse takes the first reviewer of the first application out of the round.
func (w *discussed) recuse(t *testing.T, round review.RoundID) {
	t.Helper()
	for i, who := range w.Reviewers {
		for _, task := range w.tasks(t, who, round) {
			if task.ApplicationID == w.apps[0].ID {
				w.recused = i
				if _, err := fixture.Reviews(w.DB).Recuse(t.Context(), who, task.ID, review.Exclusion{Kind: review.Recused, Reason: "친족이 일합니다."}); err != nil {
					t.Fatal(err)
				}
				return
			}
		}
	}
	t.Fatal("nobody scored the first application")
}

// minute writes the minutes: attended by the first two, with a decision on the first
// and the last application.
func (w *discussed) minute(t *testing.T, round review.RoundID, body string) {
	t.Helper()
	view, err := fixture.Reviews(w.DB).Minutes(t.Context(), w.Chair, round)
	if err != nil {
		t.Fatal(err)
	}
	in := review.MinutesInput{Version: view.Minutes.Version, HeldAt: fixture.Now(t, w.DB), Place: evil, Body: body,
		Items: []review.DecisionInput{{Application: w.apps[0].ID, Decision: "그대로 둡니다."}, {Application: w.apps[2].ID, Decision: "=1+1"}}}
	for _, a := range view.Attendees[:2] {
		in.Attendees = append(in.Attendees, a.ReviewerID)
	}
	if _, err := fixture.Reviews(w.DB).WriteMinutes(t.Context(), w.Chair, round, in); err != nil {
		t.Fatal(err)
	}
}

// lock asks for the lock, writes the minutes once more, which makes that void, and locks.
func (w *discussed) lock(t *testing.T, round review.RoundID, body string) {
	t.Helper()
	s := fixture.Reviews(w.DB)
	w.minute(t, round, body)
	if _, err := s.RequestLock(t.Context(), w.Chair, round); err != nil {
		t.Fatal(err)
	}
	w.minute(t, round, body)
	asked, err := s.RequestLock(t.Context(), w.Chair, round)
	if err == nil {
		_, err = s.ConfirmLock(t.Context(), w.Decider, round, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}
