package planbook

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/intake"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// Import is what a file holds, held against the draft as it stands now.
type Import struct {
	ID        ID
	Name      string
	CSV       bool
	CreatedAt time.Time
	Workspace application.Workspace

	Findings         []Finding // in the order of cells
	Errors, Warnings int
	Notes            []string               // of parts that the file leaves alone
	Changes          application.Comparison // the draft as 당초, the file as 변경
	Reordered        []string               // titles of parts whose rows only change places
	Versions         map[string]int         // of the parts that would be replaced
	Since            []Since                // parts that others saved since the download and the file replaces

	edits []application.VersionedEdit
}

// Since is a part that was saved after the file was downloaded.
type Since struct {
	Part  string
	Title string
	By    string
	At    time.Time
	// What was saved since: the state at the download as 당초, the draft as 변경.
	// Known is false for a file that does not tell its state.
	Known   bool
	Changes application.Comparison
}

// Ready tells whether the file can be applied.
func (in Import) Ready() bool { return in.Errors == 0 && len(in.edits) > 0 }

// examine checks a file against the draft: its mistakes, and what it would change.
func (s *Service) examine(ctx context.Context, who authz.Actor, k kept, w application.Workspace) (Import, error) {
	in := Import{ID: k.ID, Name: k.Name, CSV: k.upload.CSV, CreatedAt: k.CreatedAt, Workspace: w, Versions: map[string]int{}}
	var all []*reading
	var edits []application.Edit
	for _, f := range k.upload.Tables {
		r := read(f, w.Plan)
		all, edits = append(all, r), append(edits, r.edit)
	}
	plans, faults, err := s.judged(ctx, who, w.ID, edits)
	if err != nil {
		return in, err
	}
	is := w.Plan
	for i, r := range all {
		r.judge(faults[i])
		put(&is, plans[i], r.Part)
		in.Findings = append(in.Findings, r.findings...)
	}
	in.again(k.upload.Again)
	in.count()
	if in.Errors == 0 {
		in.compare(k.upload, all, is)
	}
	in.balance(all, is)
	inOrder(in.Findings)
	return in, nil
}

// judged asks the rules of the forms.
func (s *Service) judged(ctx context.Context, who authz.Actor, id application.ID, edits []application.Edit) (plans []application.Plan, faults []error, err error) {
	_, err = work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		plans, faults, err = application.CheckEdits(ctx, tx, id, edits)
		return none, err
	})
	return plans, faults, err
}

// put takes one part of a plan from another.
func put(into *application.Plan, from application.Plan, part string) {
	switch part {
	case application.PartLines:
		into.Lines = from.Lines
	case application.PartPartners:
		into.Partners = from.Partners
	case application.PartActivities:
		into.Activities = from.Activities
	case application.PartIndicators:
		into.Indicators = from.Indicators
	}
}

// again names tables that stand in the file twice.
func (in *Import) again(twice []found) {
	for _, f := range twice {
		title := tableOf(f.Part).Sheet
		in.Findings = append(in.Findings, Finding{
			Sheet: f.Sheet, Cell: intake.Name(1, f.Head), Rule: "‘" + title + "’ 표가 다른 시트에도 있습니다.", Remedy: "쓰지 않는 시트를 지워 주십시오.",
			order: f.Order, row: f.Head, column: 1,
		})
	}
}

func (in *Import) count() {
	in.Errors, in.Warnings = 0, 0
	for _, f := range in.Findings {
		if f.Warning {
			in.Warnings++
		} else {
			in.Errors++
		}
	}
}

// compare finds what a file without mistakes would change. A part that it leaves as
// it was downloaded stays as it is now, whoever saved it since.
func (in *Import) compare(u upload, all []*reading, is application.Plan) {
	now, will := in.Workspace.Plan, in.Workspace.Plan
	for _, t := range tables() {
		i := slices.IndexFunc(all, func(r *reading) bool { return r.Part == t.Part })
		if i < 0 {
			if !u.CSV {
				in.Notes = append(in.Notes, "‘"+t.Sheet+"’ 시트가 없어 "+t.Title+"은(는) 그대로 둡니다.")
			}
			continue
		}
		part, _ := in.Workspace.Report.Part(t.Part)
		moved := u.Versions[t.Part] != part.Version
		switch {
		case equal(now, is, t.Part):
			continue
		case moved && u.Known && equal(u.Held, is, t.Part):
			in.Notes = append(in.Notes, "‘"+t.Sheet+"’ 시트는 내려받은 그대로여서, 그사이 저장된 내용을 그대로 둡니다.")
			continue
		case moved:
			in.Since = append(in.Since, since(u, now, part))
		}
		before := will
		put(&will, is, t.Part)
		if application.Compare(before, will).Empty() {
			in.Reordered = append(in.Reordered, t.Title)
		}
		in.Versions[t.Part] = part.Version
		in.edits = append(in.edits, application.VersionedEdit{Edit: all[i].edit, Version: part.Version})
	}
	in.Changes = application.Compare(now, will)
}

