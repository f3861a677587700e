package planbook_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/planbook"
)

// TestWhoMay asks every use case with everybody.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	data := w.download(t)
	in := w.upload(t, edited(t, data, set("성과지표!E6", "31")))
	for _, tt := range []struct {
		who        string
		read, edit fault.Kind
	}{{"다솜시", fault.NotFound, fault.NotFound}, {"가람도", fault.NotFound, fault.NotFound}, {"부처", fault.NotFound, fault.NotFound}, {"결재자", 0, fault.Forbidden}} {
		who := w.Officer2
		switch tt.who {
		case "가람도":
			who = w.Province
		case "부처":
			who = w.Manager
		case "결재자":
			who = w.Approver
		}
		f, err := w.books.Workbook(ctx, who, w.app.ID)
		if err == nil {
			_ = f.Close()
		}
		if tt.read == 0 && err != nil || tt.read != 0 && fault.KindOf(err) != tt.read {
			t.Errorf("%s downloads: %v", tt.who, err)
		}
		_, upload := w.books.Upload(ctx, who, w.app.ID, "a.xlsx", data)
		_, show := w.books.Show(ctx, who, w.app.ID, in.ID)
		_, _, marked := w.books.Marked(ctx, who, w.app.ID, in.ID)
		for what, err := range map[string]error{"uploads": upload, "shows": show, "colours": marked, "applies": w.apply(t, who, in)} {
			if fault.KindOf(err) != tt.edit || err == nil {
				t.Errorf("%s %s: %v", tt.who, what, err)
			}
		}
	}
	done := w.app
	ws, err := w.apps.Workspace(ctx, w.Officer, done.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.Submit(ctx, w.Officer, done.ID, ws.Version, ws.DraftVersion); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.apply(t, w.Officer, in), fault.Conflict, "고칠 수 없습니다")
	_, err = w.books.Upload(ctx, w.Officer, done.ID, "a.xlsx", data)
	wantKind(t, err, fault.Conflict, "고칠 수 없습니다")
}

