package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
)

// commentsPage is everything the reader hears about an application.
type commentsPage struct {
	Base
	Application application.Detail
	Talk        *talk
}

func (s *Server) showComments(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "comment/list", func(ctx context.Context, who authz.Actor) (*commentsPage, error) {
		return s.commentsShow(ctx, who, in.ID, nil, Form{})
	})
}

// commentsShow shows all comments; typed is a comment that was refused, with where it
// was written.
func (s *Server) commentsShow(ctx context.Context, who authz.Actor, id application.ID, typed *commentForm, f Form) (*commentsPage, error) {
	b, err := s.Comments.Board(ctx, who, id)
	if err != nil {
		return nil, err
	}
	d, err := s.Applications.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	plan, no, edits, err := s.planToTalkOf(ctx, who, d)
	if err != nil {
		return nil, err
	}
	p := &commentsPage{Application: d, Talk: versionTalk(&b, plan, talkAt{No: no})}
	p.Talk.Threads = talkThreads(b.Threads, plan, p.Talk.At, edits)
	p.Base = Base{Title: "의견과 보완 요청", Lead: applicationName(d.Application) + " · " + d.GovernmentName, Failed: f.Failed(),
		Crumbs: applicationCrumbs(Crumb{applicationName(d.Application), applicationPath(d.Application)})}
	if typed != nil {
		p.Talk.Form = f
		p.Talk.At = typed.talkAt
	}
	return p, nil
}

// planToTalkOf is the plan a reader can point at: the draft for those who see it, else
// what was handed in last.
func (s *Server) planToTalkOf(ctx context.Context, who authz.Actor, d application.Detail) (plan application.Plan, no int, edits bool, err error) {
	if d.Previews {
		w, err := s.Applications.Workspace(ctx, who, d.ID)
		return w.Plan, 0, w.Can["edit"], err
	}
	h, err := s.Applications.Submission(ctx, who, d.ID, 0)
	return h.Submission.Content, h.Submission.No, false, err
}
