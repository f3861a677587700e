package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// The sample is a made-up noun; the core is tested with it.

type sampleLine struct {
	Title string       `json:"title"`
	Cost  money.Amount `json:"cost"`
}

type sampleIn struct {
	ID     int64          `param:"id" json:"-"`
	Title  string         `json:"title"`
	People int            `json:"people"`
	Open   bool           `json:"open"`
	Note   *string        `json:"note"`
	On     *calendar.Date `json:"on"`
	Amount money.BySource `json:"amount"`
	Lines  []sampleLine   `json:"lines"`
}

type sampleOut struct {
	ID     int64          `json:"id"`
	Title  string         `json:"title"`
	Amount money.BySource `json:"amount"`
	Lines  []sampleLine   `json:"lines"`
}

func sampleDTO(in sampleIn) sampleOut {
	return sampleOut{ID: in.ID, Title: in.Title, Amount: in.Amount, Lines: append([]sampleLine{}, in.Lines...)}
}

// SampleRoutes makes a server answer for the sample as well; done counts how often
// its command was really carried out.
func SampleRoutes(s *Server, done *int) {
	s.routes = append(coreRoutes(),
		Route{Method: "GET", Path: Prefix + "/samples", Action: "sample:read", Handle: func(s *Server, c echo.Context) error {
			r, err := pageRequest(c, []string{"title"}, []string{"state"})
			if err != nil {
				return err
			}
			return getPage(c, &struct{}{}, func(context.Context, authz.Actor) (page.Slice[sampleIn], error) {
				if r.Filter("state") == "none" {
					return page.Slice[sampleIn]{}, nil
				}
				return page.Slice[sampleIn]{Items: []sampleIn{{ID: 1, Title: "가"}}, Next: "n", Total: 2}, nil
			}, sampleDTO)
		}},
		Route{Method: "GET", Path: Prefix + "/samples/:id", Action: "sample:read", Handle: func(s *Server, c echo.Context) error {
			var in sampleIn
			return get(c, &in, func(context.Context, authz.Actor) (sampleIn, error) { return in, nil }, sampleDTO)
		}},
		Route{Method: "POST", Path: Prefix + "/samples/:id", Action: "sample:edit", Handle: func(s *Server, c echo.Context) error {
			var in sampleIn
			return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (sampleIn, error) {
				return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (sampleIn, error) {
					if err := tx.Allow("sample:edit", authz.Object{Kind: "sample", ID: in.ID, Government: 1}); err != nil {
						return in, err
					}
					*done++
					return in, tx.Record(ctx, "sample:edit", work.Ref{Kind: "sample", ID: in.ID}, nil, map[string]int{"n": *done})
				})
			}, sampleDTO)
		}},
	)
}