// TestSavedSince: a part that others saved after the download is shown as such and
// replaced only by consent; one that the file leaves as it was stays theirs.
func TestSavedSince(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	file := edited(t, w.download(t), set("성과지표!E6", "31"))
	if _, err := w.apps.SaveIndicators(ctx, w.Officer, w.app.ID, 1, []application.Indicator{{Name: "참여 기업 수", Target: "40"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.SavePartners(ctx, w.Officer, w.app.ID, 1, []application.Partner{{Name: "남이 적은 기관", Role: "역할"}}); err != nil {
		t.Fatal(err)
	}
	in := w.upload(t, file)
	if in.Errors != 0 || len(in.Since) != 1 || !in.Since[0].Known || in.Since[0].Changes.Empty() || in.Since[0].By == "" {
		t.Fatalf("since %+v", in.Since)
	}
	if len(in.Notes) != 1 || !strings.Contains(in.Notes[0], "‘협업기관’ 시트는 내려받은 그대로") {
		t.Errorf("notes %v", in.Notes)
	}
	_, err := w.books.Apply(ctx, w.Officer, w.app.ID, in.ID, planbook.Agreement{Versions: in.Versions})
	wantKind(t, err, fault.Invalid, "동의")
	if err := w.apply(t, w.Officer, in); err != nil {
		t.Fatal(err)
	}
	if plan := w.plan(t); plan.Indicators[0].Target != "31" || plan.Partners[0].Name != "남이 적은 기관" {
		t.Errorf("after: %+v %+v", plan.Indicators, plan.Partners)
	}
}

// TestApplyTakesThePlaceOfKeptInput: what was typed with mistakes and kept gives way
// to a valid file, and the plan can be handed in again.
func TestApplyTakesThePlaceOfKeptInput(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	if _, err := w.apps.KeepInput(ctx, w.Officer, w.app.ID, application.PartIndicators, 1, map[string][]string{"indicators.0.name": {""}}, 1); err != nil {
		t.Fatal(err)
	}
	in := w.upload(t, edited(t, w.download(t), set("성과지표!E6", "31")))
	if err := w.apply(t, w.Officer, in); err != nil {
		t.Fatal(err)
	}
	if kept, err := w.apps.Kept(ctx, w.Officer, w.app.ID, application.PartIndicators); err != nil || kept != nil {
		t.Errorf("still kept: %v %v", kept, err)
	}
	ws, err := w.apps.Workspace(ctx, w.Officer, w.app.ID)
	if err != nil || !ws.Report.Complete() {
		t.Errorf("the plan is not complete: %v", err)
	}
}

// TestApplyLosesTheRace: what was shown is what is applied, or nothing is.
func TestApplyLosesTheRace(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	in := w.upload(t, edited(t, w.download(t), set("성과지표!E6", "31", "협업기관!C6", "홍보")))
	if _, err := w.apps.SavePartners(ctx, w.Officer, w.app.ID, 1, []application.Partner{{Name: "그사이", Role: "역할"}}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.apply(t, w.Officer, in), fault.Conflict, "다시 확인")
	if plan := w.plan(t); plan.Indicators[0].Target != "30" {
		t.Errorf("half of the file was applied: %+v", plan.Indicators)
	}
	again, err := w.books.Show(ctx, w.Officer, w.app.ID, in.ID)
	if err != nil || !again.Ready() || len(again.Since) != 1 {
		t.Fatalf("checked again: %+v %v", again.Since, err)
	}
	var won, lost atomic.Int32
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			_, err := w.books.Apply(context.WithoutCancel(ctx), w.Officer, w.app.ID, again.ID, planbook.Agreement{Versions: again.Versions, Overwrite: true})
			switch {
			case err == nil:
				won.Add(1)
			case fault.KindOf(err) == fault.Conflict, fault.KindOf(err) == fault.NotFound, fault.KindOf(err) == fault.Invalid:
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 || lost.Load() != 5 {
		t.Errorf("%d won and %d lost", won.Load(), lost.Load())
	}
}

// TestApplyRacesWithSaves: saves of single parts while files are applied never leave
// half of a file, and nobody waits for the other for ever.
func TestApplyRacesWithSaves(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := context.WithoutCancel(t.Context())
	in := w.upload(t, edited(t, w.download(t), set("성과지표!E6", "31", "협업기관!C6", "홍보", "세부사업!C6", "고친 내용")))
	var wait sync.WaitGroup
	var applied atomic.Bool
	wait.Go(func() {
		_, err := w.books.Apply(ctx, w.Officer, w.app.ID, in.ID, planbook.Agreement{Versions: in.Versions, Overwrite: true})
		if err != nil && fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
		applied.Store(err == nil)
	})
	for _, save := range []func() error{
		func() error {
			_, err := w.apps.SaveIndicators(ctx, w.Officer, w.app.ID, 1, []application.Indicator{{Name: "다른 지표", Target: "1"}})
			return err
		},
		func() error {
			_, err := w.apps.SavePartners(ctx, w.Officer, w.app.ID, 1, []application.Partner{{Name: "다른 기관", Role: "역할"}})
			return err
		},
	} {
		wait.Go(func() {
			if err := save(); err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	plan := w.plan(t)
	mine := 0
	for _, is := range []bool{plan.Indicators[0].Target == "31", plan.Partners[0].Role == "홍보", plan.Activities[0].Content == "고친 내용"} {
		if is {
			mine++
		}
	}
	if applied.Load() && mine != 3 || !applied.Load() && mine != 0 {
		t.Errorf("applied %v with %d of 3 parts", applied.Load(), mine)
	}
}

// TestFilesAreForgotten: a new file takes the place of the old one, and after three
// days there is none.
func TestFilesAreForgotten(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	first := w.upload(t, w.download(t))
	second := w.upload(t, w.download(t))
	if _, err := w.books.Show(ctx, w.Officer, w.app.ID, first.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the first file: %v", err)
	}
	w.Clock(t, time.Date(2026, 3, 5, 9, 0, 1, 0, time.UTC))
	if _, err := w.books.Show(ctx, w.Officer, w.app.ID, second.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after three days: %v", err)
	}
	if n, err := w.books.Forget(ctx); err != nil || n != 1 {
		t.Errorf("%d files forgotten, %v", n, err)
	}
	var n int
	if err := w.DB.DB.Get(&n, `select count(*) from plan_imports`); err != nil || n != 0 {
		t.Errorf("%d files are left (%v)", n, err)
	}
}
