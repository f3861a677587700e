package application_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
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
)

func handedIn(t testing.TB, w world, who authz.Actor) application.Application {
	t.Helper()
	return fixture.HandedIn(t, w.DB, w.call, who)
}

func wantKind(t *testing.T, err error, want fault.Kind, says string) {
	t.Helper()
	msg, fields := fault.Public(err)
	for _, f := range fields {
		msg += " " + f
	}
	if err == nil || fault.KindOf(err) != want || !strings.Contains(msg, says) {
		t.Errorf("error %v (kind %d), want kind %d saying %q", err, fault.KindOf(err), want, says)
	}
}

// TestSubmit hands a district's plan in and looks at everything that must follow.
func TestSubmit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	draft := fixture.Drafted(t, w.DB, w.call, w.Officer)
	a, err := w.apps.Submit(t.Context(), w.Officer, draft.ID, draft.Version, draft.DraftVersion)
	if err != nil {
		t.Fatal(err)
	}
	if a.State != application.StateEndorsing || a.ReceiptNo == "" || a.Title != "어울림 시장 만들기" || a.Version != 2 {
		t.Errorf("after submit: %+v", a)
	}
	h, err := w.apps.Submission(t.Context(), w.Province, a.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := h.Submission
	want := money.BySource{National: money.Must(50_000_000), Sido: money.Must(50_000_000)}
	if s.No != 1 || s.Totals != want || s.Content.Totals() != want || s.DeadlineKind != "submit" || len(s.Content.Lines) != 8 {
		t.Errorf("submission %+v", s)
	}
	if l := s.Content.Lines[1]; l.Code != "210-01" || l.CodeName != "일반수용비" || l.Amounts.Total() != money.Must(66_453_000) {
		t.Errorf("line %+v", l)
	}
	if f := s.Content.Attachments[0]; f.Title != "사회적경제위원회 심의 결과" || len(f.SHA256) != 64 {
		t.Errorf("attachment %+v", f)
	}
	// The stored JSON itself, not what we made of it, has the checksum.
	var stored []byte
	if err := w.DB.DB.Get(&stored, `select content from submissions where application_id = $1`, a.ID); err != nil {
		t.Fatal(err)
	}
	canonical, err := application.Canonical(json.RawMessage(stored))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(canonical); string(sum[:]) != string(s.SHA256) {
		t.Error("the checksum is not that of the stored content")
	}
	var trail []string
	if err := w.DB.DB.Select(&trail, `select action || ' ' || rule from audit_events where kind = 'application' and object_id = $1 order by id`, a.ID); err != nil {
		t.Fatal(err)
	}
	if strings.Join(trail, ", ") != "application:create officer application:create own, application:submit officer application:submit own" {
		t.Errorf("trail %v", trail)
	}
	var topics int
	if err := w.DB.DB.Get(&topics, `select count(*) from outbox where topic = 'application.submit'`); err != nil || topics != 1 {
		t.Errorf("%d announcements, %v", topics, err)
	}
}

func TestProvincesOwnIsReceived(t *testing.T) {
	t.Parallel()
	w := setup(t)
	if a := handedIn(t, w, w.Province); a.State != application.StateReceived {
		t.Errorf("a 시·도's own application is %s", a.State)
	}
}

func TestSubmitIsRefused(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	ctx := t.Context()
	for _, tt := range []struct {
		name           string
		who            authz.Actor
		version, draft int
		want           fault.Kind
		says           string
	}{
		{"other district", w.Officer2, 1, a.DraftVersion, fault.NotFound, ""},
		{"own 시·도 must not know of it", w.Province, 1, a.DraftVersion, fault.NotFound, ""},
		{"ministry must not know of it", w.Manager, 1, a.DraftVersion, fault.NotFound, ""},
		{"approver sees it but may not", w.Approver, 1, a.DraftVersion, fault.Forbidden, ""},
		{"stale version", w.Officer, 0, a.DraftVersion, fault.Conflict, "상태가 바뀌었습니다"},
		{"plan changed since", w.Officer, 1, a.DraftVersion - 1, fault.Conflict, "계획서가 바뀌었습니다"},
	} {
		_, err := w.apps.Submit(ctx, tt.who, a.ID, tt.version, tt.draft)
		t.Run(tt.name, func(t *testing.T) { wantKind(t, err, tt.want, tt.says) })
	}
	w.Clock(t, w.call.ClosesAt.Add(time.Second))
	_, err := w.apps.Submit(ctx, w.Officer, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "마감 시각이 지나")
	w.Clock(t, w.call.ClosesAt.Add(-time.Minute))
	if _, err := w.apps.Submit(ctx, w.Officer, a.ID, a.Version, a.DraftVersion); err != nil {
		t.Errorf("a minute before the deadline: %v", err)
	}
	_, err = w.apps.Submit(ctx, w.Officer, a.ID, a.Version+1, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "처리를 할 수 없습니다")
}

