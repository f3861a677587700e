package e2e_test

import (
	"context"
	"strconv"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/screening"
)

// governments are those that apply.
func governments(c fixture.Company) pq.Int64Array {
	return pq.Int64Array{int64(c.Naru), int64(c.Dasom), int64(c.Baram), int64(c.Garam)}
}

// always is a verb that is one person's whatever the object is.
func always(who func(fixture.Company) authz.Actor) func(*world, int64) authz.Actor {
	return func(w *world, _ int64) authz.Actor { return who(w.c) }
}

func manager(c fixture.Company) authz.Actor { return c.Manager }
func decider(c fixture.Company) authz.Actor { return c.Decider }
func chair(c fixture.Company) authz.Actor   { return c.Chair }

// ofApplication is the applicant's turn, or its 시·도's.
func ofApplication(province bool) func(*world, int64) authz.Actor {
	return func(w *world, id int64) authz.Actor {
		g := w.number(`select government_id from applications where id = $1`, id)
		if province {
			return w.province(g)
		}
		return w.officer(g)
	}
}

// version is that of a row, now and then an old one.
func (w *world) version(c *choice, table string, id int64) int {
	w.t.Helper()
	v := int(w.number(`select version from `+table+` where id = $1`, id))
	if !w.tame && c.one(12) {
		v--
	}
	return v
}

func applying() map[string]verb {
	return map[string]verb{
		"application:create": {"government", func(w *world, id int64) authz.Actor { return w.officer(id) }, func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := w.apps.Create(w.ctx, who, w.call, organization.ID(id), "함께 여는 장터")
			return err
		}},
		"application:write":  {"application", ofApplication(false), (*world).write},
		"application:budget": {"application", ofApplication(false), (*world).budget},
		"application:submit": {"application", ofApplication(false), func(w *world, c *choice, who authz.Actor, id int64) error {
			draft := int(w.number(`select version from plans where application_id = $1`, id))
			_, err := w.apps.Submit(w.ctx, who, application.ID(id), w.version(c, "applications", id), draft)
			return err
		}},
		"application:endorse": {"application", ofApplication(true), func(w *world, c *choice, who authz.Actor, id int64) error {
			var rank *int
			if n := 1 + c.IntN(3); c.one(2) {
				rank = &n
			}
			_, err := w.apps.Endorse(w.ctx, who, application.ID(id), w.version(c, "applications", id), "추천합니다.", rank)
			return err
		}},
		"application:return":  {"application", ofApplication(true), returned((*comment.Service).Return)},
		"application:correct": {"application", always(manager), returned((*comment.Service).Correct)},
		"application:disqualify": {"application", always(manager), func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := (&screening.Service{Work: w.d.Work}).Disqualify(w.ctx, who, application.ID(id), w.version(c, "applications", id), "자격이 없습니다.")
			return err
		}},
		"application:withdraw": {"application", ofApplication(false), reasoned((*application.Service).Withdraw)},
		"call:close": {"call", always(manager), func(w *world, _ *choice, who authz.Actor, id int64) error {
			if who.ID != w.c.Manager.ID || w.number(`select count(*) from calls where id = $1 and state = 'open'`, id) == 0 {
				_, err := w.programs.Close(w.ctx, who, program.CallID(id))
				return err
			}
			w.wait(36 * 24 * time.Hour) // the timed job closes it
			return nil
		}},
		"call:extend": {"call", always(manager), func(w *world, c *choice, who authz.Actor, id int64) error {
			in := program.Extension{Kind: pick(c, []string{program.Submit, program.Endorse, program.Correct}), At: w.now().Add(time.Duration(c.IntN(60)-5) * 24 * time.Hour), Reason: "통신 장애"}
			if c.one(2) {
				in.GovernmentID = w.c.Naru
			}
			if in.Kind == program.Submit && c.one(2) {
				in.EndorseAt, in.CorrectAt = in.At.Add(time.Hour), in.At.Add(2*time.Hour)
			}
			_, err := w.programs.Extend(w.ctx, who, program.CallID(id), in)
			return err
		}},
	}
}

func reasoned(do func(*application.Service, context.Context, authz.Actor, application.ID, int, string) (application.Application, error)) func(*world, *choice, authz.Actor, int64) error {
	return func(w *world, c *choice, who authz.Actor, id int64) error {
		_, err := do(w.apps, w.ctx, who, application.ID(id), w.version(c, "applications", id), pick(c, []string{"다시 살펴 주십시오.", "사정이 바뀌었습니다.", ""}))
		return err
	}
}

// write fills a plan that was never written; of others it changes the title.
func (w *world) write(c *choice, who authz.Actor, id int64) error {
	title := int(w.number(`select version from plan_parts where application_id = $1 and part = 'title'`, id))
	if _, err := w.apps.SaveTitle(w.ctx, who, application.ID(id), title, "장터 "+strconv.Itoa(c.IntN(100))); err != nil {
		return err
	}
	if w.number(`select count(*) from plan_parts where application_id = $1 and part <> 'title'`, id) == 0 {
		fixture.Complete(w.t, w.d, w.apps, application.ID(id), who)
	}
	return w.answer(who, id)
}

// budget rewrites the budget lines with odd amounts, mostly within the cap.
func (w *world) budget(c *choice, who authz.Actor, id int64) error {
	version := int(w.number(`select version from plan_parts where application_id = $1 and part = 'lines'`, id))
	if version == 0 {
		return w.write(c, who, id)
	}
	codes := []string{"110-03", "210-01", "210-02", "210-07", "240-01"}
	one := 1
	var lines []application.BudgetLine
	for range 1 + c.IntN(4) {
		price := money.Must(1 + c.Int64N(27_000_000))
		lines = append(lines, application.BudgetLine{Code: pick(c, codes), Description: "산출", UnitPrice: &price, Quantity: &one, Times: &one})
	}
	_, err := w.apps.SaveLines(w.ctx, who, application.ID(id), version, lines, true)
	return err
}
