package screening_test

import (
	"strings"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/screening"
)

type world struct {
	*dbtest.DB
	fixture.Company
	call program.Call
	app  application.Application // 나루군's
	s    *screening.Service
}

func setup(t *testing.T) world {
	t.Helper()
	d := dbtest.New(t)
	w := world{DB: d, Company: fixture.Cast(t, d), s: &screening.Service{Work: d.Work}}
	w.call = fixture.Call(t, d, w.Company)
	w.app = fixture.Submitted(t, d, w.Company, w.call, w.Officer)
	fixture.Closed(t, d, w.call)
	return w
}

// want fails unless err is of the kind; fault.Internal stands for no error.
func want(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if kind == fault.Internal && err != nil || kind != fault.Internal && (err == nil || fault.KindOf(err) != kind) {
		t.Errorf("%s: got %v, want kind %d", what, err, kind)
	}
}

// TestPass: everything computed is right for the fixture's plan; what is marked by hand
// as wrong needs a reason.
func TestPass(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	items, err := w.s.SetItems(ctx, w.Manager, w.call.ID, []screening.Item{{Title: "지방비 확보"}, {Title: "중복 지원"}})
	if err != nil || len(items) != 2 {
		t.Fatalf("%v, %v", items, err)
	}
	d, err := w.s.Show(ctx, w.Manager, w.app.ID)
	if err != nil || len(d.Checks) != 6 || d.Checks.Failed() != 0 || !d.Can["pass"] {
		t.Fatalf("computed %+v, %v", d, err)
	}
	pass := func(who authz.Actor, in screening.Finding) error {
		_, err := w.s.Pass(ctx, who, w.app.ID, in)
		return err
	}
	for _, who := range []authz.Actor{w.Officer, w.Decider, w.Chair} {
		kind := fault.NotFound
		if who.ID == w.Decider.ID {
			kind = fault.Forbidden
		}
		want(t, "pass by "+who.Name, pass(who, screening.Finding{}), kind)
	}
	want(t, "an item nobody looked at", pass(w.Manager, screening.Finding{Marks: []screening.Mark{{Item: items[0].ID, Passed: true}}}), fault.Invalid)
	marks := []screening.Mark{{Item: items[0].ID, Passed: true}, {Item: items[1].ID, Note: "다른 사업과 겹칩니다."}}
	want(t, "what is wrong needs a reason", pass(w.Manager, screening.Finding{Marks: marks}), fault.Invalid)
	want(t, "passed all the same", pass(w.Manager, screening.Finding{Marks: marks, Reason: "사업 내용이 다릅니다."}), fault.Internal)
	want(t, "once", pass(w.Manager, screening.Finding{Version: 2, Marks: marks, Reason: "다시"}), fault.Conflict)
	d, err = w.s.Show(ctx, w.Auditor, w.app.ID)
	if err != nil || d.State != screening.Eligible || d.Checks.Failed() != 1 || len(d.Checks) != 9 {
		t.Errorf("kept %+v, %v", d.Checks, err)
	}
	_, err = w.s.SetItems(ctx, w.Manager, w.call.ID, items)
	want(t, "items after a decision", err, fault.Conflict)
	_, err = w.s.Show(ctx, w.Officer, w.app.ID)
	want(t, "the applicant, without a notice", err, fault.NotFound)
}

