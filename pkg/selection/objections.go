package selection

import (
	"context"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// ministry tells whether the actor sees an objection as one of the programme.
func ministry(tx *work.Tx, o Objection) bool {
	on := o.Object()
	on.Government, on.Province = 0, 0
	return tx.Can("objection:read", on)
}

// Objection reads one objection; of another government it is NotFound. The applicant
// learns of an answer when it counts.
func (s *Service) Objection(ctx context.Context, who authz.Actor, id ObjectionID) (ObjectionDetail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out ObjectionDetail, err error) {
		var o Objection
		if err := tx.Get(ctx, &o, sqlObjection, id); err != nil {
			return out, err
		}
		if err := tx.Allow("objection:read", o.Object()); err != nil {
			return out, err
		}
		out.Can = map[string]bool{}
		for _, verb := range []string{"withdraw", "dismiss", "uphold", "attest", "deny", "confirm", "refuse"} {
			out.Can[verb] = ObjectionFlow.Can(o.State, verb) && tx.Can(ObjectionFlow.Action(verb), o.Object())
		}
		out.Can["confirm"] = out.Can["confirm"] && *o.AnsweredBy != tx.Actor.ID
		if out.Can["attest"] {
			if out.Can["attest"], err = s.hears(ctx, tx, o); err != nil {
				return out, err
			}
			out.Can["deny"] = out.Can["attest"]
		}
		out.Can["late"] = o.answerLate(tx.Now)
		if out.Files, err = objectionFiles(ctx, tx, o); err != nil {
			return out, err
		}
		inside := ministry(tx, o)
		if out.Can["uphold"] {
			of, err := review.CorrectableOf(ctx, tx, o.CallID, o.ApplicationID)
			if err != nil {
				return out, err
			}
			out.Correctable = &of
		}
		out.Objection = o.open(inside)
		return out, out.explain(ctx, tx, o, inside)
	})
}

func objectionFiles(ctx context.Context, tx *work.Tx, o Objection) ([]document.Document, error) {
	var ids []document.ID
	if err := tx.Select(ctx, &ids, sqlObjectionFiles, o.ID); err != nil {
		return nil, err
	}
	known, err := document.ByIDs(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]document.Document, 0, len(ids))
	for _, id := range ids {
		out = append(out, known[id])
	}
	return out, nil
}

// ObjectionFile gives a file of an objection to those who may read it.
func (s *Service) ObjectionFile(ctx context.Context, who authz.Actor, id ObjectionID, file document.ID) (document.Document, error) {
	d, err := s.Objection(ctx, who, id)
	if err != nil {
		return document.Document{}, err
	}
	for _, f := range d.Files {
		if f.ID == file {
			return f, nil
		}
	}
	return document.Document{}, fault.New(fault.NotFound, "찾을 수 없습니다.")
}

// inState narrows a list to a state as open shows it: in the actor's own programmes as it
// is, elsewhere an answer that does not count yet is still filed.
func inState(where *page.Where, state ObjectionState, scope authz.Scope) {
	inside := pq.Array(append([]int64{}, scope.Programs...))
	switch {
	case scope.All || state != Filed && state != Attesting && state != Upholding:
		where.And("o.state = $$", state)
	case state == Filed:
		where.And("(o.state = 'filed' or o.state in ('attesting', 'upholding') and not o.program_id = any($$))", inside)
	default:
		where.And("o.state = $$", state)
		where.And("o.program_id = any($$)", inside)
	}
}

// Objections lists the objections the actor may see, the newest first. Filters: state
// and call; the search word is looked for in government, title and the letter's number.
func (s *Service) Objections(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Objection], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Objection], err error) {
		scope, err := tx.Scope("objection:read")
		if err != nil {
			return out, err
		}
		where := page.Begin(scope.Where(authz.Columns{Government: "o.government_id", Province: "o.province_id", Program: "o.program_id"}, 1))
		if state := req.Filter("state"); state != "" {
			inState(&where, ObjectionState(state), scope)
		}
		if call, err := strconv.ParseInt(req.Filter("call"), 10, 64); err == nil {
			where.And("o.call_id = $$", call)
		}
		if q := strings.TrimSpace(req.Query); q != "" {
			where.And("(a.government_name like $$ or a.title like $$ or l.number like $$)", page.Like(q))
		}
		var total int
		if err := tx.Get(ctx, &total, sqlObjectionsCount+where.String(), where.Args...); err != nil {
			return out, err
		}
		var before ObjectionID
		if more, err := req.Start(&before); err != nil {
			return out, err
		} else if more {
			where.And("o.id < $$", before)
		}
		var rows []Objection
		if err := tx.Select(ctx, &rows, sqlObjectionsWhere+where.String()+sqlObjectionsOrder+strconv.Itoa(req.Limit()+1), where.Args...); err != nil {
			return out, err
		}
		for i := range rows {
			rows[i] = rows[i].open(ministry(tx, rows[i]))
		}
		return page.Cut(req, rows, total, func(o Objection) any { return o.ID }), nil
	})
}
