package application_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// TestReturns walks a district's application through a return by the 시·도 and one
// by the ministry, each with its own deadline.
func TestReturns(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := handedIn(t, w, w.Officer)
	for _, tt := range []struct {
		who  authz.Actor
		want fault.Kind
	}{{w.Officer, fault.Forbidden}, {w.Manager, fault.Forbidden}, {w.ProvinceOther, fault.NotFound}, {w.Auditor, fault.Forbidden}} {
		_, err := w.comments.Return(ctx, tt.who, a.ID, a.Version, "까닭", nil)
		wantKind(t, err, tt.want, "")
	}
	_, err := w.comments.Return(ctx, w.Province, a.ID, a.Version, "  ", nil)
	wantKind(t, err, fault.Invalid, "적어 주십시오")
	a, err = w.comments.Return(ctx, w.Province, a.ID, a.Version, "예산의 산출기초를 고쳐 주십시오.", nil)
	if err != nil || a.State != application.StateReturned || a.ReturnedBy != application.ByProvince {
		t.Fatalf("%+v, %v", a, err)
	}
	// After the call's deadline the 시·도's own later instant binds.
	w.Clock(t, w.call.ClosesAt.Add(time.Hour))
	a = w.resubmit(t, a, application.StateEndorsing, "endorse")
	a = w.endorse(t, a)
	a, err = w.comments.Correct(ctx, w.Manager, a.ID, a.Version, "위원회 논의 결과를 자세히 적어 주십시오.", nil)
	if err != nil || a.State != application.StateReturned || a.ReturnedBy != application.ByMinistry {
		t.Fatalf("%+v, %v", a, err)
	}
	// The budget is the endorsed one: no new endorsement.
	w.Clock(t, w.call.EndorseUntil.Add(time.Hour))
	a = w.resubmit(t, a, application.StateReceived, "correct")
	// A changed budget needs one, within the correction period.
	if a, err = w.comments.Correct(ctx, w.Manager, a.ID, a.Version, "예산을 줄여 주십시오.", nil); err != nil {
		t.Fatal(err)
	}
	line := application.BudgetLine{Code: "210-01", Amounts: money.BySource{National: money.Must(10_000_000), Sido: money.Must(10_000_000)}}
	if _, err := w.apps.SaveLines(ctx, w.Officer, a.ID, 1, []application.BudgetLine{line}, false); err != nil {
		t.Fatal(err)
	}
	a = w.resubmit(t, a, application.StateEndorsing, "correct")
	a = w.endorse(t, a)
	w.Clock(t, w.call.CorrectUntil.Add(time.Second))
	_, err = w.comments.Correct(ctx, w.Manager, a.ID, a.Version, "늦은 보완", nil)
	wantKind(t, err, fault.Conflict, "보완 기한")
}

