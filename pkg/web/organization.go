package web

import (
	"bytes"
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

func organizationRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/organizations", Action: "organization:read", Handle: (*Server).listOrganizations},
		{Method: "GET", Path: "/organizations.csv", Action: "organization:read", Handle: (*Server).downloadOrganizations},
		{Method: "GET", Path: "/organizations/new", Action: "organization:create", Handle: (*Server).newOrganization},
		{Method: "POST", Path: "/organizations", Action: "organization:create", Handle: (*Server).createOrganization},
		{Method: "GET", Path: "/organizations/:id", Action: "organization:read", Handle: (*Server).showOrganization},
		{Method: "GET", Path: "/organizations/:id/edit", Action: "organization:update", Handle: (*Server).editOrganization},
		{Method: "POST", Path: "/organizations/:id", Action: "organization:update", Handle: (*Server).updateOrganization},
	}
}

func organizationPages() []PageDef {
	return []PageDef{{"organization/list", &organizationsPage{}}, {"organization/show", &organizationPage{}}, {"organization/edit", &organizationEditPage{}}}
}

type organizationsPage struct {
	Base
	List          List
	Organizations []organization.Organization
	CSV           string // the same list as a file
	MayCreate     bool
}

func organizationList(c echo.Context, today calendar.Date) List {
	kinds := []Option{}
	for _, k := range []string{organization.Ministry, organization.Sido, organization.Sigungu, organization.Partner} {
		kinds = append(kinds, Option{Value: k, Label: organization.KindLabel(k)})
	}
	return list(c, listSpec{Search: "이름·행정구역 코드", Filters: []Filter{
		{Name: "kind", Label: "종류", Options: kinds},
		{Name: "on", Label: "기준일", Options: []Option{{Value: today.String(), Label: "오늘 있는 기관"}, {Value: "2022-03-01", Label: "2022. 3. 1."}}},
	}})
}

func (s *Server) listOrganizations(c echo.Context) error {
	l := organizationList(c, calendar.Today(s.cfg.Now()))
	return get(s, c, nil, "organization/list", func(ctx context.Context, who authz.Actor) (*organizationsPage, error) {
		slice, err := s.Organizations.List(ctx, who, l.Request)
		return &organizationsPage{Base: Base{Title: "기관"}, List: of(l, slice), Organizations: slice.Items,
			CSV: "/organizations.csv?" + c.QueryString(), MayCreate: s.Work.Authz().Mentions(who, "organization:create")}, err
	})
}

// downloadOrganizations sends the whole list with the same conditions as CSV.
func (s *Server) downloadOrganizations(c echo.Context) error {
	req := organizationList(c, calendar.Today(s.cfg.Now())).Request
	req.Size = page.MaxSize
	var all []organization.Organization
	for { // a few pages: there are hundreds of governments, not thousands
		slice, err := s.Organizations.List(c.Request().Context(), s.who(c), req)
		if err != nil {
			return err
		}
		all = append(all, slice.Items...)
		if req.After = slice.Next; req.After == "" {
			break
		}
	}
	var b bytes.Buffer
	if err := organization.WriteCSV(&b, all); err != nil {
		return err
	}
	return sendBytes(c, "기관 목록.csv", "text/csv; charset=utf-8", b.Bytes())
}

type organizationPage struct {
	Base
	Organization organization.Detail
}

func (s *Server) showOrganization(c echo.Context) error {
	var in struct {
		ID organization.ID `param:"id"`
	}
	return get(s, c, &in, "organization/show", func(ctx context.Context, who authz.Actor) (*organizationPage, error) {
		o, err := s.Organizations.Get(ctx, who, in.ID)
		return &organizationPage{Base: Base{Title: o.FullName(), Crumbs: []Crumb{{"기관", "/organizations"}}}, Organization: o}, err
	})
}

