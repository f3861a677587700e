package web

import (
	"context"
	"fmt"
	"mime/multipart"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

func objectionRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/objections", Action: "objection:read", Handle: (*Server).listObjections},
		{Method: "GET", Path: "/objections/:id", Action: "objection:read", Handle: (*Server).showObjection},
		{Method: "GET", Path: "/objections/:id/files/:file", Action: "objection:read", Handle: (*Server).downloadObjectionFile},
		{Method: "GET", Path: "/letters/:id/objection", Action: "objection:create", Handle: (*Server).newObjection},
		{Method: "POST", Path: "/letters/:id/objection", Action: "objection:create", Handle: (*Server).fileObjection, BodyLimit: "40M"},
		{Method: "POST", Path: "/objections/:id/withdraw", Action: "objection:withdraw", Handle: (*Server).withdrawObjection},
		{Method: "POST", Path: "/objections/:id/dismiss", Action: "objection:dismiss", Handle: (*Server).dismissObjection},
		{Method: "POST", Path: "/objections/:id/uphold", Action: "objection:uphold", Handle: (*Server).upholdObjection},
		{Method: "POST", Path: "/objections/:id/confirm", Action: "objection:confirm", Handle: (*Server).confirmObjection},
		{Method: "POST", Path: "/objections/:id/refuse", Action: "objection:refuse", Handle: (*Server).refuseObjection},
	}
}

func objectionPages() []PageDef {
	return []PageDef{{"objection/list", &objectionListPage{}}, {"objection/new", &newObjectionPage{}}, {"objection/show", &objectionPage{}}}
}

type objectionListPage struct {
	Base
	List       List
	Objections []selection.Objection
}

func (s *Server) listObjections(c echo.Context) error {
	l := list(c, listSpec{Search: "지자체·사업명·문서번호", Filters: []Filter{
		stateFilter(selection.ObjectionFlow.Label, selection.Filed, selection.Upholding, selection.Upheld, selection.Dismissed, selection.TakenBack)}})
	l = narrowed(c, l, "call")
	return get(s, c, nil, "objection/list", func(ctx context.Context, who authz.Actor) (*objectionListPage, error) {
		slice, err := s.Selections.Objections(ctx, who, l.Request)
		return &objectionListPage{Base: Base{Title: "이의신청", Lead: "선정 결과에 대한 이의신청입니다."}, List: of(l, slice), Objections: slice.Items}, err
	})
}

type newObjectionPage struct {
	Base
	Letter selection.Letter
	Form   Form
}

func (s *Server) objecting(ctx context.Context, who authz.Actor, id selection.LetterID, f Form) (*newObjectionPage, error) {
	x, err := s.Selections.Letter(ctx, who, id)
	if err == nil && !x.Can["object"] && !f.Failed() {
		err = fault.New(fault.Conflict, "이의신청 기한이 지났거나 이의신청할 수 없는 통지서입니다.")
	}
	return &newObjectionPage{Base: Base{Title: "이의신청", Lead: x.Letter.Number, Failed: f.Failed(), Crumbs: []Crumb{{"결과 통지서", "/letters"}, {x.Letter.Number, at("/letters", id, "")}}}, Letter: x.Letter, Form: f}, err
}

func (s *Server) newObjection(c echo.Context) error {
	var in struct {
		ID selection.LetterID `param:"id"`
	}
	return get(s, c, &in, "objection/new", func(ctx context.Context, who authz.Actor) (*newObjectionPage, error) {
		return s.objecting(ctx, who, in.ID, Form{})
	})
}

func objectionPath(o selection.Objection) string { return at("/objections", o.ID, "") }

func (s *Server) fileObjection(c echo.Context) error {
	var in struct {
		ID     selection.LetterID      `param:"id"`
		Reason string                  `form:"reason"`
		Files  []*multipart.FileHeader `form:"files"`
	}
	return post(s, c, command[selection.Objection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Objection, error) {
			x, err := s.Selections.Letter(ctx, who, in.ID)
			if err != nil {
				return selection.Objection{}, err
			}
			files, err := s.keepFiles(work.WithRequest(ctx, requestOf(c)), who, organization.ID(x.Letter.GovernmentID), in.Files)
			if err != nil {
				return selection.Objection{}, err
			}
			return s.Selections.File(ctx, who, in.ID, in.Reason, files)
		},
		To: objectionPath, Done: "이의신청을 냈습니다. 답변이 나오면 알려 드립니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "objection/new", func(ctx context.Context, who authz.Actor) (*newObjectionPage, error) {
				return s.objecting(ctx, who, in.ID, f)
			})
		},
	})
}

// keepFiles stores files that come with a form, outside its request key; those of a
// form that is refused stay unused and are swept away.
func (s *Server) keepFiles(ctx context.Context, who authz.Actor, of organization.ID, files []*multipart.FileHeader) ([]document.ID, error) {
	ids := make([]document.ID, 0, len(files))
	for _, fh := range files {
		if fh.Size == 0 && fh.Filename == "" {
			continue
		}
		f, err := fh.Open()
		if err != nil {
			return nil, fmt.Errorf("open upload: %w", err)
		}
		d, err := s.Documents.Upload(ctx, who, document.Upload{Name: fh.Filename, Government: of, Body: f})
		_ = f.Close()
		if err != nil {
			_, fields := fault.Public(err)
			if fault.KindOf(err) == fault.Invalid && fields["file"] != "" {
				return nil, fault.Fields{"files": fh.Filename + ": " + fields["file"]}.Err()
			}
			return nil, err
		}
		ids = append(ids, d.ID)
	}
	return ids, nil
}

