package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/identity"
)

func personRoutes() []Route {
	return []Route{{Method: "GET", Path: Prefix + "/me", Action: "home:read", Handle: (*Server).me}}
}

// meDTO is whose token this is and what it may be used for today.
type meDTO struct {
	ID     authz.PersonID `json:"id"`
	Name   string         `json:"name"`
	Grants []grantDTO     `json:"grants"`
}

type grantDTO struct {
	Role       string `json:"role"`
	RoleName   string `json:"role_name"`
	Any        bool   `json:"any"`
	Government int64  `json:"government_id"` // 0 when the scope is another one
	Program    int64  `json:"program_id"`
}

// me answers from what the token was found with; it asks nothing more.
func (s *Server) me(c echo.Context) error {
	a := who(c)
	out := meDTO{ID: a.ID, Name: a.Name, Grants: make([]grantDTO, len(a.Grants))}
	for i, g := range a.Grants {
		out.Grants[i] = grantDTO{g.Role, identity.RoleLabel(g.Role), g.Any, g.Government, g.Program}
	}
	return c.JSON(http.StatusOK, out)
}