// TestNoticeAnswerDecision walks the right to answer: two people, in time, once.
func TestNoticeAnswerDecision(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, err := w.s.Disqualify(ctx, w.Manager, w.app.ID, w.app.Version, "자격이 없습니다.")
	want(t, "without a notice", err, fault.Conflict)
	_, err = w.s.Notify(ctx, w.Manager, w.app.ID, screening.Finding{})
	want(t, "without a reason", err, fault.Invalid)
	x, err := w.s.Notify(ctx, w.Manager, w.app.ID, screening.Finding{Reason: "심의 결과를 확인할 수 없습니다."})
	if err != nil || x.State != screening.Noticed || x.AnswerUntil.Sub(fixture.Now(t, w.DB)) < 9*24*time.Hour {
		t.Fatalf("%+v, %v", x, err)
	}
	for name, err := range map[string]error{
		"before the answer":   second(w.s.Disqualify(ctx, w.Decider, w.app.ID, w.app.Version, "자격이 없습니다.")),
		"a stale application": second(w.s.Disqualify(ctx, w.Decider, w.app.ID, w.app.Version+1, "자격이 없습니다.")),
		"a round meanwhile":   second(fixture.Reviews(w.DB).CreateRound(ctx, w.Manager, w.call.ID)),
	} {
		want(t, name, err, fault.Conflict)
	}
	answer := func(who authz.Actor, version int, text string) error {
		_, err := w.s.Respond(ctx, who, x.ID, version, text)
		return err
	}
	want(t, "another government", answer(w.Officer2, x.Version, "소명"), fault.NotFound)
	want(t, "the ministry", answer(w.Manager, x.Version, "소명"), fault.Forbidden)
	want(t, "nothing said", answer(w.Officer, x.Version, " "), fault.Invalid)
	want(t, "answer", answer(w.Officer, x.Version, "회의록을 다시 냅니다."), fault.Internal)
	want(t, "a second answer", answer(w.Officer, x.Version+1, "또"), fault.Conflict)
	_, err = w.s.Overturn(ctx, w.Manager, x.ID, x.Version+1, "인정합니다.")
	want(t, "who sent the notice", err, fault.Forbidden)
	_, err = w.s.Disqualify(ctx, w.Manager, w.app.ID, w.app.Version, "인정하지 않습니다.")
	want(t, "who sent the notice, against", err, fault.Forbidden)
	out, err := w.s.Disqualify(ctx, w.Manager2, w.app.ID, w.app.Version, "인정하지 않습니다.")
	if err != nil || out.State != application.StateIneligible || out.EndReason != "인정하지 않습니다." {
		t.Fatalf("%+v, %v", out, err)
	}
	d, err := w.s.Show(ctx, w.Officer, w.app.ID)
	if err != nil || d.State != screening.Ineligible || d.Answer != "회의록을 다시 냅니다." || d.Decision != "인정하지 않습니다." {
		t.Errorf("what the applicant reads: %+v, %v", d, err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestSilence: who does not answer in time can be decided on, and cannot answer late.
func TestSilence(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	x, err := w.s.Notify(ctx, w.Manager, w.app.ID, screening.Finding{Reason: "심의 결과를 확인할 수 없습니다."})
	if err != nil {
		t.Fatal(err)
	}
	w.DB.Clock(t, x.AnswerUntil.Add(time.Second))
	_, err = w.s.Respond(ctx, w.Officer, x.ID, x.Version, "늦은 소명")
	if want(t, "late", err, fault.Conflict); !strings.Contains(err.Error(), "소명 기한") {
		t.Errorf("late: %v", err)
	}
	if _, err := w.s.Disqualify(ctx, w.Decider, w.app.ID, w.app.Version, "소명이 없었습니다."); err != nil {
		t.Error(err)
	}
}

// TestNobodyIsTurnedAwayUnheard: not even by SQL.
func TestNobodyIsTurnedAwayUnheard(t *testing.T) {
	w := setup(t)
	tx := w.DB.DB.MustBegin()
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`update applications set state = 'ineligible' where id = $1`, w.app.ID); err == nil || !strings.Contains(err.Error(), "not heard") {
		t.Errorf("turned away by SQL: %v", err)
	}
}

// TestComputedChecks finds what a plan breaks after its call was made stricter.
func TestComputedChecks(t *testing.T) {
	w := setup(t)
	w.DB.Broken = true // the call is changed behind its trail
	tx := w.Owner.MustBegin()
	for _, q := range []string{
		`alter table calls disable trigger user`,
		`update calls set cap = 1000, applicants = array['sido'], own_min_bps = 5000, own_max_bps = 5000, national_bps = 1000`,
		`insert into call_documents (call_id, code, position, title) select id, 'map', 9, '위치도' from calls`,
		`alter table calls enable trigger user`,
	} {
		if _, err := tx.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	l, err := w.s.OfCall(t.Context(), w.Manager, w.call.ID)
	if err != nil || len(l.Rows) != 1 || l.Rows[0].Failed != 4 || l.Counts[screening.Open] != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	d, err := w.s.Show(t.Context(), w.Manager, w.app.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Checks {
		broken := map[string]string{"kind": "시·군·구의 신청을 받지 않습니다", "cap": "한도 1,000원", "matching": "자부담", "documents": "위치도"}[c.Key]
		if c.Passed != (broken == "") || !strings.Contains(c.Reason, broken) {
			t.Errorf("%s: %v, %s", c.Key, c.Passed, c.Reason)
		}
	}
}