func (s *Server) downloadObjectionFile(c echo.Context) error {
	var in struct {
		ID   selection.ObjectionID `param:"id"`
		File document.ID           `param:"file"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Selections.ObjectionFile(c.Request().Context(), s.who(c), in.ID, in.File)
	if err != nil {
		return err
	}
	return sendFile(c, s.Documents, file)
}

// objectionPage is an objection with its answer and what this person may do.
type objectionPage struct {
	Base
	Detail selection.ObjectionDetail
	Todo   Todo
	Form   Form
	Bonus  []Option
}

func (s *Server) objection(ctx context.Context, who authz.Actor, id selection.ObjectionID, f Form) (*objectionPage, error) {
	d, err := s.Selections.Objection(ctx, who, id)
	if err != nil {
		return nil, err
	}
	o := d.Objection
	p := &objectionPage{Base: Base{Title: o.GovernmentName + " 이의신청", Lead: o.CallTitle + " · " + o.Title, Crumbs: []Crumb{{"이의신청", "/objections"}}, Failed: f.Failed()}, Detail: d, Form: f}
	for _, b := range d.Bonus {
		p.Bonus = append(p.Bonus, Option{Value: fmt.Sprint(b.ID), Label: fmt.Sprintf("%s (%+d점)", b.Title, b.Points)})
	}
	p.Todo = objectionTodo(d)
	return p, nil
}

func objectionTodo(d selection.ObjectionDetail) Todo {
	o := d.Objection
	switch {
	case d.Can["dismiss"]:
		return Todo{Text: "이의신청을 살펴 " + o.AnswerDue.Korean() + "까지 답해 주십시오."}
	case d.Can["confirm"]:
		return Todo{Text: "인용 의견을 확인해 확정하거나 돌려보내 주십시오. 확정하면 되돌릴 수 없습니다."}
	case o.State == selection.Upheld && o.RankingID != nil:
		return Todo{Text: fmt.Sprintf("이의신청을 인용해 순위 제%d판을 만들었습니다.", d.RankingNo)}
	}
	return Todo{Text: map[selection.ObjectionState]string{
		selection.Filed: o.AnswerDue.Korean() + "까지 답변을 기다립니다.", selection.Upholding: "답변을 작성한 사람과 다른 결재자의 확정을 기다립니다.",
		selection.Upheld: "이의신청을 인용했습니다.", selection.Dismissed: "이의신청을 기각했습니다.", selection.TakenBack: "취하한 이의신청입니다."}[o.State]}
}

func (s *Server) showObjection(c echo.Context) error {
	var in struct {
		ID selection.ObjectionID `param:"id"`
	}
	return get(s, c, &in, "objection/show", func(ctx context.Context, who authz.Actor) (*objectionPage, error) {
		return s.objection(ctx, who, in.ID, Form{})
	})
}

// objectionForm is every field a verb of an objection may have.
type objectionForm struct {
	ID       selection.ObjectionID `param:"id"`
	Version  int                   `form:"version"`
	Answer   string                `form:"answer"`
	Bonus    int64                 `form:"bonus_item_id"`
	Evidence string                `form:"evidence"`
	Refusal  string                `form:"refusal"`
}

func (s *Server) objectionVerb(c echo.Context, done string, verb func(context.Context, authz.Actor, objectionForm) (selection.Objection, error)) error {
	var in objectionForm
	return post(s, c, command[selection.Objection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Objection, error) { return verb(ctx, who, in) },
		To: objectionPath, Done: done,
		Again: func(f Form) error {
			return show(s, c, f.Status(), "objection/show", func(ctx context.Context, who authz.Actor) (*objectionPage, error) {
				return s.objection(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) withdrawObjection(c echo.Context) error {
	return s.objectionVerb(c, "이의신청을 취하했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.WithdrawObjection(ctx, who, in.ID, in.Version)
	})
}

func (s *Server) dismissObjection(c echo.Context) error {
	return s.objectionVerb(c, "이의신청을 기각했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.Dismiss(ctx, who, in.ID, in.Version, in.Answer)
	})
}

func (s *Server) upholdObjection(c echo.Context) error {
	return s.objectionVerb(c, "인용 의견을 올렸습니다. 결재자의 확정을 기다립니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.Uphold(ctx, who, in.ID, in.Version, in.Answer, in.Bonus, in.Evidence)
	})
}

func (s *Server) confirmObjection(c echo.Context) error {
	return s.objectionVerb(c, "이의신청을 인용했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.ConfirmObjection(ctx, who, in.ID, in.Version)
	})
}

func (s *Server) refuseObjection(c echo.Context) error {
	return s.objectionVerb(c, "답변을 돌려보냈습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.RefuseObjection(ctx, who, in.ID, in.Version, in.Refusal)
	})
}