func since(u upload, now application.Plan, part application.Part) Since {
	s := Since{Part: part.Name, Title: part.Title, By: part.SavedBy, Known: u.Known}
	if part.UpdatedAt != nil {
		s.At = *part.UpdatedAt
	}
	if u.Known {
		was := now
		put(&was, u.Held, part.Name)
		s.Changes = application.Compare(was, now)
	}
	return s
}

// equal compares one part of two plans, leaving out names that follow from codes.
func equal(a, b application.Plan, part string) bool {
	var x, y application.Plan
	put(&x, a, part)
	put(&y, b, part)
	switch {
	case part == application.PartLines:
		return slices.EqualFunc(x.Lines, y.Lines, func(a, b application.BudgetLine) bool {
			return a.Code == b.Code && a.Description == b.Description && a.Amounts == b.Amounts && a.Basis() == b.Basis()
		})
	case len(x.Partners)+len(x.Activities)+len(x.Indicators) == 0:
		return len(y.Partners)+len(y.Activities)+len(y.Indicators) == 0
	}
	return reflect.DeepEqual(x, y)
}

// balance warns of what keeps the budget of a file from being handed in.
func (in *Import) balance(all []*reading, is application.Plan) {
	i := slices.IndexFunc(all, func(r *reading) bool { return r.Part == application.PartLines })
	if i < 0 || len(is.Lines) == 0 {
		return
	}
	r := all[i]
	if slices.ContainsFunc(r.findings, func(f Finding) bool { return !f.Warning }) {
		return // sums of what is wrong say nothing
	}
	r.findings = nil
	b := application.BalanceOf(is, in.Workspace.Call)
	const remedy = "이대로 저장할 수 있지만, 제출하려면 맞추어야 합니다."
	if b.OverCap.Sign() > 0 {
		r.note(r.Head, "total", fmt.Sprintf("총사업비 %s원이 한도 %s원을 %s원 넘습니다.", b.Totals.Total().Comma(), b.Cap.Comma(), b.OverCap.Comma()), remedy, true)
	}
	if e, ok := errors.AsType[*fault.Error](in.Workspace.Call.Matching.Check(b.Totals)); ok {
		for _, c := range r.table.Columns {
			if rule := e.Fields[c.Field]; rule != "" {
				r.note(r.Head, c.Field, rule, remedy, true)
			}
		}
	}
	in.Findings = append(in.Findings, r.findings...)
	in.count()
}

// Marked is the file that was sent with the cells of its findings coloured and
// commented. A CSV file has no colours: that is NotFound.
func (s *Service) Marked(ctx context.Context, who authz.Actor, id application.ID, file ID) (name string, data []byte, err error) {
	in, err := s.Show(ctx, who, id, file)
	if err != nil {
		return "", nil, err
	}
	if in.CSV || len(in.Findings) == 0 {
		return "", nil, fault.New(fault.NotFound, "칸을 칠해 드릴 것이 없는 파일입니다.")
	}
	data, err = work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (data []byte, err error) {
		if err := tx.Allow("application:preview", in.Workspace.Object()); err != nil {
			return nil, err
		}
		return data, tx.Get(ctx, &data, sqlFile, file, id, who.ID, tx.Now)
	})
	if err != nil {
		return "", nil, err
	}
	data, err = s.Reader.Mark(ctx, data, marks(in.Findings))
	return "확인 결과 " + in.Name, data, err
}

// marks are the findings cell by cell: all that is said of one cell in one comment.
func marks(all []Finding) (out []xlsx.Mark) {
	at := map[[2]string]int{}
	for _, f := range all {
		text := f.Rule + "\n→ " + f.Remedy
		key := [2]string{f.Sheet, f.Cell}
		i, ok := at[key]
		if !ok {
			at[key] = len(out)
			out = append(out, xlsx.Mark{Sheet: f.Sheet, Cell: f.Cell, Text: text, Warning: f.Warning})
			continue
		}
		out[i].Text += "\n" + text
		out[i].Warning = out[i].Warning && f.Warning
	}
	return out
}
