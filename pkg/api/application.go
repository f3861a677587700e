package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
)

func applicationRoutes() []Route {
	at := Prefix + "/applications"
	return []Route{
		{Method: "GET", Path: at, Action: "application:read", Handle: (*Server).listApplications},
		{Method: "POST", Path: at, Action: "application:create", Handle: (*Server).createApplication},
		{Method: "GET", Path: at + "/:id", Action: "application:read", Handle: (*Server).showApplication},
		{Method: "GET", Path: at + "/:id/plan", Action: "application:preview", Handle: (*Server).showPlan},
		{Method: "GET", Path: at + "/:id/files", Action: "application:preview", Handle: (*Server).showFiles},
		{Method: "GET", Path: at + "/:id/submission", Action: "application:read", Handle: (*Server).showSubmission},
		{Method: "POST", Path: at + "/:id/title", Action: "application:edit", Handle: (*Server).saveTitle},
		{Method: "POST", Path: at + "/:id/section", Action: "application:edit", Handle: (*Server).saveSection},
		{Method: "POST", Path: at + "/:id/lines", Action: "application:edit", Handle: (*Server).saveLines},
		{Method: "POST", Path: at + "/:id/deliberation", Action: "application:edit", Handle: (*Server).saveDeliberation},
		{Method: "POST", Path: at + "/:id/partners", Action: "application:edit", Handle: (*Server).savePartners},
		{Method: "POST", Path: at + "/:id/activities", Action: "application:edit", Handle: (*Server).saveActivities},
		{Method: "POST", Path: at + "/:id/indicators", Action: "application:edit", Handle: (*Server).saveIndicators},
		{Method: "POST", Path: at + "/:id/attach", Action: "application:edit", Handle: (*Server).attachDocument},
		{Method: "POST", Path: at + "/:id/detach", Action: "application:edit", Handle: (*Server).detachDocument},
		{Method: "POST", Path: at + "/:id/submit", Action: "application:submit", Handle: (*Server).submitApplication},
		{Method: "POST", Path: at + "/:id/endorse", Action: "application:endorse", Handle: (*Server).endorseApplication},
		// return and correct stand with the comments that pin their items.
		{Method: "POST", Path: at + "/:id/withdraw", Action: "application:withdraw", Handle: giveReason((*application.Service).Withdraw)},
		{Method: "POST", Path: at + "/:id/forfeit", Action: "application:forfeit", Handle: giveReason((*application.Service).Forfeit)},
		{Method: "POST", Path: at + "/:id/disqualify", Action: "application:disqualify", Handle: (*Server).disqualifyApplication},
	}
}

// applicationDTO is an application as programs see it.
type applicationDTO struct {
	ID             application.ID    `json:"id"`
	Number         string            `json:"number"`
	CallID         program.CallID    `json:"call_id"`
	FiscalYear     int               `json:"fiscal_year"`
	GovernmentID   organization.ID   `json:"government_id"`
	GovernmentName string            `json:"government_name"`
	ProvinceID     organization.ID   `json:"province_id"`
	Title          string            `json:"title"`
	State          application.State `json:"state"`
	ReceiptNo      string            `json:"receipt_no"`
	ReturnedBy     string            `json:"returned_by"`
	ReturnReason   string            `json:"return_reason"`
	EndReason      string            `json:"end_reason"`
	DraftVersion   int               `json:"draft_version"`
	Version        int               `json:"version"`
	CreatedAt      time.Time         `json:"created_at"`
	Totals         *money.BySource   `json:"totals,omitempty"` // in lists: what was handed in last
}

// Path is where the application is found.
func (a applicationDTO) Path() string {
	return Prefix + "/applications/" + strconv.FormatInt(int64(a.ID), 10)
}

func applicationOut(a application.Application) applicationDTO {
	return applicationDTO{
		ID: a.ID, Number: a.Number, CallID: a.CallID, FiscalYear: a.FiscalYear, GovernmentID: a.GovernmentID, GovernmentName: a.GovernmentName,
		ProvinceID: a.ProvinceID, Title: a.Title, State: a.State, ReceiptNo: a.ReceiptNo, ReturnedBy: a.ReturnedBy, ReturnReason: a.ReturnReason,
		EndReason: a.EndReason, DraftVersion: a.DraftVersion, Version: a.Version, CreatedAt: a.CreatedAt,
	}
}

