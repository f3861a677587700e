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
		{Method: "POST", Path: "/objections/:id/attest", Action: "objection:attest", Handle: (*Server).attestObjection},
		{Method: "POST", Path: "/objections/:id/deny", Action: "objection:deny", Handle: (*Server).denyObjection},
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
		stateFilter(selection.ObjectionFlow.Label, selection.Filed, selection.Attesting, selection.Upholding, selection.Upheld, selection.Dismissed, selection.TakenBack)}})
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
