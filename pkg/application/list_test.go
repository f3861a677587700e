package application_test

import (
	"context"
	"fmt"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// TestListsShowWhatCanBeOpened compares every person's list with what they can open
// one by one, drafts and handed-in ones.
func TestListsShowWhatCanBeOpened(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	apps := []application.Application{
		w.create(t, w.Officer), handedIn(t, w, w.Officer2), w.create(t, w.Province), handedIn(t, w, w.OfficerOther),
	}
	want := map[string]string{
		w.Officer.Name: "draft own", w.Approver.Name: "draft own", w.Officer2.Name: "own", w.Province.Name: "under + draft own",
		w.ProvinceOther.Name: "under", w.Manager.Name: "2 handed in", w.Auditor.Name: "2 handed in", w.Reviewers[0].Name: "none",
	}
	for _, who := range []authz.Actor{w.Officer, w.Approver, w.Officer2, w.OfficerOther, w.Province, w.ProvinceOther, w.Manager, w.Decider, w.Finance, w.Auditor, w.Reviewers[0], w.Chair} {
		slice, err := w.apps.List(ctx, who, page.Request{})
		if err != nil {
			t.Fatalf("%s: %v", who.Name, err)
		}
		listed := map[application.ID]bool{}
		for _, item := range slice.Items {
			listed[item.ID] = true
		}
		if slice.Total != len(listed) {
			t.Errorf("%s: total %d, %d rows", who.Name, slice.Total, len(listed))
		}
		for _, a := range apps {
			_, err := w.apps.Show(ctx, who, a.ID)
			if (err == nil) != listed[a.ID] {
				t.Errorf("%s (%s): %s %s listed %v, opened %v", who.Name, want[who.Name], a.GovernmentName, a.State, listed[a.ID], err)
			}
			if err != nil && fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v tells that it is there", who.Name, err)
			}
		}
	}
	for _, who := range []authz.Actor{w.Admin, w.Nobody, authz.Anonymous()} {
		_, err := w.apps.List(ctx, who, page.Request{})
		wantKind(t, err, fault.Forbidden, "")
	}
	for filter, n := range map[string]int{"under": 1, "own": 1} {
		slice, err := w.apps.List(ctx, w.Province, page.Request{Filters: map[string]string{"whose": filter}})
		if err != nil || slice.Total != n {
			t.Errorf("whose=%s: %d, %v", filter, slice.Total, err)
		}
	}
	for _, req := range []page.Request{{Query: "다솜"}, {Query: "어울림 시장", Filters: map[string]string{"government": fmt.Sprint(w.Dasom)}}, {Filters: map[string]string{"state": "endorsing", "call": fmt.Sprint(w.call.ID), "year": "2026", "government": fmt.Sprint(w.Dasom)}}} {
		slice, err := w.apps.List(ctx, w.Manager, req)
		if err != nil || slice.Total != 1 || slice.Items[0].GovernmentID != w.Dasom || slice.Items[0].Totals.Total() != money.Must(100_000_000) {
			t.Errorf("%+v: %+v, %v", req, slice, err)
		}
	}
}

// TestReviewersSeeThroughTheirAssignment only: ObjectFor with them in it.
func TestReviewersSeeThroughTheirAssignment(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := handedIn(t, w, w.Province)
	who := w.Reviewers[0]
	can := func(on authz.Object) bool {
		ok, err := work.View(t.Context(), w.Work, who, func(_ context.Context, tx *work.Tx) (bool, error) {
			return tx.Can("application:read", on), tx.Allow("home:read", authz.Object{})
		})
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if can(a.Object()) || !can(application.ObjectFor(a, []authz.PersonID{who.ID})) {
		t.Error("a reviewer reads exactly what is assigned")
	}
}

const manyDistricts = `
	with o as (
		insert into organizations (kind, name, parent_id, valid_from, fictitious)
		select 'sigungu', '시험군 ' || n, $1, '2015-01-01', true from generate_series(1, $2::int) n returning id)
	insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
	select app_now(), -1, '시험', 'fixture', 'organization:create', 'organization', id, 1, '{}' from o returning object_id`

// TestQueryCounts: a list costs the same for 3 rows and for 50, a plan the same for
// 8 lines and for 40, a save the same for 1 line and for 300.
func TestQueryCounts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	count := func(do func(context.Context) error) int {
		t.Helper()
		ctx, n := work.Counting(t.Context())
		if err := do(ctx); err != nil {
			t.Fatal(err)
		}
		return n.N()
	}
	list := func(ctx context.Context) error {
		_, err := w.apps.List(ctx, w.Province, page.Request{})
		return err
	}
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	few := count(list)
	for _, who := range w.districts(t, 50) {
		if _, err := w.apps.Create(t.Context(), who, w.call.ID, orgOf(who), ""); err != nil {
			t.Fatal(err)
		}
	}
	if many := count(list); many != few {
		t.Errorf("a list costs %d queries for one row, %d for 50", few, many)
	}
	open := func(ctx context.Context) error { _, err := w.apps.Workspace(ctx, w.Officer, a.ID); return err }
	read := func(ctx context.Context) error { _, err := w.apps.Submission(ctx, w.Manager, a.ID, 0); return err }
	handed := count(read)
	if _, err := w.comments.Return(t.Context(), w.Province, a.ID, a.Version, "까닭", nil); err != nil {
		t.Fatal(err)
	}
	eight := count(open)
	budget := func(ctx context.Context) error {
		ws, err := w.apps.BudgetWorkspace(ctx, w.Officer, a.ID)
		if len(ws.Codes) == 0 || len(ws.Reference) == 0 {
			t.Errorf("the budget has %d codes and %d beside them", len(ws.Codes), len(ws.Reference))
		}
		return err
	}
	if codes := count(budget); codes != eight+1 {
		t.Errorf("a plan costs %d queries, with the expense codes %d", eight, codes)
	}
	save := func(version, lines int) int {
		return count(func(ctx context.Context) error {
			one := application.BudgetLine{Code: "210-01", Amounts: money.BySource{National: money.Must(1000), Sido: money.Must(1000)}}
			all := make([]application.BudgetLine, lines)
			for i := range all {
				all[i] = one
			}
			_, err := w.apps.SaveLines(ctx, w.Officer, a.ID, version, all, false)
			return err
		})
	}
	if one, many := save(1, 1), save(2, application.MaxLines); one != many {
		t.Errorf("saving 1 line costs %d queries, 300 cost %d", one, many)
	}
	save(3, 40)
	if forty := count(open); forty != eight {
		t.Errorf("a plan costs %d queries for 8 lines, %d for 40", eight, forty)
	}
	t.Logf("list %d, workspace %d, submission %d queries", few, eight, handed)
}

// districts makes n districts of 가람도 with an officer each.
func (w world) districts(t testing.TB, n int) []authz.Actor {
	t.Helper()
	return districts(t, w.DB, int64(w.Garam), n)
}

func districts(t testing.TB, d *dbtest.DB, province int64, n int) []authz.Actor {
	t.Helper()
	var ids []int64
	if err := d.Owner.Select(&ids, manyDistricts, province, n); err != nil {
		t.Fatal(err)
	}
	out := make([]authz.Actor, n)
	for i, id := range ids {
		out[i] = authz.Actor{ID: authz.PersonID(100_000 + i), Name: "시험 담당자", Grants: []authz.Grant{{Role: "officer", Government: id}}}
	}
	return out
}