// TestIncompletePlan names everything that is missing, at once.
func TestIncompletePlan(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	_, err := w.apps.Submit(t.Context(), w.Officer, a.ID, a.Version, a.DraftVersion)
	if fault.KindOf(err) != fault.Invalid {
		t.Fatal(err)
	}
	_, fields := fault.Public(err)
	for _, f := range []string{"title", "section.overview", "section.sustainability", "deliberation", "activities", "lines", "indicators", "attachments.deliberation"} {
		if fields[f] == "" {
			t.Errorf("nothing is said of %s: %v", f, fields)
		}
	}
	if fields["attachments.agreement"] != "" {
		t.Error("an optional document is demanded")
	}
}

// TestMatchingBindsAtSubmit lets a draft break the rule, shows by how much, and
// refuses to hand it in.
func TestMatchingBindsAtSubmit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	line := application.BudgetLine{Code: "210-01", Amounts: money.BySource{National: money.Must(60_000_001), Sido: money.Must(50_000_000)}}
	if _, err := w.apps.SaveLines(t.Context(), w.Officer, a.ID, 1, []application.BudgetLine{line}, false); err != nil {
		t.Fatal(err)
	}
	ws, err := w.apps.Workspace(t.Context(), w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := ws.Report.Balance
	if b.Expected.National != money.Must(55_000_000) || b.Difference.National != money.Must(5_000_001) || b.OverCap != money.Must(10_000_001) {
		t.Errorf("balance %+v", b)
	}
	if p, _ := ws.Report.Part(application.PartLines); p.State != application.Faulty || p.StateLabel() != "오류 2건" {
		t.Errorf("budget part %+v", p)
	}
	_, err = w.apps.Submit(t.Context(), w.Officer, a.ID, ws.Version, ws.DraftVersion)
	_, fields := fault.Public(err)
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["lines.national"], "55,000,000") || !strings.Contains(fields["lines.cap"], "10,000,001") {
		t.Errorf("submit: %v", err)
	}
}

// TestOnlyOneSubmitWins presses the button eight times at once.
func TestOnlyOneSubmitWins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	var won, lost atomic.Int32
	race(8, func() {
		_, err := w.apps.Submit(context.Background(), w.Officer, a.ID, a.Version, a.DraftVersion)
		switch {
		case err == nil:
			won.Add(1)
		case fault.KindOf(err) == fault.Conflict:
			lost.Add(1)
		default:
			t.Error(err)
		}
	})
	if won.Load() != 1 || lost.Load() != 7 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
	var receipts int
	if err := w.DB.DB.Get(&receipts, `select count(*) from submissions`); err != nil || receipts != 1 {
		t.Errorf("%d submissions, %v", receipts, err)
	}
}

func race(n int, fn func()) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(fn)
	}
	wg.Wait()
}

func TestCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	for _, tt := range []struct {
		name string
		who  authz.Actor
		want fault.Kind
	}{{"another district's officer", w.Officer2, fault.Forbidden}, {"its 시·도", w.Province, fault.Forbidden}, {"the ministry", w.Manager, fault.Forbidden}, {"its approver", w.Approver, fault.Forbidden}} {
		_, err := w.apps.Create(ctx, tt.who, w.call.ID, w.Naru, "")
		t.Run(tt.name, func(t *testing.T) { wantKind(t, err, tt.want, "") })
	}
	a, err := w.apps.Create(ctx, w.Officer, w.call.ID, w.Naru, "사업")
	if err != nil || a.Number != "A-2026-00001" || a.State != application.StateDraft || a.GovernmentName != "가람도 나루군" || a.Title != "사업" {
		t.Fatalf("%+v, %v", a, err)
	}
	_, err = w.apps.Create(ctx, w.Officer, w.call.ID, w.Naru, "사업")
	wantKind(t, err, fault.Conflict, "이미")
	if _, err := w.apps.Withdraw(ctx, w.Officer, a.ID, a.Version, "잘못 만들었습니다."); err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.Create(ctx, w.Officer, w.call.ID, w.Naru, "사업"); err != nil {
		t.Errorf("after the withdrawal: %v", err)
	}
	w.Clock(t, w.call.ClosesAt.Add(time.Second))
	_, err = w.apps.Create(ctx, w.Officer2, w.call.ID, w.Dasom, "")
	wantKind(t, err, fault.Conflict, "접수 기간")
}

// TestFiftyCreatesMakeOne is invariant I-12.
func TestFiftyCreatesMakeOne(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var won atomic.Int32
	race(50, func() {
		_, err := w.apps.Create(context.Background(), w.Officer, w.call.ID, w.Naru, "")
		if err == nil {
			won.Add(1)
		} else if fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	})
	var n int
	if err := w.DB.DB.Get(&n, `select count(*) from applications`); err != nil || n != 1 || won.Load() != 1 {
		t.Errorf("%d applications, %d winners, %v", n, won.Load(), err)
	}
}
