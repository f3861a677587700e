package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/program"
)

type receiptPage struct {
	Base
	Application application.Detail
	Last        application.SubmissionInfo
	At          string // to the second, by the database clock
	Checksum    string
	Next        string
}

func (s *Server) showReceipt(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/receipt", func(ctx context.Context, who authz.Actor) (*receiptPage, error) {
		d, err := s.Applications.Receipt(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		p := &receiptPage{
			Base:        Base{Title: "접수증", Crumbs: applicationCrumbs(Crumb{applicationName(d.Application), applicationPath(d.Application)})},
			Application: d, Last: d.Submissions[0], Next: "부처의 심사를 기다립니다. 결과가 나오면 알려 드립니다.",
		}
		p.Checksum = fmt.Sprintf("%x", p.Last.SHA256)
		p.At = p.Last.SubmittedAt.In(calendar.KST).Format("2006. 1. 2. 15:04:05")
		if d.State == application.StateEndorsing {
			p.Next = "시·도가 계획서를 검토합니다. 추천하면 부처에 접수됩니다."
		}
		return p, nil
	})
}

type submissionPage struct {
	Base
	Application application.Detail
	Submission  application.Submission
	Plan        PlanView
	Checksum    string
	Talk        *talk
}

func (s *Server) showSubmission(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
		No int            `param:"no"`
	}
	return get(s, c, &in, "application/submission", func(ctx context.Context, who authz.Actor) (*submissionPage, error) {
		h, err := s.Applications.Submission(ctx, who, in.ID, in.No)
		if err != nil {
			return nil, err
		}
		b, err := s.board(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		return &submissionPage{
			Base: Base{Title: fmt.Sprintf("제출본 %d", h.Submission.No), Wide: true,
				Crumbs: applicationCrumbs(Crumb{applicationName(h.Application), applicationPath(h.Application)})},
			Application: h.Detail, Submission: h.Submission, Checksum: fmt.Sprintf("%x", h.Submission.SHA256),
			Plan: planView(h.Submission.Content, in.ID).over(h.Call), Talk: versionTalk(b, h.Submission.Content, talkAt{On: "submission", No: h.Submission.No}),
		}, nil
	})
}

// PlanView is a plan as the partial "plan" shows it to whoever may read it.
type PlanView struct {
	Plan        application.Plan
	Files       string        // address before the number of a file
	Edit        string        // address before the name of a part, for who may write it; else empty
	From, Until calendar.Date // the project period, where the page knows it
}

// over gives the plan the project period of its call.
func (v PlanView) over(c program.Call) PlanView {
	v.From, v.Until = c.ProjectFrom, c.ProjectTo
	return v
}

func planView(p application.Plan, id application.ID) PlanView {
	return PlanView{Plan: p, Files: applicationAt(id, "/documents/")}
}
