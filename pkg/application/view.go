package application

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Detail is an application with its history, for its page.
type Detail struct {
	Application
	Call         program.Call
	Submissions  []SubmissionInfo // newest first
	Endorsements []Endorsement    // newest first
	Signoffs     []Signoff        // newest first; empty in a call that wants no signature
	Deadline     *time.Time       // of what must happen next, nil when nothing is due
	Can          map[string]bool  // every verb: do state and permission both allow it now
	Previews     bool             // the actor may see the draft
}

// EndorsedAs is what the 시·도 said of a submission, nil when it said nothing.
func (d Detail) EndorsedAs(no int) *Endorsement {
	for i, e := range d.Endorsements {
		if e.No == no {
			return &d.Endorsements[i]
		}
	}
	return nil
}

// Workspace is a plan under way: what is written, what is missing, what may be done.
type Workspace struct {
	Detail
	Plan      Plan
	Report    Report
	Sections  []program.Section
	Documents []program.RequiredDocument
	Hints     map[string]string     // what the manager says beside a part, Markdown by its name
	Codes     []program.ExpenseCode // of the call's set; BudgetWorkspace alone has them
	Reference []program.ExpenseCode // of the other set, to be shown beside them; likewise
}

// Handed is one version that was handed in, with the application it belongs to.
type Handed struct {
	Detail
	Submission Submission
}

// Show reads an application with its history.
func (s *Service) Show(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Detail, error) {
		a, err := readable(ctx, tx, id)
		if err != nil {
			return Detail{}, err
		}
		call, err := program.CallByID(ctx, tx, a.CallID)
		if err != nil {
			return Detail{}, fmt.Errorf("read call: %w", err)
		}
		return detail(ctx, tx, a, call)
	})
}

// Receipt is Show of what was handed in; before that it is NotFound.
func (s *Service) Receipt(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	d, err := s.Show(ctx, who, id)
	if err == nil && len(d.Submissions) == 0 {
		return d, fault.New(fault.NotFound, "아직 제출하지 않아 접수증이 없습니다.")
	}
	return d, err
}

// Workspace reads the draft. Who may not see drafts gets NotFound for what was never
// handed in, Forbidden after.
func (s *Service) Workspace(ctx context.Context, who authz.Actor, id ID) (Workspace, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Workspace, error) {
		return workspace(ctx, tx, id)
	})
}

// BudgetWorkspace is Workspace with the expense codes of both sets, for whoever writes
// budget lines; no other part of a plan has codes.
func (s *Service) BudgetWorkspace(ctx context.Context, who authz.Actor, id ID) (Workspace, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Workspace, error) {
		w, err := workspace(ctx, tx, id)
		if err != nil {
			return w, err
		}
		codes, err := program.BothCodes(ctx, tx)
		w.Codes, w.Reference = program.SplitCodes(codes, w.Call.CodeSet)
		return w, err
	})
}

func workspace(ctx context.Context, tx *work.Tx, id ID) (w Workspace, err error) {
	a, err := previewed(ctx, tx, id)
	if err != nil {
		return w, err
	}
	r, err := rulesOf(ctx, tx, a)
	if err != nil {
		return w, err
	}
	if w.Detail, err = detail(ctx, tx, a, r.Call); err != nil {
		return w, err
	}
	w.Sections, w.Documents, w.Hints = r.Sections, r.Documents, r.Hints
	if w.Plan, err = readPlan(ctx, tx, a, r.Form); err != nil {
		return w, err
	}
	known, err := progressOf(ctx, tx, id)
	if err != nil {
		return w, err
	}
	if known.returned, err = openItems(ctx, tx, a); err != nil {
		return w, err
	}
	w.Report = check(w.Plan, r, known)
	return w, nil
}

// previewed reads an application whose draft the actor may see.
func previewed(ctx context.Context, tx *work.Tx, id ID) (a Application, err error) {
	if a, err = Get(ctx, tx, id); err != nil {
		return a, err
	}
	if err := visible(tx, a); err != nil {
		return a, err
	}
	return a, tx.Allow("application:preview", a.Object())
}

// Submission reads one version that was handed in; no 0 is the last one.
func (s *Service) Submission(ctx context.Context, who authz.Actor, id ID, no int) (Handed, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (h Handed, err error) {
		a, err := readable(ctx, tx, id)
		if err != nil {
			return h, err
		}
		call, err := program.CallByID(ctx, tx, a.CallID)
		if err != nil {
			return h, fmt.Errorf("read call: %w", err)
		}
		if h.Detail, err = detail(ctx, tx, a, call); err != nil {
			return h, err
		}
		if no == 0 {
			h.Submission, err = LatestSubmission(ctx, tx, id)
		} else {
			h.Submission, err = submission(ctx, tx, sqlSubmissionNo, id, no)
		}
		if fault.KindOf(err) == fault.NotFound {
			err = fault.New(fault.NotFound, "아직 제출된 계획서가 없습니다.")
		}
		return h, err
	})
}

func detail(ctx context.Context, tx *work.Tx, a Application, call program.Call) (Detail, error) {
	d := Detail{Application: a, Call: call, Can: map[string]bool{}, Previews: tx.Can("application:preview", a.Object())}
	if err := tx.Select(ctx, &d.Submissions, sqlSubmissionList, a.ID); err != nil {
		return d, fmt.Errorf("read submissions: %w", err)
	}
	if err := tx.Select(ctx, &d.Endorsements, sqlEndorsements, a.ID); err != nil {
		return d, fmt.Errorf("read endorsements: %w", err)
	}
	for _, e := range Flow.Edges {
		d.Can[e.Verb] = d.Can[e.Verb] || e.From == a.State && tx.Can(Flow.Action(e.Verb), a.Object())
	}
	d.Can["edit"] = a.Open() && tx.Can("application:edit", a.Object())
	if err := d.signing(ctx, tx); err != nil {
		return d, err
	}
	return d, d.due(ctx, tx)
}

// due finds the deadline of the next step: of handing in while the plan is open, of
// the 시·도's decision while it has the application.
func (d *Detail) due(ctx context.Context, tx *work.Tx) error {
	var kind string
	switch {
	case d.State == StateEndorsing && d.lastKind() == "correct":
		kind = "correct"
	case d.State == StateEndorsing:
		kind = "endorse"
	case d.Open() || d.State == StateSigning:
		p := past{}
		if len(d.Submissions) > 0 {
			p.last = Submission{No: d.Submissions[0].No, DeadlineKind: d.lastKind()}
		}
		kind = p.deadline(d.Application)
	default:
		return nil
	}
	at, ok, err := program.DeadlineOf(ctx, tx, d.CallID, d.GovernmentID, kind)
	if ok {
		d.Deadline = &at
	}
	return err
}

func (d *Detail) lastKind() string {
	if len(d.Submissions) == 0 {
		return ""
	}
	return d.Submissions[0].DeadlineKind
}
