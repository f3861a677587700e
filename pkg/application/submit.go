package application

import (
	"bytes"
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// handedIn is what the trail keeps of handing in.
type handedIn struct {
	Application
	SubmissionNo int    `json:"submission_no"`
	SHA256       []byte `json:"sha256"`
}

// Submit hands the plan in as it stands. version and draft are what the person was
// looking at: anything else since is a Conflict. An incomplete plan, and one that
// breaks the matching rule or the cap, is Invalid with everything that is missing;
// what is late is a Conflict, decided by the database's clock and deadlines.
func (s *Service) Submit(ctx context.Context, who authz.Actor, id ID, version, draft int) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := locked(ctx, tx, id, version, "submit")
		if err != nil {
			return a, err
		}
		plan, r, err := ready(ctx, tx, a, draft)
		if err != nil {
			return a, err
		}
		if r.Call.NeedsSignoff {
			return a, fault.New(fault.Conflict, "이 공모는 결재를 받아야 제출할 수 있습니다. 결재를 올려 주십시오.")
		}
		return handIn(ctx, tx, a, plan, "submit")
	})
}

// ready reads the plan as the person saw it and demands that nothing of it is missing
// or wrong and that every item of a return was dealt with.
func ready(ctx context.Context, tx *work.Tx, a Application, draft int) (plan Plan, r rules, err error) {
	if a.DraftVersion != draft {
		return plan, r, fault.New(fault.Conflict, "확인하신 뒤에 계획서가 바뀌었습니다. 바뀐 내용을 다시 확인한 다음 제출해 주십시오.")
	}
	if r, err = rulesOf(ctx, tx, a); err != nil {
		return plan, r, err
	}
	if plan, err = readPlan(ctx, tx, a, r.Form); err != nil {
		return plan, r, err
	}
	var known progress
	if known.saved, err = parts(ctx, tx, a.ID); err != nil {
		return plan, r, err
	}
	if known.returned, err = openItems(ctx, tx, a); err != nil {
		return plan, r, err
	}
	return plan, r, check(plan, r, known).Err()
}

// handIn hands a plan in that is ready, by the verb that does it here.
func handIn(ctx context.Context, tx *work.Tx, a Application, plan Plan, verb string) (Application, error) {
	before, err := history(ctx, tx, a)
	if err != nil {
		return a, err
	}
	out := a
	out.Title, out.ReturnedBy, out.ReturnReason = plan.Title, "", ""
	if out.State, err = before.next(a, plan); err != nil {
		return a, err
	}
	return handOver(ctx, tx, a, out, before, plan, verb)
}

// handOver appends the submission, gives the receipt number and moves the state. The
// submission comes first: its instant must not wait for the counter of the call.
func handOver(ctx context.Context, tx *work.Tx, a, out Application, before past, plan Plan, verb string) (Application, error) {
	sub, err := hand(ctx, tx, a.ID, before.last.No+1, before.deadline(a), plan)
	if err != nil {
		return a, err
	}
	if !a.HandedIn() {
		if out.ReceiptNo, err = program.NextReceipt(ctx, tx, a.CallID); err != nil {
			return a, fmt.Errorf("take receipt number: %w", err)
		}
	}
	if err := write(ctx, tx, a, out); err != nil {
		return a, err
	}
	out.Version = a.Version + 1
	if err := tx.Record(ctx, Flow.Action(verb), out.Ref(), a, handedIn{out, sub.No, sub.SHA256}); err != nil {
		return a, err
	}
	return out, tx.Emit(ctx, Flow.Name+"."+verb, out.Ref(), out)
}

// past is what was handed in and endorsed before.
type past struct {
	last     Submission // No 0: never
	endorsed Submission // No 0: never
}

func history(ctx context.Context, tx *work.Tx, a Application) (p past, err error) {
	if !a.HandedIn() {
		return p, nil
	}
	if p.last, err = LatestSubmission(ctx, tx, a.ID); err != nil {
		return p, fmt.Errorf("read last submission: %w", err)
	}
	p.endorsed, err = submission(ctx, tx, sqlLastEndorsed, a.ID)
	if fault.KindOf(err) == fault.NotFound {
		return p, nil
	}
	return p, err
}

// deadline is which deadline binds the next submission: the first one the call's,
// one sent back by the 시·도 the 시·도's own later instant, and everything after a
// return by the ministry the correction period (decisions 12, 14).
func (p past) deadline(a Application) string {
	switch {
	case p.last.No == 0:
		return "submit"
	case a.ReturnedBy == ByMinistry || p.last.DeadlineKind == "correct":
		return "correct"
	}
	return "endorse"
}

// next is where handing in leads: a 시·도's own application, and one whose budget is
// the endorsed one to the line, is received; all others need the 시·도's endorsement.
func (p past) next(a Application, plan Plan) (State, error) {
	if a.ProvinceID == 0 {
		return StateReceived, nil
	}
	if p.endorsed.No == 0 {
		return StateEndorsing, nil
	}
	was, err := Canonical(p.endorsed.Content.Lines)
	if err != nil {
		return "", err
	}
	is, err := Canonical(plan.Lines)
	if err != nil {
		return "", err
	}
	if bytes.Equal(was, is) {
		return StateReceived, nil
	}
	return StateEndorsing, nil
}