// submissionDTO is one version that was handed in; Content is its plan word for word.
type submissionDTO struct {
	No           int               `json:"no"`
	SubmittedAt  time.Time         `json:"submitted_at"`
	DeadlineKind string            `json:"deadline_kind"`
	SHA256       string            `json:"sha256"`
	Totals       money.BySource    `json:"totals"`
	Content      *application.Plan `json:"content,omitempty"`
}

type applicationDetailDTO struct {
	Application  applicationDTO            `json:"application"`
	Deadline     *time.Time                `json:"deadline"`
	Submissions  []submissionDTO           `json:"submissions"`
	Endorsements []application.Endorsement `json:"endorsements"`
	Can          map[string]bool           `json:"can"`
}

func applicationDetailOut(d application.Detail) applicationDetailDTO {
	out := applicationDetailDTO{
		Application: applicationOut(d.Application), Deadline: d.Deadline, Can: d.Can,
		Submissions: []submissionDTO{}, Endorsements: append([]application.Endorsement{}, d.Endorsements...),
	}
	for _, s := range d.Submissions {
		out.Submissions = append(out.Submissions, submissionDTO{No: s.No, SubmittedAt: s.SubmittedAt, DeadlineKind: s.DeadlineKind, SHA256: hex.EncodeToString(s.SHA256), Totals: s.Totals})
	}
	return out
}

func (s *Server) listApplications(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"state", "call", "government", "year", "whose"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[application.Item], error) {
		return s.Applications.List(ctx, who, req)
	}, func(i application.Item) applicationDTO {
		out := applicationOut(i.Application)
		out.Totals = i.Totals
		return out
	})
}

func (s *Server) createApplication(c echo.Context) error {
	var in struct {
		CallID       program.CallID  `json:"call_id"`
		GovernmentID organization.ID `json:"government_id"`
		Title        string          `json:"title"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (application.Application, error) {
		return s.Applications.Create(ctx, who, in.CallID, in.GovernmentID, in.Title)
	}, applicationOut)
}

type applicationIn struct {
	ID application.ID `param:"id" json:"-"`
}

func (s *Server) showApplication(c echo.Context) error {
	var in applicationIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Detail, error) {
		return s.Applications.Show(ctx, who, in.ID)
	}, applicationDetailOut)
}

type planDTO struct {
	Application applicationDTO     `json:"application"`
	Plan        application.Plan   `json:"plan"`
	Report      application.Report `json:"report"`
	Complete    bool               `json:"complete"`
}

func (s *Server) showPlan(c echo.Context) error {
	var in applicationIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Workspace, error) {
		return s.Applications.Workspace(ctx, who, in.ID)
	}, func(w application.Workspace) planDTO {
		for i, p := range w.Report.Parts {
			if p.Problems == nil {
				w.Report.Parts[i].Problems = []application.Problem{}
			}
		}
		return planDTO{applicationOut(w.Application), w.Plan, w.Report, w.Report.Complete()}
	})
}

func (s *Server) showSubmission(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
		No int            `query:"no"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Handed, error) {
		return s.Applications.Submission(ctx, who, in.ID, in.No)
	}, func(h application.Handed) submissionDTO {
		sub := h.Submission
		return submissionDTO{No: sub.No, SubmittedAt: sub.SubmittedAt, DeadlineKind: sub.DeadlineKind, SHA256: hex.EncodeToString(sub.SHA256), Totals: sub.Totals, Content: &sub.Content}
	})
}

func (s *Server) submitApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
		Draft   int            `json:"draft_version"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
		return s.Applications.Submit(ctx, who, in.ID, in.Version, in.Draft)
	}, applicationOut)
}

func (s *Server) endorseApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
		Opinion string         `json:"opinion"`
		Rank    *int           `json:"rank"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
		return s.Applications.Endorse(ctx, who, in.ID, in.Version, in.Opinion, in.Rank)
	}, applicationOut)
}

// giveReason is the handler of a verb that needs only a reason.
func giveReason(verb func(*application.Service, context.Context, authz.Actor, application.ID, int, string) (application.Application, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      application.ID `param:"id" json:"-"`
			Version int            `json:"version"`
			Reason  string         `json:"reason"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return verb(s.Applications, ctx, who, in.ID, in.Version, in.Reason)
		}, applicationOut)
	}
}
