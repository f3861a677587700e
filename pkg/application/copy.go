package application

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// CopySource is an earlier application of the same government whose plan can be
// copied: what it handed in last, or its draft when it handed in nothing.
type CopySource struct {
	ID         ID              `db:"id" json:"id"`
	Number     string          `db:"number" json:"number"`
	CallID     program.CallID  `db:"call_id" json:"call_id"`
	CallTitle  string          `db:"call_title" json:"call_title"`
	FiscalYear int             `db:"fiscal_year" json:"fiscal_year"`
	Title      string          `db:"title" json:"title"`
	State      State           `db:"state" json:"state"`
	HandedIn   bool            `db:"handed_in" json:"handed_in"`
	Government organization.ID `db:"government_id" json:"-"`
	Province   organization.ID `db:"province_id" json:"-"`
	Program    program.ID      `db:"program_id" json:"-"`
}

// object is what the rules of permission look at.
func (s CopySource) object() authz.Object {
	return Application{ID: s.ID, GovernmentID: s.Government, ProvinceID: s.Province, ProgramID: s.Program}.Object()
}

// CopyPart is one part of the plan and what copying would make of it.
type CopyPart struct {
	Part    string   `json:"part"`
	Title   string   `json:"title"`
	Rows    int      `json:"rows"`    // what can be copied: lines, partners …, 1 of a text; 0: nothing
	Notes   []string `json:"notes"`   // what is left out and why, what must be looked at
	Written bool     `json:"written"` // there is something in the draft that copying replaces
	Version int      `json:"version"` // of the part in the draft, 0 before the first save

	edit Edit
}

// CopyPlan is what can be copied from one source.
type CopyPlan struct {
	Application Application
	Sources     []CopySource // newest first
	From        *CopySource  // nil until one is chosen
	Parts       []CopyPart
	Left        []string // what is never copied and why
}

// CopyChoice is one part to copy, over the version that was looked at.
type CopyChoice struct {
	Part    string `json:"part"`
	Version int    `json:"version"`
}

// CopyResult tells what was copied and what was kept because somebody saved it since.
type CopyResult struct {
	ID     ID         `json:"application_id"`
	From   ID         `json:"from"`
	Copied []CopyPart `json:"copied"`
	Kept   []CopyPart `json:"kept"`
	Left   []string   `json:"left"`
}

const sqlCopySources = `
	select a.id, a.number, a.call_id, c.title as call_title, a.fiscal_year, case when a.receipt_no is null then p.title else a.title end as title,
	       a.state, a.receipt_no is not null as handed_in, a.government_id, coalesce(a.province_id, 0) as province_id, a.program_id
	  from applications a
	  join plans p on p.application_id = a.id
	  join calls c on c.id = a.call_id
	 where a.government_id = $1 and a.id <> $2 and (a.receipt_no is not null or exists (select from plan_parts x where x.application_id = a.id))
	 order by a.fiscal_year desc, a.id desc limit 50`

// CopyFrom lists what the plan of an application may be copied from and, with from
// other than 0, what copying it would do, without doing it. A source that is not of
// the same government, or that the actor may not read, is NotFound.
func (s *Service) CopyFrom(ctx context.Context, who authz.Actor, id, from ID) (CopyPlan, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out CopyPlan, err error) {
		a, err := Get(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := allow(tx, a, "edit"); err != nil {
			return out, err
		}
		if !a.Open() {
			return out, fault.New(fault.Conflict, "지금 상태("+a.StateLabel()+")에서는 계획서를 고칠 수 없습니다.")
		}
		r, err := rulesOf(ctx, tx, a)
		if err != nil {
			return out, err
		}
		return copyPlan(ctx, tx, a, r, from)
	})
}

// copyPlan finds sources and, of the chosen one, what it gives to each part.
func copyPlan(ctx context.Context, tx *work.Tx, a Application, r rules, from ID) (CopyPlan, error) {
	out := CopyPlan{Application: a}
	var all []CopySource
	if err := tx.Select(ctx, &all, sqlCopySources, a.GovernmentID, a.ID); err != nil {
		return out, fmt.Errorf("look for applications to copy from: %w", err)
	}
	for _, src := range all {
		action := "application:read"
		if !src.HandedIn {
			action = "application:preview"
		}
		if tx.Can(action, src.object()) {
			out.Sources = append(out.Sources, src)
		}
	}
	if from == 0 {
		return out, nil
	}
	i := slices.IndexFunc(out.Sources, func(src CopySource) bool { return src.ID == from })
	if i < 0 {
		return out, fault.New(fault.NotFound, "가져올 신청서를 찾을 수 없습니다.")
	}
	out.From = &out.Sources[i]
	return out, out.read(ctx, tx, r)
}

