package e2e_test

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

// ofSheet is the turn of the reviewer who was given the application.
func ofSheet(q string) func(*world, int64) authz.Actor {
	return func(w *world, id int64) authz.Actor {
		person := authz.PersonID(w.number(q, id))
		for _, who := range w.c.Reviewers {
			if who.ID == person {
				return who
			}
		}
		return w.c.Chair
	}
}

const (
	reviewerOfAssignment = `select r.person_id from assignments a join reviewers r on r.id = a.reviewer_id where a.id = $1`
	reviewerOfSheet      = `select r.person_id from sheets s join assignments a on a.id = s.assignment_id join reviewers r on r.id = a.reviewer_id where s.id = $1`
)

func judging() map[string]verb {
	return map[string]verb{
		"round:create": {"call", always(manager), func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := w.reviews.CreateRound(w.ctx, who, program.CallID(id))
			return err
		}},
		"assignment:create": {"round", always(manager), func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.reviews.AutoAssign(w.ctx, who, review.RoundID(id), 1+c.IntN(4))
			return err
		}},
		"assignment:remove": {"assignment", always(manager), func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := w.reviews.Unassign(w.ctx, who, review.AssignmentID(id))
			return err
		}},
		"assignment:declare": {"assignment", ofSheet(reviewerOfAssignment), func(w *world, c *choice, who authz.Actor, id int64) error {
			in := review.Declaration{Kind: review.NoConflict}
			if c.one(6) {
				in = review.Declaration{Kind: review.Recused, Reason: pick(c, []string{"지인의 기관입니다.", ""})}
			}
			_, err := w.reviews.Declare(w.ctx, who, review.AssignmentID(id), in)
			return err
		}},
		"sheet:score": {"sheet", ofSheet(reviewerOfSheet), (*world).score},
		"sheet:submit": {"sheet", ofSheet(reviewerOfSheet), func(w *world, c *choice, who authz.Actor, id int64) error {
			if !c.one(4) {
				_ = w.score(c, who, id)
			}
			draft := 0
			if r, err := w.reviews.Read(w.ctx, who, review.SheetID(id)); err == nil {
				draft = r.Content.Draft
			}
			_, err := w.reviews.Submit(w.ctx, who, review.SheetID(id), draft)
			return err
		}},
		"sheet:reopen": {"sheet", always(chair), func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.reviews.Reopen(w.ctx, who, review.SheetID(id), pick(c, []string{"점수와 근거가 맞지 않습니다.", ""}))
			return err
		}},
		"round:discuss": {"round", asking(`discuss_requested_by`), confirming((*review.Service).RequestDiscussion, (*review.Service).ConfirmDiscussion, `discuss_requested_by`)},
		"round:lock":    {"round", asking(`lock_requested_by`), confirming(lockWithMinutes, (*review.Service).ConfirmLock, `lock_requested_by`)},
	}
}

// lockWithMinutes asks for the lock, with minutes if there are none.
func lockWithMinutes(s *review.Service, ctx context.Context, who authz.Actor, id review.RoundID) (review.Round, error) {
	if view, err := s.Minutes(ctx, who, id); err == nil && view.Minutes.ID == 0 {
		in := review.MinutesInput{HeldAt: time.Date(2022, 1, 3, 5, 0, 0, 0, time.UTC), Place: "가상회의실"}
		for _, a := range view.Attendees {
			in.Attendees = append(in.Attendees, a.ReviewerID)
		}
		if _, err := s.WriteMinutes(ctx, who, id, in); err != nil {
			return view.Round, err
		}
	}
	return s.RequestLock(ctx, who, id)
}

// asking is the chair's turn until the chair has asked, then a second person's.
func asking(column string) func(*world, int64) authz.Actor {
	return func(w *world, id int64) authz.Actor {
		if w.number(`select count(*) from rounds where id = $1 and `+column+` is not null`, id) == 0 {
			return w.c.Chair
		}
		return w.c.Decider
	}
}

// confirming asks for what nobody has asked for, and else confirms it.
func confirming(ask func(*review.Service, context.Context, authz.Actor, review.RoundID) (review.Round, error),
	confirm func(*review.Service, context.Context, authz.Actor, review.RoundID, int) (review.Round, error), column string) func(*world, *choice, authz.Actor, int64) error {
	return func(w *world, c *choice, who authz.Actor, id int64) (err error) {
		if w.number(`select count(*) from rounds where id = $1 and `+column+` is not null`, id) == 0 {
			_, err = ask(w.reviews, w.ctx, who, review.RoundID(id))
		} else {
			_, err = confirm(w.reviews, w.ctx, who, review.RoundID(id), w.version(c, "rounds", id))
		}
		return err
	}
}

// score fills a sheet in, at times with points above the maximum or a gap.
func (w *world) score(c *choice, who authz.Actor, id int64) error {
	in := review.Input{Opinion: "의견입니다."}
	r, err := w.reviews.Read(w.ctx, who, review.SheetID(id))
	if err == nil {
		in.Draft = r.Content.Draft
		for _, k := range r.Rubric.Criteria {
			in.Scores = append(in.Scores, review.ScoreInput{CriterionID: k.ID, Points: fmt.Sprint(c.IntN(k.Max + 1)), Justification: "근거입니다.", Reason: "토의에서 다시 보았습니다."})
		}
		if n := len(in.Scores); !w.tame && n > 0 && c.one(5) {
			in.Scores[c.IntN(n)].Points = pick(c, []string{"101", "-1", "", "1.25"})
		}
	}
	_, err = w.reviews.SaveDraft(w.ctx, who, review.SheetID(id), in)
	return err
}

func deciding() map[string]verb {
	return map[string]verb{
		"selection:create": {"round", always(manager), func(w *world, c *choice, who authz.Actor, _ int64) error {
			_, err := w.selections.Create(w.ctx, who, w.call, c.IntN(3))
			return err
		}},
		"selection:update": {"selection", always(manager), (*world).reselect},
		"selection:approve": {"selection", always(decider), func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.selections.Approve(w.ctx, who, selection.ID(id), w.version(c, "selections", id))
			return err
		}},
		"selection:publish": {"selection", always(manager), func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.selections.Publish(w.ctx, who, selection.ID(id), w.version(c, "selections", id))
			return err
		}},
	}
}

// reselect cuts one of the selected to half of what it applied for, or declines it.
func (w *world) reselect(c *choice, who authz.Actor, id int64) error {
	in := selection.Input{}
	d, err := w.selections.Show(w.ctx, w.c.Manager, selection.ID(id))
	if err == nil {
		for _, e := range d.Entries {
			in.Rows = append(in.Rows, e.Row)
		}
		if n := len(in.Rows); n > 0 {
			row := &in.Rows[c.IntN(n)]
			half := row.Amounts.National.Share(5_000, money.Floor)
			row.Amounts = money.BySource{National: half, Sido: half.Min(row.Amounts.Sido)}
			row.Reason = pick(c, []string{"예산에 맞추어 줄입니다.", ""})
			if c.one(6) {
				row.Outcome = selection.Declined
			}
		}
	}
	_, err = w.selections.Update(w.ctx, who, selection.ID(id), w.version(c, "selections", id), in)
	return err
}