func (w world) resubmit(t *testing.T, a application.Application, want application.State, deadline string) application.Application {
	t.Helper()
	ws, err := w.apps.Workspace(t.Context(), w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.apps.Submit(t.Context(), w.Officer, a.ID, a.Version, ws.DraftVersion)
	if err != nil || out.State != want || out.ReceiptNo != a.ReceiptNo || out.ReturnedBy != "" {
		t.Fatalf("resubmitted: %+v, %v", out, err)
	}
	d, err := w.apps.Show(t.Context(), w.Province, a.ID)
	if err != nil || d.Submissions[0].DeadlineKind != deadline {
		t.Fatalf("handed in by deadline %q, %v", d.Submissions[0].DeadlineKind, err)
	}
	return out
}

func (w world) endorse(t *testing.T, a application.Application) application.Application {
	t.Helper()
	out, err := w.apps.Endorse(t.Context(), w.Province, a.ID, a.Version, "추천합니다.", nil)
	if err != nil || out.State != application.StateReceived {
		t.Fatalf("endorsed: %+v, %v", out, err)
	}
	return out
}

func TestEndorse(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a, b := handedIn(t, w, w.Officer), handedIn(t, w, w.Officer2)
	one := 1
	for _, tt := range []struct {
		who  authz.Actor
		want fault.Kind
	}{{w.Officer, fault.Forbidden}, {w.Manager, fault.Forbidden}, {w.ProvinceOther, fault.NotFound}, {w.ProvinceApprover, fault.NotFound}} {
		_, err := w.apps.Endorse(ctx, tt.who, a.ID, a.Version, "의견", nil)
		wantKind(t, err, tt.want, "")
	}
	if _, err := w.apps.Endorse(ctx, w.Province, a.ID, a.Version, "첫째로 추천합니다.", &one); err != nil {
		t.Fatal(err)
	}
	_, err := w.apps.Endorse(ctx, w.Province, b.ID, b.Version, "", &one)
	_, fields := fault.Public(err)
	if !strings.Contains(fields["rank"], "나루군") || fields["opinion"] == "" {
		t.Errorf("a taken rank and no opinion: %v", err)
	}
	w.Clock(t, w.call.EndorseUntil.Add(time.Second))
	_, err = w.apps.Endorse(ctx, w.Province, b.ID, b.Version, "늦은 추천", nil)
	wantKind(t, err, fault.Conflict, "추천 마감 시각")
	_, err = w.comments.Return(ctx, w.Province, b.ID, b.Version, "늦은 보완 요청", nil)
	wantKind(t, err, fault.Conflict, "추천 마감 시각")
}

// TestRanksAreNotGivenTwice races eight endorsements for the first place.
func TestRanksAreNotGivenTwice(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var apps []application.Application
	for _, who := range w.districts(t, 8) {
		apps = append(apps, handedIn(t, w, who))
	}
	race(8, func() { // all connections are open before the race: none has a head start
		if _, err := w.apps.Show(context.Background(), w.Province, apps[0].ID); err != nil {
			t.Error(err)
		}
	})
	one := 1
	var won atomic.Int32
	var wg sync.WaitGroup
	for _, a := range apps {
		wg.Go(func() {
			if _, err := w.apps.Endorse(context.Background(), w.Province, a.ID, a.Version, "추천", &one); err == nil {
				won.Add(1)
			} else if fault.KindOf(err) != fault.Invalid {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d endorsements got the first place", won.Load())
	}
}

// TestMoveRefusesWhatIsStale: other packages move what they read; a version somebody
// changed since, and a verb that does not fit, are Conflicts.
func TestMoveRefusesWhatIsStale(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Submitted(t, w.DB, w.Company, w.call, w.Officer)
	move := func(a application.Application, verb string) (application.Application, error) {
		return work.Do(t.Context(), w.Work, w.Manager, func(ctx context.Context, tx *work.Tx) (application.Application, error) {
			if err := tx.Allow("application:review", a.Object()); err != nil {
				return a, err
			}
			return application.Move(ctx, tx, a, verb)
		})
	}
	old := a
	old.Version--
	_, err := move(old, "review")
	wantKind(t, err, fault.Conflict, "")
	_, err = move(a, "select")
	wantKind(t, err, fault.Conflict, "접수")
	out, err := move(a, "review")
	if err != nil || out.State != application.StateReviewing || out.Version != a.Version+1 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.Submitted(t, w.DB, w.Company, w.call, w.Officer)
	_, err := w.apps.Withdraw(ctx, w.Province, a.ID, a.Version, "까닭")
	wantKind(t, err, fault.Forbidden, "")
	out, err := w.apps.Withdraw(ctx, w.Officer, a.ID, a.Version, "철회합니다.")
	if err != nil || out.State != application.StateWithdrawn || out.EndReason != "철회합니다." {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = w.apps.Withdraw(ctx, w.Officer, a.ID, out.Version, "철회")
	wantKind(t, err, fault.Conflict, "철회")
}
