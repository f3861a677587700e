package application_test

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

// TestSectionsAreSavedByPart: two people write two parts at once; in one part the
// second save from the same version is a Conflict and changes nothing.
func TestSectionsAreSavedByPart(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := w.create(t, w.Officer)
	first, err := w.apps.SaveSection(ctx, w.Officer, a.ID, "overview", 0, "처음\r\n둘째 줄")
	if err != nil || first.Version != 1 || first.Draft != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	if other, err := w.apps.SaveSection(ctx, w.Officer, a.ID, "effects", 0, "효과"); err != nil || other.Version != 1 || other.Draft != 3 {
		t.Fatalf("%+v, %v", other, err)
	}
	_, err = w.apps.SaveSection(ctx, w.Officer, a.ID, "overview", 0, "다른 사람의 글")
	wantKind(t, err, fault.Conflict, "먼저 저장했습니다")
	_, err = w.apps.SaveSection(ctx, w.Officer, a.ID, "overview", -1, "아무 판에나 쓰려는 글")
	wantKind(t, err, fault.Conflict, "먼저 저장했습니다")
	_, err = w.apps.SaveSection(ctx, w.Officer, a.ID, "overview", 1, strings.Repeat("가", 4001))
	wantKind(t, err, fault.Invalid, "4001자")
	_, err = w.apps.SaveSection(ctx, w.Officer, a.ID, "nothing", 0, "글")
	wantKind(t, err, fault.NotFound, "")
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil || ws.Plan.Section("overview") != "처음\n둘째 줄" || ws.DraftVersion != 3 {
		t.Errorf("%q, draft %d, %v", ws.Plan.Section("overview"), ws.DraftVersion, err)
	}
	var audits int
	if err := w.DB.DB.Get(&audits, `select count(*) from audit_events where kind = 'application'`); err != nil || audits != 1 {
		t.Errorf("%d audit rows, want that of the creation alone (%v)", audits, err)
	}
}

func TestOnlyOneSaveOfAPartWins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	var won atomic.Int32
	race(8, func() {
		if _, err := w.apps.SaveTitle(context.Background(), w.Officer, a.ID, 0, "이름"); err == nil {
			won.Add(1)
		} else if fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	})
	if won.Load() != 1 {
		t.Errorf("%d saves from the same version", won.Load())
	}
}

// TestWhoMayWrite asks every save with every kind of person.
func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	ctx := t.Context()
	saves := map[string]func(authz.Actor) error{
		"title": func(who authz.Actor) error { _, err := w.apps.SaveTitle(ctx, who, a.ID, 0, "이름"); return err },
		"section": func(who authz.Actor) error {
			_, err := w.apps.SaveSection(ctx, who, a.ID, "overview", 0, "")
			return err
		},
		"lines":        func(who authz.Actor) error { _, err := w.apps.SaveLines(ctx, who, a.ID, 0, nil, false); return err },
		"deliberation": func(who authz.Actor) error { _, err := w.apps.SaveDeliberation(ctx, who, a.ID, 0, nil); return err },
		"partners":     func(who authz.Actor) error { _, err := w.apps.SavePartners(ctx, who, a.ID, 0, nil); return err },
		"activities":   func(who authz.Actor) error { _, err := w.apps.SaveActivities(ctx, who, a.ID, 0, nil); return err },
		"indicators":   func(who authz.Actor) error { _, err := w.apps.SaveIndicators(ctx, who, a.ID, 0, nil); return err },
		"upload": func(who authz.Actor) error {
			_, err := w.apps.Upload(ctx, who, a.ID, application.Paper{}, "계획.pdf", bytes.NewReader(fixture.PDF()))
			return err
		},
	}
	for name, save := range saves {
		for _, tt := range []struct {
			who  authz.Actor
			want fault.Kind
		}{{w.Officer2, fault.NotFound}, {w.Province, fault.NotFound}, {w.Manager, fault.NotFound}, {w.Admin, fault.NotFound}, {w.Approver, fault.Forbidden}, {w.Nobody, fault.NotFound}} {
			if err := save(tt.who); fault.KindOf(err) != tt.want || err == nil {
				t.Errorf("%s by %s: %v, want kind %d", name, tt.who.Name, err, tt.want)
			}
		}
		if err := save(w.Officer); err != nil {
			t.Errorf("%s by its officer: %v", name, err)
		}
	}
	done := handedIn(t, w, w.Officer2)
	_, err := w.apps.SaveTitle(ctx, w.Officer2, done.ID, 0, "이름")
	wantKind(t, err, fault.Conflict, "고칠 수 없습니다")
}

