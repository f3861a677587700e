package application_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
)

// TestAnySequenceOfSavesKeepsWhatWasHandedIn: parts are saved with and without
// mistakes, by pages that repeat themselves and from versions long gone, handed in
// and sent back. Whatever comes, stored lines sum, nothing that was handed in
// changes, what is kept is what was typed last, and nothing is handed in over it.
func TestAnySequenceOfSavesKeepsWhatWasHandedIn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := context.WithoutCancel(t.Context())
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	handed, kept, refused := map[int]string{}, map[string]string{}, 0
	edits := map[string]func(*rapid.T) application.Edit{
		application.PartPartners: func(r *rapid.T) application.Edit {
			return application.PartnersEdit([]application.Partner{{Name: "협동조합", Role: "판로", BusinessNo: rapid.SampledFrom([]string{"", "124-81-00998", "124-81-00999"}).Draw(r, "number")}})
		},
		application.PartActivities: func(r *rapid.T) application.Edit {
			from := w.call.ProjectFrom.AddDays(rapid.IntRange(-20, 200).Draw(r, "from"))
			return application.ActivitiesEdit([]application.Activity{{Title: "장터", StartsOn: from, EndsOn: from.AddDays(rapid.IntRange(-2, 60).Draw(r, "days"))}})
		},
		application.PartLines: func(r *rapid.T) application.Edit {
			lines := rapid.SliceOfN(rapid.Custom(drawLine), 0, 6).Draw(r, "lines")
			return application.LinesEdit(application.Budget{Lines: lines, Fill: rapid.SampledFrom([]int{application.FillNone, application.FillAll}).Draw(r, "fill")})
		},
		"section.effects": func(r *rapid.T) application.Edit {
			return application.SectionEdit("effects", rapid.StringN(0, 40, 200).Draw(r, "text"))
		},
		application.PartDeliberation: func(r *rapid.T) application.Edit {
			d := application.Deliberation{Committee: "위원회", Agenda: "안건", Decision: rapid.SampledFrom([]string{"approved", "conditional", "maybe"}).Draw(r, "decision"), HeldOn: calendar.Must(2026, 2, 1)}
			return application.DeliberationEdit(&d)
		},
	}
	names := []string{application.PartPartners, application.PartActivities, application.PartLines, "section.effects", application.PartDeliberation}
	save := func(r *rapid.T) {
		part := rapid.SampledFrom(names).Draw(r, "part")
		edit := edits[part](r)
		row, _ := workspace(ctx, r, w, a.ID).Report.Part(part)
		version := max(row.Version-rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(r, "behind"), 0)
		ctx := application.OnPage(ctx, rapid.SampledFrom([]string{"", "one", "two"}).Draw(r, "page"), rapid.IntRange(1, 40).Draw(r, "seq"))
		saved, err := w.apps.Save(ctx, w.Officer, a.ID, version, edit)
		expect(r, err, fault.Invalid, fault.Conflict)
		if err == nil && saved.Row.Name != "" {
			delete(kept, part)
		}
		if fault.KindOf(err) == fault.Invalid {
			typed := rapid.StringN(1, 30, 100).Draw(r, "typed")
			out, err := w.apps.KeepInput(ctx, w.Officer, a.ID, part, version, map[string][]string{"x": {typed}}, 1)
			expect(r, err, fault.Conflict)
			if err == nil && out.Row.Name != "" {
				kept[part] = typed
			}
		}
	}
	mend := func(r *rapid.T) {
		day := w.call.ProjectFrom
		for _, edit := range []application.Edit{
			application.PartnersEdit(nil), application.SectionEdit("effects", "효과"), application.ActivitiesEdit([]application.Activity{{Title: "장터", StartsOn: day, EndsOn: day}}),
			application.DeliberationEdit(&application.Deliberation{Committee: "위원회", Agenda: "안건", Decision: "approved", HeldOn: calendar.Must(2026, 2, 1)}),
			application.LinesEdit(application.Budget{Lines: fixture.SampleLines(t, w.call), Fill: application.FillAll}),
		} {
			row, _ := workspace(ctx, r, w, a.ID).Report.Part(edit.Part())
			_, err := w.apps.Save(ctx, w.Officer, a.ID, row.Version, edit)
			if expect(r, err, fault.Conflict); err == nil { // a Conflict while the plan is handed in
				delete(kept, edit.Part())
			}
		}
	}
	submit := func(r *rapid.T) {
		ws := workspace(ctx, r, w, a.ID)
		_, err := w.apps.Submit(ctx, w.Officer, a.ID, ws.Version, ws.DraftVersion)
		expect(r, err, fault.Invalid, fault.Conflict)
		if err == nil && len(kept) > 0 {
			r.Fatalf("handed in although %v is kept", kept)
		}
		if err != nil && len(kept) > 0 {
			refused++
		}
	}
	back := func(r *rapid.T) {
		ws := workspace(ctx, r, w, a.ID)
		_, err := w.comments.Return(ctx, w.Province, a.ID, ws.Version, "까닭", nil)
		expect(r, err, fault.Conflict, fault.NotFound)
	}
	rapid.Check(t, func(r *rapid.T) {
		for _, move := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 3}), 1, 8).Draw(r, "moves") {
			[]func(*rapid.T){save, submit, back, mend}[move](r)
			sumsHold(ctx, r, w, a.ID, handed)
			for part, typed := range kept {
				if got, err := w.apps.Kept(ctx, w.Officer, a.ID, part); err != nil || got["x"][0] != strings.ReplaceAll(typed, "\x00", "\ufffd") {
					r.Fatalf("of %s is kept %q, want %q (%v)", part, got, typed, err)
				}
			}
		}
	})
	if len(handed) == 0 || refused == 0 {
		t.Errorf("%d versions were handed in and %d refused: the walk proves nothing", len(handed), refused)
	}
}
