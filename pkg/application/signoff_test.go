package application_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
)

// signing is a world whose call asks for a signature, with a complete draft.
func signing(t *testing.T) (world, application.Application) {
	t.Helper()
	w := setup(t, fixture.Signed)
	return w, fixture.Drafted(t, w.DB, w.call, w.Officer)
}

// TestSignoff goes the whole way: asked, refused, asked, taken back, asked, signed.
func TestSignoff(t *testing.T) {
	t.Parallel()
	w, a := signing(t)
	ctx := t.Context()
	if !w.call.NeedsSignoff {
		t.Fatal("the call forgot the signature")
	}
	_, err := w.apps.Submit(ctx, w.Officer, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "결재를 올려")
	for _, tt := range []struct {
		who  authz.Actor
		want fault.Kind
	}{{w.Approver, fault.Forbidden}, {w.Officer2, fault.NotFound}, {w.Province, fault.NotFound}, {w.Manager, fault.NotFound}} {
		_, err := w.apps.Sign(ctx, tt.who, a.ID, a.Version, a.DraftVersion)
		wantKind(t, err, tt.want, "")
	}
	_, err = w.apps.Sign(ctx, w.Officer, a.ID, a.Version, a.DraftVersion-1)
	wantKind(t, err, fault.Conflict, "계획서가 바뀌었습니다")
	a = w.sign(t, a)
	// While it is signed nobody writes, and nobody else knows of it.
	_, err = w.apps.SaveTitle(ctx, w.Officer, a.ID, 1, "다른 이름")
	wantKind(t, err, fault.Conflict, "결재")
	_, err = w.apps.Show(ctx, w.Province, a.ID)
	wantKind(t, err, fault.NotFound, "")
	for _, who := range []authz.Actor{w.Officer, w.ProvinceApprover, w.Approver2} {
		_, err := w.apps.Approve(ctx, who, a.ID, a.Version, a.DraftVersion)
		if k := fault.KindOf(err); k != fault.Forbidden && k != fault.NotFound {
			t.Errorf("%s signs: %v", who.Name, err)
		}
	}
	_, err = w.apps.Reject(ctx, w.Approver, a.ID, a.Version, " ")
	wantKind(t, err, fault.Invalid, "")
	if a, err = w.apps.Reject(ctx, w.Approver, a.ID, a.Version, "금액을 다시 확인해 주십시오."); err != nil || a.State != application.StateDraft {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err = w.apps.SaveTitle(ctx, w.Officer, a.ID, 1, "다른 이름"); err != nil && fault.KindOf(err) != fault.Conflict {
		t.Fatal(err)
	}
	a = w.sign(t, a)
	_, err = w.apps.Recall(ctx, w.Approver, a.ID, a.Version)
	wantKind(t, err, fault.Forbidden, "")
	if a, err = w.apps.Recall(ctx, w.Officer, a.ID, a.Version); err != nil || a.State != application.StateDraft {
		t.Fatalf("%+v, %v", a, err)
	}
	_, err = w.apps.Approve(ctx, w.Approver, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "작성")
	a = w.sign(t, a)
	d, err := w.apps.Show(ctx, w.Approver, a.ID)
	if err != nil || !d.Can["approve"] || d.Can["sign"] || d.Can["recall"] || d.Deadline == nil || len(d.Signoffs) != 5 || d.Signoffs[3].Reason == "" {
		t.Errorf("the approver sees %+v %+v, %v", d.Can, d.Signoffs, err)
	}
	a, err = w.apps.Approve(ctx, w.Approver, a.ID, a.Version, a.DraftVersion)
	if err != nil || a.State != application.StateEndorsing || a.ReceiptNo == "" {
		t.Fatalf("%+v, %v", a, err)
	}
	// What is sent back is signed again, and goes back to being sent back when refused.
	if a, err = w.comments.Return(ctx, w.Province, a.ID, a.Version, "까닭", []comment.Item{{Part: "title", Body: "이름"}}); err != nil {
		t.Fatal(err)
	}
	_, err = w.apps.Sign(ctx, w.Officer, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Invalid, "") // an item is open
	b, err := w.comments.Board(ctx, w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.comments.Resolve(ctx, w.Officer, b.Threads[0].ID, 1); err != nil {
		t.Fatal(err)
	}
	a = w.sign(t, a)
	if a, err = w.apps.Reject(ctx, w.Approver, a.ID, a.Version, "아직입니다."); err != nil || a.State != application.StateReturned || a.ReturnedBy != application.ByProvince {
		t.Fatalf("%+v, %v", a, err)
	}
	a = w.sign(t, a)
	// The database's clock decides when it is signed, not when it was asked for.
	w.Clock(t, w.call.EndorseUntil.Add(time.Second))
	_, err = w.apps.Approve(ctx, w.Approver, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "")
	w.Clock(t, w.call.EndorseUntil.Add(-time.Minute))
	if a, err = w.apps.Approve(ctx, w.Approver, a.ID, a.Version, a.DraftVersion); err != nil || a.State != application.StateEndorsing {
		t.Fatalf("%+v, %v", a, err)
	}
}

// sign asks for the signature of what stands there.
func (w world) sign(t testing.TB, a application.Application) application.Application {
	t.Helper()
	ws, err := w.apps.Workspace(t.Context(), w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.apps.Sign(t.Context(), w.Officer, a.ID, ws.Version, ws.DraftVersion)
	if err != nil || out.State != application.StateSigning {
		t.Fatalf("asked for a signature: %+v, %v", out, err)
	}
	return out
}

// TestSignerIsSomebodyElse: who holds both roles signs neither what they asked for
// nor what they wrote, with or without the service.
func TestSignerIsSomebodyElse(t *testing.T) {
	t.Parallel()
	w, a := signing(t)
	ctx := t.Context()
	both := w.Approver
	both.Grants = append(append([]authz.Grant{}, both.Grants...), w.Officer.Grants...)
	ws, err := w.apps.Workspace(ctx, both, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	part, _ := ws.Report.Part("title")
	if _, err := w.apps.SaveTitle(ctx, both, a.ID, part.Version, "결재자가 쓴 이름"); err != nil {
		t.Fatal(err)
	}
	a = w.sign(t, a)
	_, err = w.apps.Approve(ctx, both, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "직접 작성한")
	if a, err = w.apps.Recall(ctx, w.Officer, a.ID, a.Version); err != nil {
		t.Fatal(err)
	}
	if ws, err = w.apps.Workspace(ctx, both, a.ID); err != nil {
		t.Fatal(err)
	}
	if a, err = w.apps.Sign(ctx, both, a.ID, ws.Version, ws.DraftVersion); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []func() error{
		func() error { _, err := w.apps.Approve(ctx, both, a.ID, a.Version, a.DraftVersion); return err },
		func() error { _, err := w.apps.Reject(ctx, both, a.ID, a.Version, "까닭"); return err },
	} {
		wantKind(t, verb(), fault.Conflict, "")
	}
	if d, err := w.apps.Show(ctx, both, a.ID); err != nil || d.Can["approve"] || d.Can["reject"] || !d.Can["recall"] {
		t.Errorf("%+v, %v", d.Can, err)
	}
	for constraint, q := range map[string]string{
		"signoffs_append_only": `update signoffs set reason = 'x' where application_id = $1`,
		"signoff_asked_for":    `insert into signoffs (application_id, act, draft_version, asked_by, at) values ($1, 'approve', 1, 1, app_now())`,
		"submission_signed": `insert into submissions (application_id, no, deadline_kind, content, sha256, submitted_at, national, sido, sigungu, own)
			values ($1, 1, 'submit', '{}', sha256('x'), app_now(), 0, 0, 0, 0)`,
		"plan_open": `update plans set title = 'x' where application_id = $1`,
	} {
		_, err := w.Owner.Exec(q, a.ID)
		if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != constraint {
			t.Errorf("%s: %v", constraint, err)
		}
	}
}

// TestOneSignature races an approver with a writer who takes the request back.
func TestOneSignature(t *testing.T) {
	t.Parallel()
	w, a := signing(t)
	a = w.sign(t, a)
	var won atomic.Int32
	var wg sync.WaitGroup
	for _, verb := range []func() error{
		func() error {
			_, err := w.apps.Approve(context.Background(), w.Approver, a.ID, a.Version, a.DraftVersion)
			return err
		},
		func() error {
			_, err := w.apps.Approve(context.Background(), w.Approver, a.ID, a.Version, a.DraftVersion)
			return err
		},
		func() error { _, err := w.apps.Recall(context.Background(), w.Officer, a.ID, a.Version); return err },
		func() error {
			_, err := w.apps.Reject(context.Background(), w.Approver, a.ID, a.Version, "까닭")
			return err
		},
	} {
		wg.Go(func() {
			if err := verb(); err == nil {
				won.Add(1)
			} else if fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d acts on one request", won.Load())
	}
}

// TestNoSignatureWhereNoneIsAsked: a call without it is handed in as ever.
func TestNoSignatureWhereNoneIsAsked(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	_, err := w.apps.Sign(t.Context(), w.Officer, a.ID, a.Version, a.DraftVersion)
	wantKind(t, err, fault.Conflict, "결재 없이")
	if d, err := w.apps.Show(t.Context(), w.Officer, a.ID); err != nil || d.Can["sign"] || !d.Can["submit"] {
		t.Errorf("%+v, %v", d.Can, err)
	}
}