// TestLinesNameEveryMistake: all rows, all fields, in one answer, and nothing saved.
func TestLinesNameEveryMistake(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	b := money.BySource{National: money.Must(500), Sido: money.Must(500)}
	lines := []application.BudgetLine{
		{Code: "210-01", Amounts: b},
		{Code: "999-99", Amounts: b},
		{Code: "201-01", Amounts: b}, // of the other code set
		{Code: "210-01", Amounts: b.With(money.Sido, money.Must(-1))},
		{Code: "210-01", Amounts: b, UnitPrice: won(100), Quantity: times(10), Times: times(2)},
		{Code: "210-01", Amounts: b, UnitPrice: won(100), Quantity: times(10)},
		{Code: "210-01", Amounts: b, UnitPrice: won(100), Quantity: times(-10), Times: times(1)},
		{Code: "210-01"},
		{Code: "210-01", Amounts: b, Description: strings.Repeat("가", 201)},
		{Code: "210-01", Amounts: b, UnitPrice: won(100), Quantity: times(10), Times: times(1)},
	}
	_, err := w.apps.SaveLines(t.Context(), w.Officer, a.ID, 0, lines, false)
	_, fields := fault.Public(err)
	want := map[string]string{
		"lines.1.code": "골라", "lines.2.code": "골라", "lines.3.sido": "시도비", "lines.4.total": "산출기초로는 2,000원인데 재원의 합은 1,000원",
		"lines.5.times": "횟수", "lines.6.quantity": "수량", "lines.7.national": "금액", "lines.8.description": "201자",
	}
	for name, says := range want {
		if !strings.Contains(fields[name], says) {
			t.Errorf("%s: %q, want it to say %q", name, fields[name], says)
		}
	}
	if len(fields) != len(want) {
		t.Errorf("%d mistakes, want %d: %v", len(fields), len(want), fields)
	}
	_, err = w.apps.SaveLines(t.Context(), w.Officer, a.ID, 0, make([]application.BudgetLine, application.MaxLines+1), false)
	wantKind(t, err, fault.Invalid, "300줄")
	var n int
	if err := w.DB.DB.Get(&n, `select count(*) from budget_lines`); err != nil || n != 0 {
		t.Errorf("%d lines were saved, %v", n, err)
	}
}

func TestListPartsNameEveryMistake(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := w.create(t, w.Officer)
	day := calendar.Must(2026, 5, 1)
	_, err := w.apps.SavePartners(ctx, w.Officer, a.ID, 0, []application.Partner{
		{Name: "가", Role: "판로", BusinessNo: "124-81-00998"}, {Role: "유통"}, {Name: "다", Role: "금융", BusinessNo: "124-81-00999"}, {Name: "라", Role: "금융", BusinessNo: "1248100998", DocumentID: 77},
	})
	wantFields(t, err, "partners.1.name", "partners.2.business_no", "partners.3.business_no", "partners.3.document_id")
	_, err = w.apps.SaveActivities(ctx, w.Officer, a.ID, 0, []application.Activity{
		{Title: "가", StartsOn: day, EndsOn: day}, {StartsOn: day, EndsOn: day.AddDays(-1)}, {Title: "다", StartsOn: calendar.Must(2025, 12, 31), EndsOn: day}, {Title: "라", StartsOn: day, EndsOn: calendar.Must(2027, 1, 1)}, {Title: "마"},
	})
	wantFields(t, err, "activities.1.title", "activities.1.ends_on", "activities.2.starts_on", "activities.3.ends_on", "activities.4.starts_on", "activities.4.ends_on")
	_, err = w.apps.SaveIndicators(ctx, w.Officer, a.ID, 0, []application.Indicator{{Name: "가", Target: "1"}, {}})
	wantFields(t, err, "indicators.1.name", "indicators.1.target")
	_, err = w.apps.SaveDeliberation(ctx, w.Officer, a.ID, 0, &application.Deliberation{HeldOn: day, Decision: "maybe", DocumentID: 3})
	wantFields(t, err, "committee", "agenda", "held_on", "decision", "document_id")
}

func wantFields(t *testing.T, err error, names ...string) {
	t.Helper()
	_, fields := fault.Public(err)
	for _, name := range names {
		if fields[name] == "" {
			t.Errorf("nothing is said of %s: %v", name, err)
		}
	}
	if len(fields) != len(names) {
		t.Errorf("mistakes %v, want %v", fields, names)
	}
}

// TestAttachments: a file comes and goes through the permission of its application.
func TestAttachments(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	file, err := w.apps.Upload(ctx, w.Officer, a.ID, application.Paper{}, "회의록.pdf", bytes.NewReader(fixture.PDF()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.apps.Upload(ctx, w.Officer, a.ID, application.Paper{Code: "nonsense"}, "회의록.pdf", bytes.NewReader(fixture.PDF()))
	wantKind(t, err, fault.Invalid, "제출서류")
	foreign, err := w.apps.Documents.Upload(ctx, w.Officer2, document.Upload{Name: "남의 것.pdf", Government: w.Dasom, Body: bytes.NewReader(fixture.PDF())})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.apps.Attach(ctx, w.Officer, a.ID, foreign.ID, application.Paper{})
	wantKind(t, err, fault.NotFound, "")
	minutes := &application.Deliberation{Committee: "위원회", HeldOn: calendar.Must(2026, 2, 1), Agenda: "안건", Decision: "approved", DocumentID: file.ID}
	if _, err := w.apps.SaveDeliberation(ctx, w.Officer, a.ID, 1, minutes); err != nil {
		t.Fatal(err)
	}
	_, err = w.apps.Detach(ctx, w.Officer, a.ID, file.ID)
	wantKind(t, err, fault.Conflict, "회의록")
	download := func(who authz.Actor, want fault.Kind) {
		t.Helper()
		if got, err := w.apps.Attachment(ctx, who, a.ID, file.ID); fault.KindOf(err) != want && err != nil || err == nil && got.ID != file.ID {
			t.Errorf("%s: %v, %v", who.Name, got, err)
		}
		_, err := w.apps.Attachment(ctx, who, a.ID, foreign.ID)
		wantKind(t, err, fault.NotFound, "")
	}
	download(w.Officer, 0)
	download(w.Approver, 0)
	_, err = w.apps.Attachment(ctx, w.Province, a.ID, file.ID)
	wantKind(t, err, fault.NotFound, "")
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.Submit(ctx, w.Officer, a.ID, ws.Version, ws.DraftVersion); err != nil {
		t.Fatal(err)
	}
	download(w.Province, 0)
	download(w.Manager, 0)
	_, err = w.apps.Attachment(ctx, w.Officer2, a.ID, file.ID)
	wantKind(t, err, fault.NotFound, "")
}
