package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/fault"
)

func commentRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/comments", Action: "comment:read", Handle: (*Server).showComments},
		{Method: "POST", Path: "/applications/:id/comments", Action: "comment:create", Handle: (*Server).addComment},
		{Method: "POST", Path: "/comments/:id/retract", Action: "comment:create", Handle: changeComment((*comment.Service).Retract, "의견을 거두었습니다.")},
		{Method: "POST", Path: "/comments/:id/resolve", Action: "comment:create", Handle: changeComment((*comment.Service).Resolve, "마쳤다고 표시했습니다.")},
		{Method: "POST", Path: "/comments/:id/reopen", Action: "comment:create", Handle: changeComment((*comment.Service).Reopen, "다시 열었습니다.")},
	}
}

func commentPages() []PageDef {
	return []PageDef{{"comment/list", &commentsPage{}}}
}

// talk is what is said of an application, or of one part of it, as a page shows it,
// with the forms to go on. A nil talk belongs to somebody who hears no comments.
type talk struct {
	Application application.ID
	Threads     []talkThread
	At          talkAt
	Side        comment.Side // empty: the reader only listens
	People      []Option
	Places      []Option // what a new comment can be pinned to
	Form        Form
}

// talkThread is a thread with the page it is shown on.
type talkThread struct {
	comment.Thread
	Place string // "예산 · 4번째 줄 국비"
	Link  string // to the place in the draft, empty for who may not write it
	At    talkAt
}

// talkAt is the page a comment is written on; forms carry it to lead back there.
type talkAt struct {
	On string `form:"on"` // part, submission, or empty for the page of all comments
	In string `form:"in"` // the name of the part
	No int    `form:"no"` // of the version, 0: the draft
}

func (at talkAt) path(id application.ID, anchor comment.ID) string {
	path := applicationAt(id, "/comments")
	switch {
	case at.On == "submission" && at.No > 0:
		path = applicationAt(id, "/submissions/"+strconv.Itoa(at.No))
	case at.On == "part" && !strings.ContainsFunc(at.In, func(r rune) bool { return r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }):
		path = planAt(id, at.In)
	}
	return fmt.Sprintf("%s#comment-%d", path, anchor)
}

