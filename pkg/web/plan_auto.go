package web

import (
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
)

// The states an autosave answers with. Without a sign-in there is no answer of this
// kind but status 401.
const (
	autoSaved    = "saved"    // stored as typed
	autoKept     = "kept"     // typed text kept, not stored: it has mistakes
	autoPartly   = "partly"   // stored without what has mistakes, which only the page knows
	autoConflict = "conflict" // somebody saved since; nothing was written
	autoClosed   = "closed"   // the plan can no longer be written
)

// autoAnswer is what autosave.js is told. Names of fields are those of the page.
type autoAnswer struct {
	State     string            `json:"state"`
	Message   string            `json:"message,omitempty"` // conflict and closed say why
	Version   int               `json:"version"`
	SavedAt   string            `json:"saved_at"`
	PartState string            `json:"part_state,omitempty"`
	Todo      []string          `json:"todo"` // what a part without mistakes still lacks
	Problems  map[string]string `json:"problems"`
	Outputs   map[string]string `json:"outputs,omitempty"`
	Values    map[string]string `json:"values,omitempty"`
}

func clock(t time.Time) string { return t.In(calendar.KST).Format("15:04") }

// autosave answers a save that the page made by itself.
func (s *Server) autosave(c echo.Context, at *partForm, e partEdit, f Form, unread error) error {
	saved, err := s.keepPart(c, at, e, f, unread)
	out := autoAnswer{State: autoSaved, Version: saved.Version, Problems: map[string]string{}}
	switch {
	case err == nil:
	case fault.KindOf(err) == fault.Invalid:
		out.State = autoKept
		_, fields := fault.Public(err)
		for name, sentence := range fields {
			out.Problems[f.OnPage(name)] = sentence
		}
	case fault.KindOf(err) == fault.Conflict && retryAfter(err, 0) == 0:
		out.State, out.Version = autoClosed, at.Version
		out.Message, _ = fault.Public(err)
		if errors.Is(err, application.ErrSavedSince) {
			out.State = autoConflict
		}
		return c.JSON(http.StatusConflict, out)
	default:
		return err
	}
	out.SavedAt = clock(saved.At)
	if saved.Row.Name == "" { // a repetition: the page heard, or will hear, of a later one
		return c.JSON(http.StatusOK, out)
	}
	out.PartState, out.Outputs = saved.Row.StateLabel(), map[string]string{"saved_by": savedBy(saved.Row, s.cfg.Now())}
	if e.show != nil {
		var outputs map[string]string
		outputs, out.Values = e.show(partFigures{Saved: saved, Form: f.With(err)})
		maps.Copy(out.Outputs, outputs)
		out.Values = onPage(f, out.Values)
	}
	out.Outputs["next"] = "이 항목은 마쳤습니다. 작성 현황에서 남은 항목을 확인해 주십시오."
	for i, p := range saved.Row.Problems {
		if i == 0 {
			out.Outputs["next"] = p.Msg
		}
		if out.State == autoSaved {
			out.Todo = append(out.Todo, p.Msg)
		}
	}
	return c.JSON(http.StatusOK, out)
}

func onPage(f Form, values map[string]string) map[string]string {
	out := make(map[string]string, len(values))
	for name, v := range values {
		out[f.OnPage(name)] = v
	}
	return out
}

// presence is how an open page stays known and hears of others.
type presence struct {
	Version int    `json:"version"`
	SavedBy string `json:"saved_by"`
	Others  string `json:"others"`
}

// openPart notes that somebody has a part open and tells the page who else has, and
// who saved it last.
func (s *Server) openPart(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		Part string         `param:"part"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	p, err := s.Applications.Open(c.Request().Context(), s.who(c), in.ID, in.Part)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, presence{Version: p.Version, SavedBy: savedBy(p, s.cfg.Now()), Others: othersHere(p)})
}
