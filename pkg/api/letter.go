package api

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

func letterRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/letters", Action: "letter:read", Handle: (*Server).listLetters},
		{Method: "GET", Path: Prefix + "/letters/:id", Action: "letter:read", Handle: (*Server).showLetter},
		{Method: "GET", Path: Prefix + "/calls/:id/letter-texts", Action: "letter_template:read", Handle: (*Server).listLetterTexts},
		{Method: "POST", Path: Prefix + "/calls/:id/letter-texts", Action: "letter_template:edit", Handle: (*Server).saveLetterText},
	}
}

// letterDTO is a letter with its hash as people compare it.
type letterDTO struct {
	selection.Letter
	SHA256 string `json:"sha256"`
}

func letterOut(l selection.Letter) letterDTO { return letterDTO{l, hex.EncodeToString(l.SHA256)} }

func (s *Server) listLetters(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"call", "outcome"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[selection.Letter], error) {
		return s.Selections.Letters(ctx, who, req)
	}, letterOut)
}

type issuedDTO struct {
	Letter             letterDTO           `json:"letter"`
	Content            selection.Content   `json:"content"`
	Can                map[string]bool     `json:"can"`
	ApplicationVersion int                 `json:"application_version"`
	Objection          *selection.Answered `json:"objection"`
}

func (s *Server) showLetter(c echo.Context) error {
	var in struct {
		ID selection.LetterID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (selection.Issued, error) {
		return s.Selections.Letter(ctx, who, in.ID)
	}, func(x selection.Issued) issuedDTO {
		return issuedDTO{letterOut(x.Letter), x.Content, x.Can, x.ApplicationVersion, x.Objection}
	})
}

func (s *Server) listLetterTexts(c echo.Context) error {
	var in struct {
		Call program.CallID `param:"id" json:"-"`
	}
	return getPage(c, &in, func(ctx context.Context, who authz.Actor) (page.Slice[selection.Text], error) {
		list, err := s.Selections.Texts(ctx, who, in.Call)
		return page.Slice[selection.Text]{Items: list, Total: len(list)}, err
	}, same)
}

func (s *Server) saveLetterText(c echo.Context) error {
	var in struct {
		Call    program.CallID    `param:"id" json:"-"`
		Outcome selection.Outcome `json:"outcome"`
		Version int               `json:"version"`
		Body    string            `json:"body"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (selection.Text, error) {
		return s.Selections.SaveText(ctx, who, in.Call, in.Outcome, in.Version, in.Body)
	}, same)
}

func objectionRoutes() []Route {
	at := Prefix + "/objections"
	return []Route{
		{Method: "POST", Path: Prefix + "/letters/:id/objection", Action: "objection:create", Handle: (*Server).fileObjection},
		{Method: "GET", Path: at, Action: "objection:read", Handle: (*Server).listObjections},
		{Method: "GET", Path: at + "/:id", Action: "objection:read", Handle: (*Server).showObjection},
		{Method: "POST", Path: at + "/:id/withdraw", Action: "objection:withdraw", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.WithdrawObjection(ctx, who, in.ID, in.Version)
		})},
		{Method: "POST", Path: at + "/:id/dismiss", Action: "objection:dismiss", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.Dismiss(ctx, who, in.ID, in.Version, in.Answer)
		})},
		{Method: "POST", Path: at + "/:id/uphold", Action: "objection:uphold", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.Uphold(ctx, who, in.ID, in.Version, in.Answer, in.Correction.input())
		})},
		{Method: "POST", Path: at + "/:id/attest", Action: "objection:attest", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.Attest(ctx, who, in.ID, in.Version)
		})},
		{Method: "POST", Path: at + "/:id/deny", Action: "objection:deny", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.Deny(ctx, who, in.ID, in.Version, in.Refusal)
		})},
		{Method: "POST", Path: at + "/:id/confirm", Action: "objection:confirm", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.ConfirmObjection(ctx, who, in.ID, in.Version)
		})},
		{Method: "POST", Path: at + "/:id/refuse", Action: "objection:refuse", Handle: objectionVerb(func(s *Server, ctx context.Context, who authz.Actor, in objectionIn) (selection.Objection, error) {
			return s.Selections.RefuseObjection(ctx, who, in.ID, in.Version, in.Refusal)
		})},
	}
}

// objectionIn is every field that a verb of an objection may have.
type objectionIn struct {
	ID         selection.ObjectionID `param:"id" json:"-"`
	Version    int                   `json:"version"`
	Answer     string                `json:"answer"`
	Correction *correctionIn         `json:"correction"`
	Refusal    string                `json:"refusal"`
}

// correctionIn is a correction as asked for; without one the ranking stays.
type correctionIn struct {
	Kind      string            `json:"kind"`
	Bonus     int64             `json:"bonus_item_id"`
	Reviewer  review.ReviewerID `json:"reviewer_id"`
	Conflict  string            `json:"conflict"`
	Sheet     review.SheetID    `json:"sheet_id"`
	Criterion int64             `json:"criterion_id"`
	Points    *review.Points    `json:"points"`
	Evidence  string            `json:"evidence"`
}

func (in *correctionIn) input() (out review.CorrectionInput) {
	if in == nil {
		return out
	}
	out = review.CorrectionInput{Kind: in.Kind, BonusItemID: in.Bonus, ReviewerID: in.Reviewer, Conflict: in.Conflict, SheetID: in.Sheet, CriterionID: in.Criterion, Evidence: in.Evidence}
	if in.Points != nil {
		out.Points = in.Points.Short()
	}
	return out
}

func objectionVerb(verb func(*Server, context.Context, authz.Actor, objectionIn) (selection.Objection, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in objectionIn
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (selection.Objection, error) {
			return verb(s, ctx, who, in)
		}, same)
	}
}

func (s *Server) fileObjection(c echo.Context) error {
	var in struct {
		Letter selection.LetterID `param:"id" json:"-"`
		Reason string             `json:"reason"`
		Files  []document.ID      `json:"document_ids"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (selection.Objection, error) {
		return s.Selections.File(ctx, who, in.Letter, in.Reason, in.Files)
	}, same)
}

func (s *Server) listObjections(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"call", "state"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[selection.Objection], error) {
		return s.Selections.Objections(ctx, who, req)
	}, same)
}

type objectionDTO struct {
	Objection   selection.Objection `json:"objection"`
	Files       []documentOut       `json:"files"`
	Correctable *review.Correctable `json:"correctable"`
	Told        string              `json:"told"`
	Effect      *selection.Effect   `json:"effect"`
	RankingNo   int                 `json:"ranking_no"`
	Can         map[string]bool     `json:"can"`
}

func (s *Server) showObjection(c echo.Context) error {
	var in struct {
		ID selection.ObjectionID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (selection.ObjectionDetail, error) {
		return s.Selections.Objection(ctx, who, in.ID)
	}, func(d selection.ObjectionDetail) objectionDTO {
		out := objectionDTO{d.Objection, make([]documentOut, len(d.Files)), d.Correctable, d.Told, d.Effect, d.RankingNo, d.Can}
		for i, f := range d.Files {
			out.Files[i] = documentDTO(f)
		}
		return out
	})
}