// board is what the actor hears of an application, nil when they hear no comments.
func (s *Server) board(ctx context.Context, who authz.Actor, id application.ID) (*comment.Board, error) {
	b, err := s.Comments.Board(ctx, who, id)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Forbidden {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &b, nil
}

// partTalk is the talk of one part of the draft.
func (s *Server) partTalk(ctx context.Context, who authz.Actor, w application.Workspace, part string) (*talk, error) {
	b, err := s.board(ctx, who, w.ID)
	if b == nil || err != nil {
		return nil, err
	}
	t := newTalk(*b, b.Of(part), w.Plan, talkAt{On: "part", In: part}, w.Can["edit"])
	t.Places = append([]Option{{Value: part, Label: "이 항목 전체"}}, rowPlaces(w.Plan, part)...)
	return t, nil
}

// versionTalk is the talk of a version that was handed in: of all its parts.
func versionTalk(b *comment.Board, plan application.Plan, at talkAt) *talk {
	if b == nil {
		return nil
	}
	t := newTalk(*b, b.Threads, plan, at, false)
	t.Places = places(plan)
	return t
}

func newTalk(b comment.Board, threads []comment.Thread, plan application.Plan, at talkAt, edits bool) *talk {
	t := &talk{Application: b.Application.ID, At: at, Side: b.Side}
	t.Form.Values = map[string][]string{"visibility": {comment.Internal}, "place": {at.In}}
	t.Threads = talkThreads(threads, plan, at, edits)
	for _, p := range b.People {
		t.People = append(t.People, Option{Value: strconv.FormatInt(int64(p.ID), 10), Label: p.Name})
	}
	return t
}

func talkThreads(threads []comment.Thread, plan application.Plan, at talkAt, edits bool) []talkThread {
	out := make([]talkThread, len(threads))
	for i, th := range threads {
		out[i] = talkThread{Thread: th, At: at, Place: placeLabel(plan, th.Part, th.Where())}
		if edits && th.Part != "" {
			out[i].Link = planAt(th.Application, th.Part) + "#" + fieldID(th.Field)
		}
	}
	return out
}

// Hearers are the choices of who hears a new comment, in the words of its author's side.
func (t *talk) Hearers() []Option {
	words := map[comment.Side][2]string{
		comment.Government: {"우리 지자체 사람만", "시·도와 부처의 담당자도(제출한 뒤부터)"},
		comment.Province:   {"우리 시·도 사람만", "신청한 지자체와 부처의 담당자도"},
		comment.Ministry:   {"부처 사람만", "신청한 지자체와 시·도의 담당자도"},
	}[t.Side]
	return []Option{{Value: comment.Internal, Label: words[0]}, {Value: comment.Next, Label: words[1]}}
}

func placeLabel(plan application.Plan, part, where string) string {
	title, _ := plan.PartTitle(part)
	switch {
	case part == "":
		return "신청서 전체"
	case where == "":
		return title
	}
	return title + " · " + where
}

// places are all parts of a plan and the rows of its lists, to pin something to.
func places(plan application.Plan) []Option {
	out := []Option{{Value: "", Label: "신청서 전체"}}
	for _, part := range plan.PartNames() {
		title, _ := plan.PartTitle(part)
		out = append(append(out, Option{Value: part, Label: title}), rowPlaces(plan, part)...)
	}
	return out
}

func rowPlaces(plan application.Plan, part string) []Option {
	var out []Option
	title, _ := plan.PartTitle(part)
	for i, text := range plan.Rows(part) {
		if r := []rune(text); len(r) > 60 {
			text = string(r[:60]) + "…"
		}
		field := fmt.Sprintf("%s.%d", part, i)
		out = append(out, Option{Value: part + "|" + field, Label: fmt.Sprintf("%s %s: %s", title, application.PinLabel(part, field), text)})
	}
	return out
}

// placeOf reads what places wrote.
func placeOf(value string) (part, field string) {
	part, field, _ = strings.Cut(value, "|")
	return part, field
}

type commentForm struct {
	ID         application.ID  `param:"id"`
	ReplyTo    comment.ID      `form:"reply_to"`
	Place      string          `form:"place"`
	Visibility string          `form:"visibility"`
	Mention    *authz.PersonID `form:"mention"`
	Body       string          `form:"body"`
	talkAt
}

func (s *Server) addComment(c echo.Context) error {
	var in commentForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return post(s, c, command[comment.Comment]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (comment.Comment, error) {
			msg := comment.Input{ReplyTo: in.ReplyTo, Visibility: in.Visibility, Body: in.Body, SubmissionNo: in.No}
			msg.Part, msg.Field = placeOf(in.Place)
			if in.Mention != nil {
				msg.Mentions = append(msg.Mentions, *in.Mention)
			}
			return s.Comments.Add(ctx, who, in.ID, msg)
		},
		To:   func(m comment.Comment) string { return in.path(in.ID, root(m)) },
		Done: "의견을 남겼습니다.",
		Again: func(f Form) error {
			for _, name := range []string{"part", "field", "submission_no"} {
				f.move(name, "place")
			}
			f.move("mentions", "mention")
			return show(s, c, f.Status(), "comment/list", func(ctx context.Context, who authz.Actor) (*commentsPage, error) {
				return s.commentsShow(ctx, who, in.ID, &in, f)
			})
		},
	})
}

// root is the comment a page shows the thread of.
func root(m comment.Comment) comment.ID {
	if m.ReplyTo != 0 {
		return m.ReplyTo
	}
	return m.ID
}

// move puts the mistake of a field where the page shows it.
func (f Form) move(from, to string) {
	if msg, ok := f.Errors[from]; ok {
		delete(f.Errors, from)
		f.Errors[to] = msg
	}
}

// changeComment is the handler of an act on a comment that is there.
func changeComment(verb func(*comment.Service, context.Context, authz.Actor, comment.ID, int) (comment.Comment, error), done string) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      comment.ID `param:"id"`
			Version int        `form:"version"`
			talkAt
		}
		return post(s, c, command[comment.Comment]{
			In: &in,
			Do: func(ctx context.Context, who authz.Actor) (comment.Comment, error) {
				return verb(s.Comments, ctx, who, in.ID, in.Version)
			},
			To: func(m comment.Comment) string { return in.path(m.Application, root(m)) }, Done: done,
		})
	}
}

// withTalk adds to the rows of a task list how much is said of each part.
func withTalk(tasks []Task, w application.Workspace, b *comment.Board) []Task {
	if b == nil {
		return tasks
	}
	for i, p := range w.Report.Parts {
		if n := b.Count(p.Name).Open; n > 0 {
			note := fmt.Sprintf("의견 %d건", n)
			if tasks[i].Note != "" {
				note = tasks[i].Note + " · " + note
			}
			tasks[i].Note = note
		}
	}
	return tasks
}
