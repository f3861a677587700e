package e2e_test

import (
	"context"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
)

// returned is a return with a reason and, every other time, an item pinned to the title.
func returned(do func(*comment.Service, context.Context, authz.Actor, application.ID, int, string, []comment.Item) (application.Application, error)) func(*world, *choice, authz.Actor, int64) error {
	return func(w *world, c *choice, who authz.Actor, id int64) error {
		var items []comment.Item
		if c.one(2) {
			items = []comment.Item{{Part: application.PartTitle, Body: "이름을 다시 지어 주십시오."}}
		}
		_, err := do(&comment.Service{Work: w.d.Work}, w.ctx, who, application.ID(id), w.version(c, "applications", id), pick(c, []string{"다시 살펴 주십시오.", "사정이 바뀌었습니다.", ""}), items)
		return err
	}
}

// answer says of every open item of a return that it is dealt with.
func (w *world) answer(who authz.Actor, id int64) error {
	if w.number(`select count(*) from comments where application_id = $1 and kind = 'return' and resolved_at is null`, id) == 0 {
		return nil
	}
	s := &comment.Service{Work: w.d.Work}
	b, err := s.Board(w.ctx, who, application.ID(id))
	if err != nil {
		return err
	}
	for _, t := range b.Returned(0) {
		if !t.Open() {
			continue
		}
		if _, err := s.Resolve(w.ctx, who, t.ID, t.Version); err != nil {
			return err
		}
	}
	return nil
}
