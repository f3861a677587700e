package planbook_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/intake"
	"eoul/pkg/planbook"
	"eoul/pkg/program"
)

// world is a complete draft of 나루군 and the service.
type world struct {
	*dbtest.DB
	fixture.Company
	call  program.Call
	app   application.Application
	apps  *application.Service
	books *planbook.Service
}

func setup(t testing.TB) world {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.KST))
	w := world{DB: d, Company: fixture.Cast(t, d), apps: fixture.Applications(t, d)}
	w.call = fixture.Call(t, d, w.Company)
	w.app = fixture.Drafted(t, d, w.call, w.Officer)
	w.books = &planbook.Service{Work: d.Work, Applications: w.apps, Reader: intake.NewReader()}
	return w
}

// download is the workbook of the draft as a file.
func (w world) download(t testing.TB) []byte {
	t.Helper()
	f, err := w.books.Workbook(t.Context(), w.Officer, w.app.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited is a workbook changed as a person would in a program.
func edited(t testing.TB, data []byte, change func(f *excelize.File) error) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := change(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// set gives cells values: set("예산!B6", "내역", "예산!G6", 1000).
func set(pairs ...any) func(*excelize.File) error {
	return func(f *excelize.File) (err error) {
		for i := 0; i < len(pairs); i += 2 {
			name, _ := pairs[i].(string)
			sheet, cell, _ := strings.Cut(name, "!")
			err = errors.Join(err, f.SetCellValue(sheet, cell, pairs[i+1]))
		}
		return err
	}
}

func (w world) upload(t testing.TB, data []byte) planbook.Import {
	t.Helper()
	in, err := w.books.Upload(t.Context(), w.Officer, w.app.ID, "예산.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// refused uploads a file that must not be taken.
func (w world) refused(t *testing.T, name string, data []byte, sentence string) {
	t.Helper()
	_, err := w.books.Upload(t.Context(), w.Officer, w.app.ID, "예산.xlsx", data)
	if _, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["file"], sentence) {
		t.Errorf("%s: %v, want %q", name, err, sentence)
	}
}

// apply agrees to what an import shows.
func (w world) apply(t testing.TB, who authz.Actor, in planbook.Import) error {
	t.Helper()
	_, err := w.books.Apply(t.Context(), who, w.app.ID, in.ID, planbook.Agreement{Versions: in.Versions, Overwrite: true})
	return err
}

func (w world) plan(t testing.TB) application.Plan {
	t.Helper()
	ws, err := w.apps.Workspace(t.Context(), w.Officer, w.app.ID)
	if err != nil {
		t.Fatal(err)
	}
	return ws.Plan
}

func wantKind(t testing.TB, err error, kind fault.Kind, sentence string) {
	t.Helper()
	msg, fields := fault.Public(err)
	for _, f := range fields {
		msg += " " + f
	}
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(msg, sentence) {
		t.Errorf("%v, want kind %d with %q", err, kind, sentence)
	}
}
