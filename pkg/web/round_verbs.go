package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/review"
)

// roundAgain shows the round with what was wrong.
func (s *Server) roundAgain(c echo.Context, id *review.RoundID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "round/show", func(ctx context.Context, who authz.Actor) (*roundPage, error) {
			return s.round(ctx, who, *id, f)
		})
	}
}

func (s *Server) assignByHand(c echo.Context) error {
	var in struct {
		ID    review.RoundID `param:"id"`
		Pairs []string       `form:"pairs"` // application:reviewer
	}
	return post(s, c, command[[]review.Assignment]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) ([]review.Assignment, error) {
			pairs := make([]review.Pair, len(in.Pairs))
			for i, text := range in.Pairs {
				app, reviewer, _ := strings.Cut(text, ":")
				a, err := strconv.ParseInt(app, 10, 64)
				r, err2 := strconv.ParseInt(reviewer, 10, 64)
				if err != nil || err2 != nil {
					return nil, fault.Fields{"pairs": "배정할 칸을 다시 골라 주십시오."}.Err()
				}
				pairs[i] = review.Pair{Application: application.ID(a), Reviewer: review.ReviewerID(r)}
			}
			return s.Reviews.Assign(ctx, who, in.ID, pairs)
		},
		To: func([]review.Assignment) string { return at("/rounds", in.ID, "") }, Done: "배정했습니다.", Again: s.roundAgain(c, &in.ID),
	})
}

func (s *Server) assignBalanced(c echo.Context) error {
	var in struct {
		ID  review.RoundID `param:"id"`
		Per int            `form:"per_application"`
	}
	return post(s, c, command[[]review.Assignment]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) ([]review.Assignment, error) {
			return s.Reviews.AutoAssign(ctx, who, in.ID, in.Per)
		},
		To: func([]review.Assignment) string { return at("/rounds", in.ID, "") }, Done: "심사위원을 고르게 배정했습니다.", Again: s.roundAgain(c, &in.ID),
	})
}

func (s *Server) removeAssignment(c echo.Context) error {
	var in struct {
		ID review.AssignmentID `param:"id"`
	}
	return post(s, c, command[review.Assignment]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Assignment, error) {
			return s.Reviews.Unassign(ctx, who, in.ID)
		},
		To: func(a review.Assignment) string { return at("/rounds", a.RoundID, "") }, Done: "배정을 거두었습니다.",
	})
}

type roundVerb func(context.Context, authz.Actor, review.RoundID) (review.Round, error)

func (s *Server) ask(c echo.Context, verb roundVerb, done string) error {
	var in struct {
		ID review.RoundID `param:"id"`
	}
	return post(s, c, command[review.Round]{
		In:   &in,
		Do:   func(ctx context.Context, who authz.Actor) (review.Round, error) { return verb(ctx, who, in.ID) },
		To:   roundPath,
		Done: done, Again: s.roundAgain(c, &in.ID),
	})
}

func (s *Server) requestDiscussion(c echo.Context) error {
	return s.ask(c, s.Reviews.RequestDiscussion, "토의 열기를 요청했습니다. 부처의 확인을 기다립니다.")
}

func (s *Server) requestLock(c echo.Context) error {
	return s.ask(c, s.Reviews.RequestLock, "심사 확정을 요청했습니다. 부처의 확인을 기다립니다.")
}

func (s *Server) confirmRound(c echo.Context) error {
	var in struct {
		ID      review.RoundID `param:"id"`
		Version int            `form:"version"`
		Verb    string         `form:"verb"`
	}
	return post(s, c, command[review.Round]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Round, error) {
			if in.Verb == "lock" {
				return s.Reviews.ConfirmLock(ctx, who, in.ID, in.Version)
			}
			return s.Reviews.ConfirmDiscussion(ctx, who, in.ID, in.Version)
		},
		To: roundPath, Done: "확인했습니다.", Again: s.roundAgain(c, &in.ID),
	})
}

type bonusForm struct {
	ID       review.RoundID `param:"id"`
	App      application.ID `form:"application_id"`
	Item     int64          `form:"bonus_item_id"`
	Evidence string         `form:"evidence"`
}

func (s *Server) confirmBonus(c echo.Context) error {
	var in bonusForm
	return post(s, c, command[review.Bonus]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
			return s.Reviews.ConfirmBonus(ctx, who, in.ID, in.App, in.Item, in.Evidence)
		},
		To: func(review.Bonus) string { return at("/rounds", in.ID, "") }, Done: "가점·감점을 확인했습니다.", Again: s.roundAgain(c, &in.ID),
	})
}

func (s *Server) revokeBonus(c echo.Context) error {
	var in struct {
		ID   review.RoundID `param:"id"`
		App  application.ID `form:"application_id"`
		Item int64          `form:"bonus_item_id"`
	}
	return post(s, c, command[review.Bonus]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
			return s.Reviews.RevokeBonus(ctx, who, in.ID, in.App, in.Item)
		},
		To: func(review.Bonus) string { return at("/rounds", in.ID, "") }, Done: "가점·감점을 취소했습니다.",
	})
}