// read compares the source with the draft as it stands.
func (p *CopyPlan) read(ctx context.Context, tx *work.Tx, r rules) error {
	source, err := Get(ctx, tx, p.From.ID)
	if err != nil {
		return err
	}
	was, err := program.FormOf(ctx, tx, source.CallID)
	if err != nil {
		return err
	}
	plan, err := copiedPlan(ctx, tx, source, was)
	if err != nil {
		return err
	}
	draft, err := readPlan(ctx, tx, p.Application, r.Form)
	if err != nil {
		return err
	}
	saved, err := parts(ctx, tx, p.Application.ID)
	if err != nil {
		return err
	}
	codes, err := program.ExpenseCodes(ctx, tx, r.CodeSet)
	if err != nil {
		return err
	}
	p.Parts, p.Left = carry(plan, was, r, codes)
	for i := range p.Parts {
		part := &p.Parts[i]
		part.Version, part.Written = saved[part.Part].Version, written(draft, part.Part) || saved[part.Part].Problems > 0
		if part.Rows == 0 {
			continue
		}
		if _, err := part.edit.check(ctx, tx, p.Application, r); fault.KindOf(err) == fault.Invalid {
			part.Rows = 0
			part.Notes = append(part.Notes, "지금의 기준에 맞지 않는 내용이 있어 가져오지 않습니다. 지난 신청서를 보고 옮겨 적어 주십시오.")
		} else if err != nil {
			return err
		}
	}
	return nil
}

func copiedPlan(ctx context.Context, tx *work.Tx, source Application, form program.Form) (Plan, error) {
	if !source.HandedIn() {
		return readPlan(ctx, tx, source, form)
	}
	last, err := LatestSubmission(ctx, tx, source.ID)
	if err != nil {
		return Plan{}, fmt.Errorf("read submission to copy: %w", err)
	}
	return last.Content, nil
}

// Copy takes the chosen parts over into the draft, all in one unit of work. A part
// that somebody saved since the version that was looked at stays as it is and is
// told; what is left out and why is the answer.
func (s *Service) Copy(ctx context.Context, who authz.Actor, id, from ID, choices []CopyChoice) (CopyResult, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (CopyResult, error) {
		out := CopyResult{ID: id, From: from, Copied: []CopyPart{}, Kept: []CopyPart{}}
		if _, err := Lock(ctx, tx, id); err != nil {
			return out, err
		}
		a, r, err := writable(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if from == 0 {
			return out, fault.Fields{"from": "가져올 신청서를 골라 주십시오."}.Err()
		}
		p, err := copyPlan(ctx, tx, a, r, from)
		if err != nil {
			return out, err
		}
		if err := checkChoices(p, choices); err != nil {
			return out, err
		}
		out.Left = p.Left
		for _, part := range p.Parts {
			i := slices.IndexFunc(choices, func(c CopyChoice) bool { return c.Part == part.Part })
			if i < 0 {
				continue
			}
			switch _, err := apply(ctx, tx, a, r, choices[i].Version, part.edit); {
			case err == nil:
				out.Copied = append(out.Copied, part)
			case errors.Is(err, ErrSavedSince): // refused before anything of it was written
				out.Kept = append(out.Kept, part)
			default:
				return out, err
			}
		}
		return out, nil
	})
}

func checkChoices(p CopyPlan, choices []CopyChoice) error {
	f := fault.Fields{}
	if len(choices) == 0 {
		f.Add("parts", "가져올 항목을 하나 이상 골라 주십시오.")
	}
	for i, c := range choices {
		if !slices.ContainsFunc(p.Parts, func(part CopyPart) bool { return part.Part == c.Part && part.Rows > 0 }) {
			f.Add(fmt.Sprintf("parts.%d.part", i), "이 신청서에서 가져올 수 없는 항목입니다.")
		}
	}
	return f.Err()
}