// organizationForm is what the form of an organization holds.
type organizationForm struct {
	Kind       string          `form:"kind"`
	Name       string          `form:"name"`
	Parent     organization.ID `form:"parent_id"`
	BusinessNo string          `form:"business_no"`
	From       calendar.Date   `form:"valid_from"`
	To         calendar.Date   `form:"valid_to"`
	Fictitious bool            `form:"fictitious"`
}

func (f organizationForm) input() organization.Input {
	return organization.Input{Kind: f.Kind, Name: f.Name, Parent: f.Parent, BusinessNo: f.BusinessNo, ValidFrom: f.From, ValidTo: f.To, Fictitious: f.Fictitious}
}

type organizationEditPage struct {
	Base
	Form    Form
	Action  string
	Version int
	New     bool
	Kinds   []Option
	Sidos   []Option
}

// organizationEdit makes the form page; id 0 is a new organization.
func (s *Server) organizationEdit(ctx context.Context, who authz.Actor, id organization.ID, f Form) (*organizationEditPage, error) {
	p := &organizationEditPage{Base: Base{Title: "기관 더하기", Crumbs: []Crumb{{"기관", "/organizations"}}}, Form: f, Action: "/organizations", New: id == 0}
	if id == 0 {
		sidos, err := s.Organizations.Choices(ctx, who, organization.Sido)
		if err != nil {
			return nil, err
		}
		for _, o := range sidos {
			p.Sidos = append(p.Sidos, Option{Value: strconv.FormatInt(int64(o.ID), 10), Label: o.Name})
		}
		for _, k := range []string{organization.Partner, organization.Ministry, organization.Sido, organization.Sigungu} {
			p.Kinds = append(p.Kinds, Option{Value: k, Label: organization.KindLabel(k)})
		}
		return p, nil
	}
	o, err := s.Organizations.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if !o.MayUpdate {
		return nil, fault.New(fault.Forbidden, "이 일을 할 권한이 없습니다.")
	}
	path := "/organizations/" + strconv.FormatInt(int64(id), 10)
	p.Title, p.Action, p.Version = "기관 고치기", path, o.Version
	p.Crumbs = append(p.Crumbs, Crumb{o.FullName(), path})
	if f.Values == nil {
		p.Form, err = fill(&organizationForm{Name: o.Name, BusinessNo: o.BusinessNo, From: o.ValidFrom, To: o.ValidTo})
	}
	return p, err
}

func (s *Server) newOrganization(c echo.Context) error {
	return get(s, c, nil, "organization/edit", func(ctx context.Context, who authz.Actor) (*organizationEditPage, error) {
		return s.organizationEdit(ctx, who, 0, Form{})
	})
}

func (s *Server) editOrganization(c echo.Context) error {
	var in struct {
		ID organization.ID `param:"id"`
	}
	return get(s, c, &in, "organization/edit", func(ctx context.Context, who authz.Actor) (*organizationEditPage, error) {
		return s.organizationEdit(ctx, who, in.ID, Form{})
	})
}

func organizationPath(o organization.Organization) string {
	return "/organizations/" + strconv.FormatInt(int64(o.ID), 10)
}

func (s *Server) createOrganization(c echo.Context) error {
	var in organizationForm
	return post(s, c, command[organization.Organization]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (organization.Organization, error) {
			return s.Organizations.Create(ctx, who, in.input())
		},
		To: organizationPath, Done: "기관을 더했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "organization/edit", func(ctx context.Context, who authz.Actor) (*organizationEditPage, error) {
				return s.organizationEdit(ctx, who, 0, f)
			})
		},
	})
}

func (s *Server) updateOrganization(c echo.Context) error {
	var in struct {
		ID      organization.ID `param:"id"`
		Version int             `form:"version"`
		organizationForm
	}
	return post(s, c, command[organization.Organization]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (organization.Organization, error) {
			return s.Organizations.Update(ctx, who, in.ID, in.Version, in.input())
		},
		To: organizationPath, Done: "저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "organization/edit", func(ctx context.Context, who authz.Actor) (*organizationEditPage, error) {
				return s.organizationEdit(ctx, who, in.ID, f)
			})
		},
	})
}
