package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/review"
)

func (s *Server) confirmFact(c echo.Context) error {
	var in bonusFact
	return post(s, c, command[review.Bonus]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
			return s.Reviews.ConfirmFact(ctx, who, in.ID, in.Item, in.Evidence)
		},
		To: func(review.Bonus) string { return screeningPath(in.ID) }, Done: "가점·감점을 확인했습니다.", Again: s.screeningAgain(c, &in.ID),
	})
}

type bonusFact struct {
	ID       application.ID `param:"id"`
	Item     int64          `form:"bonus_item_id"`
	Evidence string         `form:"evidence"`
}

func (s *Server) revokeFact(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		Item int64          `form:"bonus_item_id"`
	}
	return post(s, c, command[review.Bonus]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
			return s.Reviews.RevokeFact(ctx, who, in.ID, in.Item)
		},
		To: func(review.Bonus) string { return screeningPath(in.ID) }, Done: "가점·감점 확인을 취소했습니다.",
	})
}
