package application_test

import (
	"strings"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// nextYear is a call a year after another, with one more text and one less, and the
// codes of a set.
func nextYear(t *testing.T, d *dbtest.DB, c fixture.Company, first program.Call, set string) program.Call {
	t.Helper()
	s := &program.Service{Work: d.Work}
	d.Clock(t, fixture.Now(t, d).AddDate(1, 0, 0))
	fixture.Appropriation(t, d, c)
	in := fixture.CallInput(c, fixture.Now(t, d))
	in.CodeSet, in.ProjectFrom = set, calendar.Must(first.FiscalYear+1, time.March, 1)
	in.Sections = append(in.Sections[1:], program.Section{Kind: "youth", Title: "청년 참여", Required: true, MaxLength: 1000})
	for i := range in.Sections {
		if in.Sections[i].Kind == "tasks" {
			in.Sections[i].MaxLength = 100
		}
	}
	call, err := s.CreateCall(t.Context(), c.Manager, in)
	if err == nil {
		_, err = s.Announce(t.Context(), c.Manager, call.ID, call.Version)
	}
	if err == nil {
		call, err = s.Open(t.Context(), c.Manager, call.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func part(t *testing.T, p application.CopyPlan, name string) application.CopyPart {
	t.Helper()
	for _, x := range p.Parts {
		if x.Part == name {
			return x
		}
	}
	t.Fatalf("no part %s", name)
	return application.CopyPart{}
}

// TestCopy brings last year's plan into this year's: what fits is taken, what does
// not is told with its reason, and what somebody has written stays.
func TestCopy(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := fixture.Applications(t, d)
	first := fixture.Call(t, d, c)
	old := fixture.Drafted(t, d, first, c.Officer)
	w, err := s.Workspace(t.Context(), c.Officer, old.ID)
	if err != nil {
		t.Fatal(err)
	}
	tasks, _ := w.Report.Part("section.tasks")
	if _, err := s.SaveSection(t.Context(), c.Officer, old.ID, "tasks", tasks.Version, strings.Repeat("길", 101)); err != nil {
		t.Fatal(err)
	}
	if old, err = s.Submit(t.Context(), c.Officer, old.ID, old.Version, w.DraftVersion+1); err != nil {
		t.Fatal(err)
	}
	second := nextYear(t, d, c, first, program.NationalCodes)
	now, err := s.Create(t.Context(), c.Officer, second.ID, c.Naru, "올해의 이름")
	if err != nil {
		t.Fatal(err)
	}

	p, err := s.CopyFrom(t.Context(), c.Officer, now.ID, old.ID)
	if err != nil || len(p.Sources) != 1 || p.From == nil || !p.From.HandedIn {
		t.Fatalf("%+v (%v)", p.Sources, err)
	}
	for name, q := range map[string]struct {
		rows    int
		written bool
		note    string
	}{
		"title":              {1, true, ""},
		"section.background": {1, false, ""},
		"section.tasks":      {0, false, "101자로 이 공모의 한도 100자"},
		"section.youth":      {0, false, ""},
		"activities":         {1, false, "1개가 사업 기간"},
		"partners":           {1, false, "협약일"},
		"lines":              {8, false, "금액은 지난 계획"},
		"indicators":         {1, false, "목표값"},
	} {
		got := part(t, p, name)
		if got.Rows != q.rows || got.Written != q.written || !strings.Contains(strings.Join(got.Notes, " "), q.note) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	left := strings.Join(p.Left, " ")
	if !strings.Contains(left, "‘사업 개요’ 항목은 이 공모에 없어") || !strings.Contains(left, "위원회") || !strings.Contains(left, "다시 올려 주십시오: 사회적경제위원회 심의 결과") {
		t.Errorf("left %q", left)
	}

	// A colleague writes the partners in the meantime.
	if _, err := s.SavePartners(t.Context(), c.Officer, now.ID, 0, []application.Partner{{Name: "새 협업기관", Role: "교육"}}); err != nil {
		t.Fatal(err)
	}
	var choices []application.CopyChoice
	for _, x := range p.Parts {
		if x.Rows > 0 && !x.Written {
			choices = append(choices, application.CopyChoice{Part: x.Part, Version: x.Version})
		}
	}
	result, err := s.Copy(t.Context(), c.Officer, now.ID, old.ID, choices)
	if err != nil || len(result.Kept) != 1 || result.Kept[0].Part != "partners" || len(result.Copied) != len(choices)-1 || len(result.Left) != 3 {
		t.Fatalf("%+v (%v)", result, err)
	}
	w, err = s.Workspace(t.Context(), c.Officer, now.ID)
	if err != nil {
		t.Fatal(err)
	}
	a := w.Plan.Activities
	if w.Plan.Title != "올해의 이름" || w.Plan.Partners[0].Name != "새 협업기관" || len(w.Plan.Lines) != 8 || w.Plan.Totals().Total() != second.Cap ||
		len(a) != 1 || a[0].StartsOn != calendar.Must(second.FiscalYear, time.January, 1) || a[0].EndsOn != calendar.Must(second.FiscalYear, time.December, 31) {
		t.Errorf("copied %+v", w.Plan)
	}
	if row, _ := w.Report.Part("activities"); row.State != application.Faulty {
		t.Errorf("an activity outside the project period is %s", row.State)
	}
	if n := audit(t, d, now.ID); n != 1 {
		t.Errorf("%d rows in the trail of a draft", n)
	}
	// The handed-in version is as it was.
	if h, err := s.Submission(t.Context(), c.Officer, old.ID, 0); err != nil || h.Submission.Content.Title == "올해의 이름" || h.Submission.No != 1 {
		t.Errorf("the source: %+v (%v)", h.Submission.No, err)
	}
	// Ticked on purpose, a written part is replaced.
	if _, err := s.Copy(t.Context(), c.Officer, now.ID, old.ID, []application.CopyChoice{{Part: "partners", Version: 1}}); err != nil {
		t.Fatal(err)
	}
	w, err = s.Workspace(t.Context(), c.Officer, now.ID)
	if err != nil || w.Plan.Partners[0].Name != "어울림협동조합" || !w.Plan.Partners[0].AgreedOn.IsZero() || w.Plan.Partners[0].BusinessNo != "124-81-00998" {
		t.Errorf("partners %+v (%v)", w.Plan.Partners, err)
	}
}

func audit(t *testing.T, d *dbtest.DB, id application.ID) (n int) {
	t.Helper()
	if err := d.DB.Get(&n, `select count(*) from audit_events where kind = 'application' and object_id = $1`, id); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCopyCodes leaves out lines whose code is not of the new call, or not in force.
func TestCopyCodes(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := fixture.Applications(t, d)
	first := fixture.Call(t, d, c)
	old := fixture.HandedIn(t, d, first, c.Officer)
	if _, err := d.Owner.Exec(`update expense_codes set valid_to = '2021-12-31' where code_set = 'national' and code = '240-01'`); err != nil {
		t.Fatal(err)
	}
	second := nextYear(t, d, c, first, program.NationalCodes)
	now, err := s.Create(t.Context(), c.Officer, second.ID, c.Naru, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.CopyFrom(t.Context(), c.Officer, now.ID, old.ID)
	if err != nil {
		t.Fatal(err)
	}
	if lines := part(t, p, "lines"); lines.Rows != 7 || !strings.Contains(lines.Notes[0], "240-01") || !strings.Contains(lines.Notes[0], "5,650,000원") {
		t.Errorf("lines %+v", lines)
	}
	// The other set: nothing is left to copy, and asking for it is a mistake.
	if _, err := d.Owner.Exec(`update calls set code_set = 'local' where id = $1`, second.ID); err == nil {
		t.Error("the terms of an announced call changed past the trail")
	}
	local := fixture.Applications(t, d)
	third := nextYear(t, d, c, second, program.LocalCodes)
	other, err := local.Create(t.Context(), c.Officer, third.ID, c.Naru, "")
	if err != nil {
		t.Fatal(err)
	}
	if p, err = s.CopyFrom(t.Context(), c.Officer, other.ID, old.ID); err != nil {
		t.Fatal(err)
	}
	if lines := part(t, p, "lines"); lines.Rows != 0 || !strings.Contains(lines.Notes[0], "지방 편성목-통계목") {
		t.Errorf("lines %+v", lines)
	}
	_, err = s.Copy(t.Context(), c.Officer, other.ID, old.ID, []application.CopyChoice{{Part: "lines"}, {Part: "attachments"}})
	if _, fields := fault.Public(err); len(fields) != 2 {
		t.Errorf("nothing to copy: %v", err)
	}
	if _, err := s.Copy(t.Context(), c.Officer, other.ID, old.ID, nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("nothing chosen: %v", err)
	}
}

// TestCopyIsOwn: another government's plan is not found, another officer may not
// copy, a withdrawn draft may be taken up again, and a plan that is in stays.
func TestCopyIsOwn(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := fixture.Applications(t, d)
	call := fixture.Call(t, d, c)
	theirs := fixture.HandedIn(t, d, call, c.Officer2)
	gone := fixture.Drafted(t, d, call, c.Officer)
	if _, err := s.Withdraw(t.Context(), c.Officer, gone.ID, gone.Version, "다시 씁니다."); err != nil {
		t.Fatal(err)
	}
	now, err := s.Create(t.Context(), c.Officer, call.ID, c.Naru, "")
	if err != nil {
		t.Fatal(err)
	}
	choice := []application.CopyChoice{{Part: "indicators"}}
	for name, q := range map[string]struct {
		who  authz.Actor
		id   application.ID
		from application.ID
		kind fault.Kind
	}{
		"from another government":    {c.Officer, now.ID, theirs.ID, fault.NotFound},
		"from nowhere":               {c.Officer, now.ID, 999, fault.NotFound},
		"into another's draft":       {c.Officer2, now.ID, theirs.ID, fault.NotFound},
		"by who may only sign":       {c.Approver, now.ID, gone.ID, fault.Forbidden},
		"by the 시·도, into a draft":   {c.Province, now.ID, gone.ID, fault.NotFound},
		"into a plan that is handed": {c.Officer2, theirs.ID, theirs.ID, fault.Conflict},
		"without a source":           {c.Officer, now.ID, 0, fault.Invalid},
	} {
		if _, err := s.Copy(t.Context(), q.who, q.id, q.from, choice); fault.KindOf(err) != q.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, queries := work.Counting(t.Context())
	p, err := s.CopyFrom(ctx, c.Officer, now.ID, gone.ID)
	if err != nil || p.From.HandedIn || part(t, p, "lines").Rows != 8 || part(t, p, "partners").Rows != 1 {
		t.Errorf("a withdrawn draft: %+v (%v)", p, err)
	}
	if n := queries.N(); n > 16 {
		t.Errorf("%d queries to show what can be copied", n)
	}
	if _, err := s.Copy(t.Context(), c.Officer, now.ID, gone.ID, choice); err != nil {
		t.Error(err)
	}
}
