package application_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/work"
)

// file is a PDF with its own bytes.
func file(text string) *bytes.Reader {
	return bytes.NewReader(append(fixture.PDF(), text+"\n%%EOF"...))
}

func (w world) upload(t testing.TB, a application.Application, as application.Paper, name string) document.Document {
	t.Helper()
	d, err := w.apps.Upload(t.Context(), w.Officer, a.ID, as, name, file(name))
	if err != nil {
		t.Fatalf("upload %s: %v", name, err)
	}
	return d
}

// files is the draft's files and earlier versions: "deliberation 나중.pdf v2 < 처음.pdf v1".
func (w world) files(t testing.TB, a application.Application) string {
	t.Helper()
	ws, err := w.apps.Workspace(t.Context(), w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	papers, err := w.apps.Papers(t.Context(), w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range ws.Plan.Attachments {
		text := fmt.Sprintf("%s %s v%d", f.Code, f.Name, f.Version)
		for _, e := range papers.Before(f.DocumentID) {
			text += fmt.Sprintf(" < %s v%d", e.Name, e.Version)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestUploadingAgainMakesAVersion(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	ctx := t.Context()
	first := w.upload(t, a, application.Paper{Code: "deliberation"}, "처음.pdf")
	if _, err := w.apps.SaveDeliberation(ctx, w.Officer, a.ID, 0, &application.Deliberation{Committee: "위원회", HeldOn: calendar.Today(fixture.Now(t, w.DB)),
		Agenda: "안건", Decision: "approved", DocumentID: first.ID}); err != nil {
		t.Fatal(err)
	}
	second := w.upload(t, a, application.Paper{Code: "deliberation"}, "나중.pdf")
	w.upload(t, a, application.Paper{Code: "agreement"}, "협약1.pdf")
	w.upload(t, a, application.Paper{Code: "agreement", Beside: true}, "협약2.pdf")
	other := w.upload(t, a, application.Paper{}, "참고1.pdf")
	w.upload(t, a, application.Paper{}, "참고2.pdf")
	newer := w.upload(t, a, application.Paper{Replaces: other.ID}, "참고1 고침.pdf")
	w.upload(t, a, application.Paper{Code: "agreement", Replaces: newer.ID}, "사실은 협약.pdf")
	want := "deliberation 나중.pdf v2 < 처음.pdf v1; agreement 협약1.pdf v1; agreement 협약2.pdf v1;  참고2.pdf v1; agreement 사실은 협약.pdf v3 < 참고1 고침.pdf v2 < 참고1.pdf v1"
	if got := w.files(t, a); got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil || ws.Plan.Deliberation.DocumentID != second.ID {
		t.Errorf("the minutes are still the earlier version: %+v, %v", ws.Plan.Deliberation, err)
	}
	if got, err := w.apps.Attachment(ctx, w.Officer, a.ID, first.ID); err != nil || got.Name != "처음.pdf" {
		t.Errorf("the earlier version cannot be read: %v", err)
	}
	_, err = w.apps.Attachment(ctx, w.Province, a.ID, first.ID)
	wantKind(t, err, fault.NotFound, "")
	_, err = w.apps.Attach(ctx, w.Officer, a.ID, first.ID, application.Paper{Code: "deliberation"})
	if err == nil {
		t.Errorf("an earlier version became the newest without being uploaded: %s", w.files(t, a))
	}
	wantField(t, w, a, application.Paper{Replaces: first.ID}, "replaces")
	wantField(t, w, a, application.Paper{Code: "nonsense"}, "code")
	_, err = w.apps.Detach(ctx, w.Officer, a.ID, second.ID)
	wantKind(t, err, fault.Conflict, "회의록")
	if _, err := w.apps.Detach(ctx, w.Officer, a.ID, ws.Plan.Attachments[4].DocumentID); err != nil {
		t.Fatal(err)
	}
	papers, err := w.apps.Papers(ctx, w.Officer, a.ID)
	if err != nil || len(papers.History) != 1 || papers.Usage.Files != 5 {
		t.Errorf("after a file was taken out %+v remain, %v", papers, err)
	}
}

func wantField(t *testing.T, w world, a application.Application, as application.Paper, field string) {
	t.Helper()
	_, err := w.apps.Upload(t.Context(), w.Officer, a.ID, as, "a.pdf", file("a"))
	if _, fields := fault.Public(err); fields[field] == "" {
		t.Errorf("%+v: %v", as, err)
	}
}

// TestSubmissionsKeepTheirFiles: what was handed in is what it was, whatever the draft becomes.
func TestSubmissionsKeepTheirFiles(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	ctx := t.Context()
	if _, err := w.DB.Owner.Exec(`alter table applications disable trigger user; update applications set state = 'returned', returned_by = 'province'; alter table applications enable trigger user`); err != nil {
		t.Fatal(err)
	}
	w.Broken = true // the state was changed past the trail
	before, err := w.apps.Submission(ctx, w.Officer, a.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	was := before.Submission.Content.Attachments[0]
	w.upload(t, a, application.Paper{Code: was.Code}, "새 판.pdf")
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ws.Plan.Attachments {
		if f.Code != was.Code {
			continue
		}
		if f.Version != 2 || f.DocumentID == was.DocumentID {
			t.Errorf("the draft has %+v", f)
		}
		if _, err := w.apps.Attachment(ctx, w.Province, a.ID, f.DocumentID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the 시·도 reads a file of the draft: %v", err)
		}
	}
	if _, err := w.apps.Attachment(ctx, w.Province, a.ID, was.DocumentID); err != nil {
		t.Errorf("the file that was handed in: %v", err)
	}
	after, err := w.apps.Submission(ctx, w.Officer, a.ID, 1)
	if err != nil || after.Submission.Content.Attachments[0] != was {
		t.Errorf("the submission has changed: %+v, %v", after.Submission.Content.Attachments[0], err)
	}
}

// limits sets the quota of this database.
func (w world) limits(t *testing.T, files, bytes int64) {
	t.Helper()
	if _, err := w.DB.Owner.Exec(`update rules set value = case key when 'attachments.files' then $1::text else $2::text end where key in ('attachments.files', 'attachments.bytes')`,
		fmt.Sprint(files), fmt.Sprint(bytes)); err != nil {
		t.Fatal(err)
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	ctx := t.Context()
	w.limits(t, 3, 1<<20)
	one := w.upload(t, a, application.Paper{}, "하나.pdf")
	w.upload(t, a, application.Paper{Replaces: one.ID}, "하나 고침.pdf") // earlier versions count
	w.upload(t, a, application.Paper{}, "둘.pdf")
	wantField(t, w, a, application.Paper{}, "file")
	w.limits(t, 50, 3*one.Size+10)
	wantField(t, w, a, application.Paper{}, "file")
	papers, err := w.apps.Papers(ctx, w.Officer, a.ID)
	if err != nil || papers.Usage.Files != 3 || papers.Usage.MostFiles != 50 || papers.Usage.Text() != "3개, 1 KB" {
		t.Errorf("usage %+v %s, %v", papers.Usage, papers.Usage.Text(), err)
	}
	// The database holds it, whoever asks.
	extra, err := w.apps.Documents.Upload(ctx, w.Officer, document.Upload{Name: "넷.pdf", Government: a.GovernmentID, Body: file("넷")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = work.Draft(ctx, w.Work, w.Officer, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("application:edit", a.Object()); err != nil {
			return none, err
		}
		return none, tx.Exec(ctx, `insert into attachments (application_id, document_id) values ($1, $2)`, a.ID, extra.ID)
	})
	wantKind(t, err, fault.Conflict, "전체 크기를 넘었습니다")
}

// TestQuotaTogether: many upload at once where two fit.
func TestQuotaTogether(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	w.limits(t, 2, 1<<20)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 6 {
		wg.Go(func() {
			_, err := w.apps.Upload(t.Context(), w.Officer, a.ID, application.Paper{}, fmt.Sprintf("%d.pdf", i), file(fmt.Sprint(i)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if k := fault.KindOf(err); k != fault.Invalid && k != fault.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if papers, err := w.apps.Papers(t.Context(), w.Officer, a.ID); err != nil || done != 2 || papers.Usage.Files != 2 {
		t.Errorf("%d uploads fit, %+v, %v", done, papers.Usage, err)
	}
}

// TestSubmitWaitsForTheScanner: pending and infected files are named as problems, and
// the database refuses them even when nobody asked.
func TestSubmitWaitsForTheScanner(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	ctx := t.Context()
	for _, tt := range []struct{ state, extra, says string }{
		{"pending", "scan_due = app_now()", "검사가 끝나야"},
		{"infected", "scan_due = null, finding = 'Eicar'", "악성코드가 발견"},
	} {
		if _, err := w.DB.Owner.Exec(`alter table documents disable trigger user; update documents set scan_state = '` + tt.state + `', ` + tt.extra + `; alter table documents enable trigger user`); err != nil {
			t.Fatal(err)
		}
		ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		part, _ := ws.Report.Part(application.PartAttachments)
		if len(part.Problems) == 0 || !strings.Contains(part.Problems[0].Msg, tt.says) || ws.Report.Complete() {
			t.Errorf("%s: problems %+v", tt.state, part.Problems)
		}
		_, err = w.apps.Submit(ctx, w.Officer, a.ID, ws.Version, ws.DraftVersion)
		if msg, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || !strings.Contains(fmt.Sprint(fields), tt.says) {
			t.Errorf("%s: submit says %s %v", tt.state, msg, fields)
		}
		_, err = w.DB.DB.Exec(`select set_config('app.actor', '1', false); insert into submissions (application_id, no, submitted_at, deadline_kind, content, sha256, national, sido, sigungu, own)
			select ` + fmt.Sprint(a.ID) + `, 1, app_now(), 'submit', jsonb_build_object('attachments', jsonb_build_array(jsonb_build_object('document_id', (select min(id) from documents)))), decode(repeat('00', 32), 'hex'), 0, 0, 0, 0`)
		if err == nil || !strings.Contains(err.Error(), tt.state) {
			t.Errorf("the database takes a submission with a file that is %s: %v", tt.state, err)
		}
	}
}

func TestPapersCostTheSame(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	cost := func() int {
		ctx, n := work.Counting(t.Context())
		if _, err := w.apps.Papers(ctx, w.Officer, a.ID); err != nil {
			t.Fatal(err)
		}
		return n.N()
	}
	w.upload(t, a, application.Paper{Code: "agreement"}, "0.pdf")
	before := cost()
	for i := range 5 {
		w.upload(t, a, application.Paper{Code: "agreement"}, fmt.Sprintf("%d.pdf", i+1))
	}
	if after := cost(); before != after {
		t.Errorf("%d queries for one file, %d for six", before, after)
	}
	for _, tt := range []struct {
		who  authz.Actor
		want fault.Kind
	}{{w.Officer2, fault.NotFound}, {w.Province, fault.NotFound}, {w.Manager, fault.NotFound}} {
		if _, err := w.apps.Papers(t.Context(), tt.who, a.ID); fault.KindOf(err) != tt.want {
			t.Errorf("%s: %v", tt.who.Name, err)
		}
	}
}
