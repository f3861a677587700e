package review_test

import (
	"strconv"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// attempt is one actor's try at a verb.
type attempt struct {
	who  authz.Actor
	kind fault.Kind
}

// refused makes every attempt and demands its refusal; nothing must change, so the
// allowed attempt after it succeeds.
func refused(t *testing.T, verb string, fn func(authz.Actor) error, attempts ...attempt) {
	t.Helper()
	for _, a := range attempts {
		want(t, verb+" by "+a.who.Name, fn(a.who), a.kind)
	}
}

func TestPool(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	in := review.ReviewerInput{Person: w.Reviewers[0].ID, Employer: " 가상대학교 ", Expertise: []string{"유통", " 유통", ""}}
	add := func(who authz.Actor) error {
		_, err := w.reviews.AddReviewer(ctx, who, program.ID(w.Program), in)
		return err
	}
	refused(t, "add", add, attempt{w.Chair, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Officer, fault.Forbidden}, attempt{w.Admin, fault.Forbidden})
	nobody := in
	nobody.Person = w.Officer.ID
	_, err := w.reviews.AddReviewer(ctx, w.Manager, program.ID(w.Program), nobody)
	want(t, "a person without the role", err, fault.Invalid)
	ministry := in
	ministry.Government = w.Ministry
	_, err = w.reviews.AddReviewer(ctx, w.Manager, program.ID(w.Program), ministry)
	want(t, "a ministry as jurisdiction", err, fault.Invalid)
	if won := race(t, 8, func() error { return add(w.Manager) }); won != 1 {
		t.Fatalf("%d entered the same person", won)
	}
	list, err := w.reviews.Reviewers(ctx, w.Decider, program.ID(w.Program), fixtureRequest())
	if err != nil || len(list.Items) != 1 || list.Items[0].Employer != "가상대학교" || len(list.Items[0].Expertise) != 1 {
		t.Fatalf("pool: %+v, %v", list, err)
	}
	r := list.Items[0]
	in.Active, in.Government = true, w.Naru
	moved, err := w.reviews.UpdateReviewer(ctx, w.Manager, r.ID, r.Version, in)
	if err != nil || moved.GovernmentName != "가람도 나루군" || moved.SidoID != int64(w.Garam) || moved.SigunguID != int64(w.Naru) {
		t.Errorf("moved: %+v, %v", moved, err)
	}
	_, err = w.reviews.UpdateReviewer(ctx, w.Manager, r.ID, r.Version, in)
	want(t, "a stale version", err, fault.Conflict)
	_, err = w.reviews.UpdateReviewer(ctx, w.Chair, r.ID, moved.Version, in)
	want(t, "update by the chair", err, fault.Forbidden)
	candidates, err := w.reviews.Candidates(ctx, w.Manager, program.ID(w.Program))
	if err != nil || len(candidates) != 5 {
		t.Errorf("candidates: %v, %v", candidates, err)
	}
}

func TestCreateRound(t *testing.T) {
	w := setup(t)
	create := func(who authz.Actor) error {
		_, err := w.reviews.CreateRound(t.Context(), who, w.call.ID)
		return err
	}
	want(t, "before the call is closed", create(w.Manager), fault.Conflict)
	fixture.Closed(t, w.DB, w.call)
	refused(t, "create", create, attempt{w.Chair, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Officer, fault.Forbidden})
	if won := race(t, 8, func() error { return create(w.Manager) }); won != 1 {
		t.Fatalf("%d rounds", won)
	}
	var states []string
	if err := w.DB.DB.Select(&states, `select state from applications union all select state from calls where id = $1`, w.call.ID); err != nil {
		t.Fatal(err)
	}
	for _, s := range states {
		if s != "reviewing" {
			t.Errorf("states after the round began: %v", states)
		}
	}
}

func TestRoundOfACallWithoutApplications(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Closed(t, d, fixture.Call(t, d, c))
	_, err := fixture.Reviews(d).CreateRound(t.Context(), c.Manager, call.ID)
	want(t, "nothing received", err, fault.Conflict)
}

func TestAssign(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	panel := fixture.Panel(t, w.DB, w.Company)
	round := fixture.Round(t, w.DB, w.Company, w.call)
	pairs := []review.Pair{{Application: w.apps[0].ID, Reviewer: panel[0].ID}, {Application: w.apps[1].ID, Reviewer: panel[0].ID}}
	assign := func(who authz.Actor) error {
		_, err := w.reviews.Assign(ctx, who, round.ID, pairs)
		return err
	}
	refused(t, "assign", assign, attempt{w.Chair, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Reviewers[0], fault.NotFound}, attempt{w.Officer, fault.NotFound})
	if won := race(t, 8, func() error { return notTwice(assign(w.Manager)) }); won != 1 {
		t.Fatalf("%d assigned the same pairs", won)
	}
	for name, bad := range map[string][]review.Pair{
		"nothing": nil, "unknown application": {{Application: 999, Reviewer: panel[0].ID}}, "unknown reviewer": {{Application: w.apps[0].ID, Reviewer: 999}},
		"twice at once": {{Application: w.apps[2].ID, Reviewer: panel[0].ID}, {Application: w.apps[2].ID, Reviewer: panel[0].ID}},
	} {
		_, err := w.reviews.Assign(ctx, w.Manager, round.ID, bad)
		want(t, name, err, fault.Invalid)
	}
	auto, err := w.reviews.AutoAssign(ctx, w.Manager, round.ID, 3)
	if err != nil || len(auto) != 7 {
		t.Fatalf("automatic assignment made %d, %v", len(auto), err)
	}
	_, err = w.reviews.AutoAssign(ctx, w.Manager, round.ID, 3)
	want(t, "nothing left to assign", err, fault.Conflict)
	_, err = w.reviews.AutoAssign(ctx, w.Manager, round.ID, 6)
	want(t, "more than the pool", err, fault.Invalid)

	_, err = w.reviews.Unassign(ctx, w.Chair, auto[0].ID)
	want(t, "unassign by the chair", err, fault.Forbidden)
	if _, err = w.reviews.Unassign(ctx, w.Manager, auto[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.reviews.Unassign(ctx, w.Manager, auto[0].ID)
	want(t, "unassign again", err, fault.NotFound)
	task := fixture.Tasks(t, w.DB, w.Reviewers[0])[0]
	fixture.Declared(t, w.DB, w.Reviewers[0], task.ID)
	_, err = w.reviews.Unassign(ctx, w.Manager, task.ID)
	want(t, "unassign what was declared", err, fault.Conflict)
}

// notTwice makes the refusal of pairs that exist already a Conflict, as race wants
// losers to get: who comes second reads the first one's assignment.
func notTwice(err error) error {
	if fault.KindOf(err) == fault.Invalid {
		return fault.Wrap(fault.Conflict, "", err)
	}
	return err
}

func TestDeclare(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	fixture.Assigned(t, w.DB, w.Company, w.call, 3)
	me := w.Reviewers[0]
	tasks := fixture.Tasks(t, w.DB, me)
	declare := func(in review.Declaration) func(authz.Actor) error {
		return func(who authz.Actor) error {
			_, err := w.reviews.Declare(ctx, who, tasks[0].ID, in)
			return err
		}
	}
	none := declare(review.Declaration{Kind: review.NoConflict})
	refused(t, "declare", none, attempt{w.Reviewers[1], fault.NotFound}, attempt{w.Manager, fault.NotFound}, attempt{w.Chair, fault.NotFound}, attempt{w.Officer, fault.NotFound})
	want(t, "a conflict without a reason", declare(review.Declaration{Kind: review.Recused})(me), fault.Invalid)
	want(t, "a kind that others say", declare(review.Declaration{Kind: review.Challenged, Reason: "기피"})(me), fault.Invalid)
	if won := race(t, 8, func() error { return none(me) }); won != 1 {
		t.Fatalf("%d declarations", won)
	}
	closed, err := w.reviews.Declare(ctx, me, tasks[1].ID, review.Declaration{Kind: review.Recused, Reason: "배우자가 근무합니다."})
	if err != nil || !closed.Closed() || closed.SheetID != 0 {
		t.Fatalf("with a conflict: %+v, %v", closed, err)
	}
	desk, err := w.reviews.Open(ctx, me, tasks[1].ID)
	if err != nil || desk.Submission != nil || desk.Sheet != nil || desk.Content != nil {
		t.Errorf("with a conflict the application opened: %+v, %v", desk, err)
	}
	_, err = w.DB.DB.Exec(`select set_config('app.actor', $1, false)`, strconv.Itoa(int(me.ID)))
	want(t, "set actor", err, fault.Internal)
	if _, err := w.DB.DB.Exec(`insert into sheets (assignment_id, state) values ($1, 'draft')`, tasks[1].ID); err == nil {
		t.Error("a sheet was made by SQL in spite of a conflict")
	}
}

func TestSheet(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Assigned(t, w.DB, w.Company, w.call, 3)
	me := w.Reviewers[0]
	task := fixture.Tasks(t, w.DB, me)[0]
	desk, err := w.reviews.Open(ctx, me, task.ID)
	if err != nil || desk.Submission != nil || desk.Content != nil {
		t.Fatalf("before the declaration the application opened: %+v, %v", desk, err)
	}
	id := fixture.Declared(t, w.DB, me, task.ID)
	if desk, err = w.reviews.Open(ctx, me, task.ID); err != nil || desk.Submission == nil || desk.Content.Left != 6 || desk.Progress.Left() != desk.Progress.All {
		t.Fatalf("after the declaration: %+v, %v", desk, err)
	}
	first := desk.Rubric.Criteria[0]
	save := func(draft int, points string) error {
		_, err := w.reviews.SaveDraft(ctx, me, id, review.Input{Draft: draft, Scores: []review.ScoreInput{{CriterionID: first.ID, Points: points}}})
		return err
	}
	for _, points := range []string{"-1", "20.01", "3.333", "열", "1e1"} {
		want(t, "points "+points, save(1, points), fault.Invalid)
	}
	want(t, "points with two decimals", save(1, "19.75"), fault.Internal)
	want(t, "an older draft", save(1, "18"), fault.Conflict)
	want(t, "points taken back", save(2, ""), fault.Internal)
	other := review.Input{Draft: 3, Scores: []review.ScoreInput{{CriterionID: 999, Points: "1"}}}
	_, err = w.reviews.SaveDraft(ctx, me, id, other)
	want(t, "a criterion of nobody", err, fault.Invalid)
	refused(t, "save", func(who authz.Actor) error {
		_, err := w.reviews.SaveDraft(ctx, who, id, review.Input{Draft: 3})
		return err
	}, attempt{w.Reviewers[1], fault.NotFound}, attempt{w.Chair, fault.NotFound}, attempt{w.Manager, fault.NotFound})

	_, err = w.reviews.Submit(ctx, me, id, 3)
	want(t, "submit with holes", err, fault.Invalid)
	content := fixture.Scored(t, w.DB, me, id, 2)
	_, err = w.reviews.Submit(ctx, me, id, content.Draft-1)
	want(t, "submit what was not looked at", err, fault.Conflict)
	submit := func(who authz.Actor) error {
		_, err := w.reviews.Submit(ctx, who, id, content.Draft)
		return err
	}
	refused(t, "submit", submit, attempt{w.Reviewers[1], fault.NotFound}, attempt{w.Manager, fault.NotFound}, attempt{w.Chair, fault.NotFound})
	if won := race(t, 8, func() error { return submit(me) }); won != 1 {
		t.Fatalf("%d submissions", won)
	}
	want(t, "save after submission", save(content.Draft, "1"), fault.Conflict)
	var frozen bool
	if err := w.DB.DB.Get(&frozen, `select frozen_hash is not null from rubrics where call_id = $1`, w.call.ID); err != nil || !frozen {
		t.Errorf("the first submission left the rubric open: %v", err)
	}
	reopen := func(who authz.Actor) error {
		_, err := w.reviews.Reopen(ctx, who, id, "근거 보완")
		return err
	}
	refused(t, "reopen", reopen, attempt{me, fault.NotFound}, attempt{w.Manager, fault.Forbidden}, attempt{w.Decider, fault.Forbidden})
	_, err = w.reviews.Reopen(ctx, w.Chair, id, " ")
	want(t, "reopen without a reason", err, fault.Invalid)
	if won := race(t, 8, func() error { return reopen(w.Chair) }); won != 1 {
		t.Fatalf("%d reopenings", won)
	}
	want(t, "save after reopening", save(content.Draft, "1"), fault.Internal)
	_, err = w.reviews.RequestDiscussion(ctx, w.Chair, round.ID)
	want(t, "discussion with sheets outstanding", err, fault.Conflict)
}

func TestDiscussionAndLockTakeTwo(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Judged(t, w.DB, w.Company, w.call, w.apps)
	request := func(who authz.Actor) error { _, err := w.reviews.RequestDiscussion(ctx, who, round.ID); return err }
	confirm := func(version int) func(authz.Actor) error {
		return func(who authz.Actor) error {
			_, err := w.reviews.ConfirmDiscussion(ctx, who, round.ID, version)
			return err
		}
	}
	want(t, "confirm what nobody asked for", confirm(round.Version)(w.Manager), fault.Conflict)
	refused(t, "request", request, attempt{w.Manager, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Reviewers[0], fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	if won := race(t, 8, func() error { return request(w.Chair) }); won != 1 {
		t.Fatalf("%d requests", won)
	}
	version := round.Version + 1
	want(t, "confirm an older round", confirm(round.Version)(w.Manager), fault.Conflict)
	both := w.Chair
	both.Grants = append(both.Grants[:len(both.Grants):len(both.Grants)], authz.Grant{Role: "manager", Program: w.Program})
	want(t, "the chair alone, though a manager too", confirm(version)(both), fault.Forbidden)
	refused(t, "confirm", confirm(version), attempt{w.Chair, fault.Forbidden}, attempt{w.Reviewers[0], fault.Forbidden}, attempt{w.Finance, fault.NotFound})
	if won := race(t, 8, func() error { return confirm(version)(w.Manager) }); won != 1 {
		t.Fatalf("%d confirmations", won)
	}
	lock := func(version int) func(authz.Actor) error {
		return func(who authz.Actor) error { _, err := w.reviews.ConfirmLock(ctx, who, round.ID, version); return err }
	}
	want(t, "lock what nobody asked to lock", lock(version+1)(w.Decider), fault.Conflict)
	_, err := w.reviews.RequestLock(ctx, w.Chair, round.ID)
	want(t, "lock without minutes", err, fault.Conflict)
	fixture.Minuted(t, w.DB, w.Company, round.ID)
	asked, err := w.reviews.RequestLock(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "the chair locks alone", lock(asked.Version)(both), fault.Forbidden)
	sheets := discussed(t, w, w.Chair, round.ID)
	if _, err := w.reviews.Reopen(ctx, w.Chair, sheets[0], "점수 차이 설명"); err != nil {
		t.Fatal(err)
	}
	want(t, "lock after a sheet was reopened", lock(asked.Version+1)(w.Decider), fault.Conflict)
	resubmit(t, w, sheets[0])
	if asked, err = w.reviews.RequestLock(ctx, w.Chair, round.ID); err != nil {
		t.Fatal(err)
	}
	if won := race(t, 8, func() error { return lock(asked.Version)(w.Decider) }); won != 1 {
		t.Fatalf("%d locks", won)
	}
	_, err = w.reviews.Reopen(ctx, w.Chair, sheets[0], "늦음")
	want(t, "reopen after the lock", err, fault.Conflict)
	_, err = w.reviews.ConfirmBonus(ctx, w.Manager, round.ID, w.apps[0].ID, bonusItem(t, w), "증명서")
	want(t, "bonus after the lock", err, fault.Conflict)
}

func TestBonus(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Judged(t, w.DB, w.Company, w.call, w.apps)
	item, last := bonusItem(t, w), w.apps[len(w.apps)-1].ID
	confirm := func(who authz.Actor) error {
		_, err := w.reviews.ConfirmBonus(ctx, who, round.ID, last, item, "행정안전부 고시")
		return err
	}
	refused(t, "confirm bonus", confirm, attempt{w.Chair, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	_, err := w.reviews.ConfirmBonus(ctx, w.Manager, round.ID, last, item, "")
	want(t, "without evidence", err, fault.Invalid)
	_, err = w.reviews.ConfirmBonus(ctx, w.Manager, round.ID, last, 999, "근거")
	want(t, "an unknown item", err, fault.Invalid)
	if won := race(t, 8, func() error { return confirm(w.Manager) }); won != 1 {
		t.Fatalf("%d bonuses", won)
	}
	if _, err := w.reviews.RevokeBonus(ctx, w.Manager, round.ID, last, item); err != nil {
		t.Fatal(err)
	}
	_, err = w.reviews.RevokeBonus(ctx, w.Manager, round.ID, last, item)
	want(t, "revoke again", err, fault.NotFound)
	want(t, "confirm anew", confirm(w.Manager), fault.Internal)
}
