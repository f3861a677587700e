package report_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/report"
	"eoul/pkg/review"
	"eoul/pkg/screening"
)

// leads are those entries of somebody's inbox whose title has a word, as "title count,
// about, link", what waits for others in brackets.
func leads(t *testing.T, d *dbtest.DB, who authz.Actor, word string) []string {
	t.Helper()
	tasks, err := (&report.Service{Work: d.Work}).Inbox(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, task := range tasks {
		if !strings.Contains(task.Title, word) {
			continue
		}
		text := fmt.Sprintf("%s %d, %s, %s", task.Title, task.Count, task.About, task.Link)
		if task.Waiting {
			text = "[" + text + "]"
		}
		out = append(out, text)
	}
	return out
}

// panelled are two closed calls: three applications to the first, one to the second.
type panelled struct {
	*dbtest.DB
	fixture.Company
	first, second program.Call
	apps          []application.Application
	screenings    *screening.Service
}

func newPanelled(t *testing.T) panelled {
	t.Helper()
	d := dbtest.New(t)
	w := panelled{DB: d, Company: fixture.Cast(t, d), screenings: &screening.Service{Work: d.Work}}
	programs := &program.Service{Work: d.Work}
	w.first = fixture.Call(t, d, w.Company)
	in := fixture.CallInput(w.Company, fixture.Now(t, d))
	in.Title = "둘째 공모"
	var err error
	if w.second, err = programs.CreateCall(t.Context(), w.Manager, in); err == nil {
		_, err = programs.Announce(t.Context(), w.Manager, w.second.ID, w.second.Version)
	}
	if err == nil {
		w.second, err = programs.Open(t.Context(), w.Manager, w.second.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []authz.Actor{w.Officer, w.Officer2, w.OfficerOther} {
		w.apps = append(w.apps, fixture.Submitted(t, d, w.Company, w.first, who))
	}
	w.apps = append(w.apps, fixture.Submitted(t, d, w.Company, w.second, w.Officer))
	fixture.Closed(t, d, w.second)
	return w
}

// notify finds one application ineligible.
func (w panelled) notify(t *testing.T, app int) screening.Screening {
	t.Helper()
	x, err := w.screenings.Notify(t.Context(), w.Manager, w.apps[app].ID, screening.Finding{Reason: "심의 결과를 확인할 수 없습니다."})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestInboxLeadsToScreenings: one notice is led to itself, several of a call to those
// of its screenings that wait for the same, and each call stands for itself.
func TestInboxLeadsToScreenings(t *testing.T) {
	w := newPanelled(t)
	expect := func(when string, who authz.Actor, want ...string) {
		t.Helper()
		exactly(t, when+", "+who.Name, leads(t, w.DB, who, "부적격 통지"), want...)
	}
	one := func(app int) string {
		return fmt.Sprintf(" 1, %s · %s, /applications/%d/screening", w.apps[app].GovernmentName, w.apps[app].Title, w.apps[app].ID)
	}
	list := func(n int, waits string) string {
		return fmt.Sprintf(" %d, %s, /calls/%d/screenings?waits=%s", n, w.first.Title, w.first.ID, waits)
	}
	x := w.notify(t, 0)
	expect("noticed", w.Officer, "소명할 부적격 통지"+one(0))
	expect("noticed", w.Officer2)
	expect("noticed", w.Manager, "[소명을 기다리는 부적격 통지"+one(0)+"]")
	y := w.notify(t, 1)
	w.notify(t, 3)
	expect("three noticed", w.Officer, "소명할 부적격 통지"+one(0), "소명할 부적격 통지"+one(3))
	expect("three noticed", w.Manager2, "[소명을 기다리는 부적격 통지"+list(2, "answer")+"]", "[소명을 기다리는 부적격 통지"+one(3)+"]")

	if _, err := w.screenings.Respond(t.Context(), w.Officer, x.ID, x.Version, "회의록을 다시 냅니다."); err != nil {
		t.Fatal(err)
	}
	expect("one answered", w.Officer, "소명할 부적격 통지"+one(3))
	expect("one answered", w.Manager, "[소명을 기다리는 부적격 통지"+one(1)+"]", "[소명을 기다리는 부적격 통지"+one(3)+"]", "[다른 사람의 결정을 기다리는 부적격 통지"+one(0)+"]")
	expect("one answered", w.Decider, "결정할 부적격 통지"+one(0), "[소명을 기다리는 부적격 통지"+one(1)+"]", "[소명을 기다리는 부적격 통지"+one(3)+"]")

	w.Clock(t, y.AnswerUntil.Add(time.Minute))
	expect("silent", w.Officer)
	expect("silent", w.Manager2, "결정할 부적격 통지"+list(2, "decision"), "결정할 부적격 통지"+one(3))
	expect("silent", w.Manager, "[다른 사람의 결정을 기다리는 부적격 통지"+list(2, "other")+"]", "[다른 사람의 결정을 기다리는 부적격 통지"+one(3)+"]")
	for _, who := range []authz.Actor{w.Manager, w.Manager2, w.Decider} {
		w.listed(t, who)
	}
}

// listed compares every entry that leads to a list with what that list shows.
func (w panelled) listed(t *testing.T, who authz.Actor) {
	t.Helper()
	tasks, err := (&report.Service{Work: w.DB.Work}).Inbox(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	l, err := w.screenings.OfCall(t.Context(), who, w.first.ID)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, task := range tasks {
		to, err := url.Parse(task.Link)
		if err != nil || to.Query().Get("waits") == "" {
			continue
		}
		n := 0
		for _, r := range l.Rows {
			if r.Waits == to.Query().Get("waits") {
				n++
			}
		}
		if compared++; n != task.Count {
			t.Errorf("%s: %s counts %d, the list shows %d", who.Name, task.Title, task.Count, n)
		}
	}
	if compared == 0 {
		t.Errorf("%s is led to no list", who.Name)
	}
}

// TestInboxLeadsToChallenges: one challenge is led to itself, several of a call to
// those of its list that are not decided.
func TestInboxLeadsToChallenges(t *testing.T) {
	w := newPanelled(t)
	ctx, s := t.Context(), fixture.Reviews(w.DB)
	pool := fixture.Panel(t, w.DB, w.Company)
	for _, call := range []program.CallID{w.first.ID, w.second.ID} {
		if _, err := s.PublishPool(ctx, w.Manager, call); err != nil {
			t.Fatal(err)
		}
	}
	file := func(who authz.Actor, app, reviewer int) int64 {
		t.Helper()
		x, err := s.ChallengeReviewer(ctx, who, w.apps[app].ID, pool[reviewer].ID, "친족이 있습니다.")
		if err != nil {
			t.Fatal(err)
		}
		return int64(x.ID)
	}
	expect := func(want ...string) {
		t.Helper()
		exactly(t, "challenges", leads(t, w.DB, w.Manager, "기피 신청"), want...)
	}
	one := func(call program.CallID, app, reviewer int, id int64) string {
		return fmt.Sprintf("결정할 심사위원 기피 신청 1, %s · %s 위원, /calls/%d/pool#challenge-%d", w.apps[app].GovernmentName, w.Reviewers[reviewer].Name, call, id)
	}
	expect()
	first := file(w.Officer, 0, 0)
	expect(one(w.first.ID, 0, 0, first))
	second := file(w.OfficerOther, 2, 1)
	third := file(w.Officer, 3, 2)
	expect(fmt.Sprintf("결정할 심사위원 기피 신청 2, %s, /calls/%d/pool?state=filed#filed", w.first.Title, w.first.ID), one(w.second.ID, 3, 2, third))
	if _, err := s.DecideChallenge(ctx, w.Manager, 1, 1, false, "사실이 아닙니다."); err != nil {
		t.Fatal(err)
	}
	expect(one(w.first.ID, 2, 1, second), one(w.second.ID, 3, 2, third))
}

// TestExplanationsInTheInbox: who was asked is led to the sheet until they answered.
func TestExplanationsInTheInbox(t *testing.T) {
	w := newJudged(t)
	round := fixture.Discussing(t, w.DB, w.Company, w.call, w.apps)
	ctx, s := t.Context(), fixture.Reviews(w.DB)
	d, err := s.Discuss(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	sheet := d.Rows[0].Sheets[0].SheetID
	var reviewer authz.Actor
	for _, who := range w.Reviewers {
		for _, task := range fixture.Tasks(t, w.DB, who) {
			if task.SheetID == sheet {
				reviewer = who
			}
		}
	}
	var last review.Explanation
	for range 2 {
		if last, err = s.Ask(ctx, w.Chair, sheet, 0, "왜 이렇게 보셨습니까?"); err != nil {
			t.Fatal(err)
		}
	}
	about := d.Rows[0].GovernmentName + " · " + d.Rows[0].Title
	exactly(t, "asked twice", leads(t, w.DB, reviewer, "설명 요청"), fmt.Sprintf("답할 설명 요청 2, %s, /sheets/%d/explanations", about, sheet))
	exactly(t, "who asked", leads(t, w.DB, w.Chair, "설명 요청"))
	if _, err := s.Answer(ctx, reviewer, last.ID, "계획이 뚜렷합니다."); err != nil {
		t.Fatal(err)
	}
	exactly(t, "answered once", leads(t, w.DB, reviewer, "설명 요청"), fmt.Sprintf("답할 설명 요청 1, %s, /sheets/%d/explanations", about, sheet))
}
