package web

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/program"
)

// rollupsPage lists the calls to which districts of the 시·도 handed something in.
type rollupsPage struct {
	Base
	Calls []application.CallRollup
}

// rollupPage is 추천 순위 정하기: what the districts handed in to one call, added up,
// with a row of fields for each that waits.
type rollupPage struct {
	Base
	Rollup application.Rollup
	Rows   []rollupRow
	Form   Form
}

// rollupRow is an application with the index its fields have in the form.
type rollupRow struct {
	application.Candidate
	Index   int
	Waiting bool
}

func rollupPath(id program.CallID) string { return "/endorsements/" + strconv.FormatInt(int64(id), 10) }

func (s *Server) listRollups(c echo.Context) error {
	return get(s, c, nil, "application/rollups", func(ctx context.Context, who authz.Actor) (*rollupsPage, error) {
		calls, err := s.Applications.Rollups(ctx, who)
		return &rollupsPage{Base: Base{Title: "시·도 검토", Wide: true}, Calls: calls}, err
	})
}

func (s *Server) showRollup(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(s, c, &in, "application/rollup", func(ctx context.Context, who authz.Actor) (*rollupPage, error) {
		return s.rollupShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) rollupShow(ctx context.Context, who authz.Actor, call program.CallID, f Form) (*rollupPage, error) {
	r, err := s.Applications.Rollup(ctx, who, call)
	if err != nil {
		return nil, err
	}
	p := &rollupPage{Base: Base{Title: "추천 순위 정하기", Lead: r.Call.Title, Crumbs: []Crumb{{"시·도 검토", "/endorsements"}}, Wide: true, Failed: f.Failed()}, Rollup: r, Form: f}
	// What was typed stays with its application, whatever changed the order since.
	typed := map[string]int{}
	for name := range f.Values {
		if i, rest, ok := itemIndex(name, "rows."); ok && rest == "id" {
			typed[f.Value(name)] = i
		}
	}
	next := 0
	for _, i := range typed {
		next = max(next, i+1)
	}
	for _, row := range r.Rows {
		at, ok := typed[strconv.FormatInt(int64(row.ID), 10)]
		if !ok {
			at, next = next, next+1
		}
		p.Rows = append(p.Rows, rollupRow{row, at, row.State == application.StateEndorsing})
	}
	return p, nil
}

// Field is one field of a row, labelled with its government for a screen reader.
func (p *rollupPage) Field(row rollupRow, name, label string) Field {
	return p.Form.Field(fmt.Sprintf("rows.%d.%s", row.Index, name), row.GovernmentName+" "+label)
}

func (s *Server) endorseAll(c echo.Context) error {
	var in struct {
		ID   program.CallID `param:"id"`
		Rows []struct {
			ID      application.ID `form:"id"`
			Version int            `form:"version"`
			Chosen  bool           `form:"chosen"`
			Rank    *int           `form:"rank"`
			Opinion string         `form:"opinion"`
		} `form:"rows"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	var chosen []int
	return post(s, c, command[[]application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) ([]application.Application, error) {
			var rows []application.Recommendation
			for i, r := range in.Rows {
				if r.Chosen {
					chosen = append(chosen, i)
					rows = append(rows, application.Recommendation{ID: r.ID, Version: r.Version, Opinion: r.Opinion, Rank: r.Rank})
				}
			}
			return s.Applications.EndorseAll(ctx, who, in.ID, rows)
		},
		To: func([]application.Application) string { return rollupPath(in.ID) }, Done: "고른 신청을 추천했습니다. 부처에 접수되었습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/rollup", func(ctx context.Context, who authz.Actor) (*rollupPage, error) {
				return s.rollupShow(ctx, who, in.ID, f.spread("rows", chosen))
			})
		},
	})
}

// spread puts the mistakes of rows a service saw back to the rows a person sees: its
// n-th row is the one with index rows[n].
func (f Form) spread(list string, rows []int) Form {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(f.Errors)) {
		to := name
		if i, rest, ok := itemIndex(name, list+"."); ok && i < len(rows) {
			to = fmt.Sprintf("%s.%d.%s", list, rows[i], rest)
		}
		out[to] = f.Errors[name]
	}
	f.Errors = out
	return f
}

// cutPart takes the name of its part from the name of a cell.
func cutPart(cell, part string) (string, bool) { return strings.CutPrefix(cell, part+".") }
