package program_test

import (
	"context"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// TestHints writes the help beside the parts of an open call: with the version that
// was looked at, by its manager, every mistake at once, and with both versions kept.
func TestHints(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	hints := []program.Hint{{Field: "lines", Body: " 인건비는 **30%**까지입니다. "}, {Field: "section.overview", Body: "- 한 쪽"}}
	_, err := s.SaveHints(t.Context(), c.Officer, call.ID, call.Version, hints)
	want(t, "an officer", err, fault.Forbidden, "")
	_, err = s.SaveHints(t.Context(), c.Manager, call.ID, call.Version, []program.Hint{
		{Field: "lunch", Body: "가"}, {Field: "section.gone", Body: "가"}, {Field: "title", Body: strings.Repeat("가", 4001)}, {Field: "title"}})
	_, fields := fault.Public(err)
	if len(fields) != 4 || fields["hints.2.body"] == "" || fields["hints.3.field"] == "" {
		t.Errorf("mistakes %v", fields)
	}
	after := must[program.Call](t)(s.SaveHints(t.Context(), c.Manager, call.ID, call.Version, hints))
	if after.Version != call.Version+1 || after.State != program.StateOpen {
		t.Errorf("version %d, %s", after.Version, after.State)
	}
	_, err = s.SaveHints(t.Context(), c.Manager2, call.ID, call.Version, hints)
	want(t, "an old version", err, fault.Conflict, "먼저 고쳤습니다")
	form := must[program.Form](t)(as(t, d, c.Manager, func(ctx context.Context, tx *work.Tx) (program.Form, error) { return program.FormOf(ctx, tx, call.ID) }))
	if form.Hints["lines"] != "인건비는 **30%**까지입니다." || form.Hints["section.overview"] != "- 한 쪽" || form.Hints["section.tasks"] == "" {
		t.Errorf("hints %q", form.Hints)
	}
	must[program.Call](t)(s.SaveHints(t.Context(), c.Manager, call.ID, after.Version, []program.Hint{{Field: "lines"}}))
	detail := must[program.CallDetail](t)(s.Call(t.Context(), authz.Anonymous(), call.ID))
	if len(detail.Hints) != 0 || detail.Sections[0].Hint != "- 한 쪽" {
		t.Errorf("an empty hint stays, or one that was not named went: %+v", detail.Hints)
	}
	if n := audited(t, d, "call:hint", "call", int64(call.ID)); n != 2 {
		t.Errorf("audited %d changes of hints", n)
	}
}

// TestHintsAreCopied makes the next call from this one.
func TestHintsAreCopied(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	in := fixture.CallInput(c, fixture.Now(t, d))
	in.Hints = []program.Hint{{Field: "partners", Body: "협약서를 함께 올립니다."}}
	fixture.Appropriation(t, d, c)
	first := must[program.Call](t)(s.CreateCall(t.Context(), c.Manager, in))
	copied := must[program.CallInput](t)(s.CopyOf(t.Context(), c.Manager, first.ID))
	if len(copied.Hints) != 1 || copied.Hints[0].Field != "partners" || copied.Sections[0].Hint != in.Sections[0].Hint {
		t.Errorf("copied %+v", copied.Hints)
	}
	in.Hints = nil
	in.Title = "다른 이름"
	must[program.Call](t)(s.UpdateCall(t.Context(), c.Manager, first.ID, first.Version, in))
	if d := must[program.CallDetail](t)(s.Call(t.Context(), c.Manager, first.ID)); len(d.Hints) != 1 {
		t.Error("an update without hints took them away")
	}
}
