package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

func organizationRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/organizations", Action: "organization:read", Handle: (*Server).listOrganizations},
		{Method: "GET", Path: Prefix + "/organizations/:id", Action: "organization:read", Handle: (*Server).showOrganization},
	}
}

// organizationDTO is an organization as programs see it.
type organizationDTO struct {
	ID         organization.ID `json:"id"`
	Kind       string          `json:"kind"`
	Name       string          `json:"name"`
	FullName   string          `json:"full_name"`
	RegionCode string          `json:"region_code"`
	ParentID   organization.ID `json:"parent_id"`
	BusinessNo string          `json:"business_no"`
	ValidFrom  calendar.Date   `json:"valid_from"`
	ValidTo    calendar.Date   `json:"valid_to"`
	Fictitious bool            `json:"fictitious"`
	Version    int             `json:"version"`
}

func organizationOut(o organization.Organization) organizationDTO {
	return organizationDTO{o.ID, o.Kind, o.Name, o.FullName(), o.RegionCode, o.Parent, o.BusinessNo, o.ValidFrom, o.ValidTo, o.Fictitious, o.Version}
}

func (s *Server) listOrganizations(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"kind", "parent", "on"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[organization.Organization], error) {
		return s.Organizations.List(ctx, who, r)
	}, organizationOut)
}

func (s *Server) showOrganization(c echo.Context) error {
	var in struct {
		ID organization.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (organization.Detail, error) {
		return s.Organizations.Get(ctx, who, in.ID)
	}, func(d organization.Detail) organizationDTO { return organizationOut(d.Organization) })
}
