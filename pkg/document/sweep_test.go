package document_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"testing"
	"time"

	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fixture"
	"eoul/pkg/organization"
)

func upload(t *testing.T, s *document.Service, c fixture.Company, name, text string) document.Document {
	t.Helper()
	d, err := s.Upload(t.Context(), c.Officer, document.Upload{Name: name, Government: c.Naru, Body: bytes.NewReader([]byte(text))})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sweep(t *testing.T, s *document.Service) document.Swept {
	t.Helper()
	out, err := s.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSweepLeavesWhatIsNeeded(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Drafted(t, d, fixture.Call(t, d, c), c.Officer)
	apps := fixture.Applications(t, d)
	s := apps.Documents
	used := fixture.PDF()
	shared := upload(t, s, c, "계획서에 든 파일과 같은 것.pdf", string(used)) // the plan's required document has the same bytes
	alone := upload(t, s, c, "거절된 화면의 파일.pdf", pdf)
	if got := sweep(t, s); got != (document.Swept{}) {
		t.Fatalf("young files were swept: %+v", got)
	}
	d.Clock(t, fixture.Now(t, d).Add(6*24*time.Hour))
	if got := sweep(t, s); got != (document.Swept{}) {
		t.Fatalf("files of six days were swept: %+v", got)
	}
	d.Clock(t, fixture.Now(t, d).Add(25*time.Hour))
	if got := sweep(t, s); got != (document.Swept{Documents: 2, Objects: 1}) {
		t.Errorf("swept %+v, want two documents and the bytes of one", got)
	}
	if _, err := s.Store.Open(t.Context(), alone.SHA256); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("bytes nobody has any more: %v", err)
	}
	if f, err := s.Store.Open(t.Context(), shared.SHA256); err != nil {
		t.Errorf("shared bytes are gone: %v", err)
	} else if err := f.Close(); err != nil {
		t.Error(err)
	}
	w, err := apps.Workspace(t.Context(), c.Officer, a.ID)
	if err != nil || len(w.Plan.Attachments) != 2 {
		t.Fatalf("%d attachments, %v", len(w.Plan.Attachments), err)
	}
	var n int
	if err := d.Owner.Get(&n, `select count(*) from audit_events where action = 'document:sweep' and before ->> 'name' <> ''`); err != nil || n != 2 {
		t.Errorf("%d rows in the trail, %v", n, err)
	}
	if got := sweep(t, s); got != (document.Swept{}) {
		t.Errorf("a second sweep took %+v", got)
	}
}

// slow is a store whose Keep tells that it was reached and waits.
type slow struct {
	document.Store
	reached, goOn chan struct{}
}

func (s slow) Keep(ctx context.Context, sum string, size int64, body io.Reader) error {
	close(s.reached)
	<-s.goOn
	return s.Store.Keep(ctx, sum, size, body)
}

// TestSweepDuringUpload: bytes that lie in the store since long, without a document,
// are brought again while a sweep runs.
func TestSweepDuringUpload(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, _ := service(t, d)
	upload(t, s, c, "처음.pdf", pdf)
	d.Clock(t, fixture.Now(t, d).Add(8*24*time.Hour))
	between := slow{s.Store, make(chan struct{}), make(chan struct{})}
	uploading := &document.Service{Work: d.Work, Store: between}
	type answer struct {
		d   document.Document
		err error
	}
	got := make(chan answer, 1)
	go func() {
		doc, err := uploading.Upload(t.Context(), c.Officer, document.Upload{Name: "다시.pdf", Government: organization.ID(c.Naru), Body: bytes.NewReader([]byte(pdf))})
		got <- answer{doc, err}
	}()
	<-between.reached // the claim is committed, the bytes are not there yet
	if out := sweep(t, s); out != (document.Swept{Documents: 1}) {
		t.Errorf("swept %+v, want the old document alone", out)
	}
	close(between.goOn)
	a := <-got
	if a.err != nil {
		t.Fatal(a.err)
	}
	if b, err := read(t.Context(), s.Store, a.d.SHA256); err != nil || string(b) != pdf {
		t.Errorf("the new document's bytes: %q, %v", b, err)
	}
}

// TestSweepWhenTheStoreIsAway keeps the row, so that the bytes are tried again.
func TestSweepWhenTheStoreIsAway(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, _ := service(t, d)
	upload(t, s, c, "파일.pdf", pdf)
	d.Clock(t, fixture.Now(t, d).Add(8*24*time.Hour))
	away := errors.New("away")
	if _, err := (&document.Service{Work: d.Work, Store: failing{s.Store, away}}).Sweep(t.Context()); !errors.Is(err, away) {
		t.Fatalf("sweep without a store: %v", err)
	}
	if got := sweep(t, s); got != (document.Swept{Objects: 1}) {
		t.Errorf("swept %+v afterwards", got)
	}
}

type failing struct {
	document.Store
	err error
}

func (f failing) Remove(context.Context, string) error { return f.err }
