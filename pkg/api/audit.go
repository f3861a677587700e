package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/audit"
	"eoul/pkg/authz"
	"eoul/pkg/page"
)

func auditRoutes() []Route {
	return []Route{{Method: "GET", Path: Prefix + "/audit-events", Action: "audit:read", Handle: (*Server).listAuditEvents}}
}

// auditEventDTO is one row of the trail as programs see it.
type auditEventDTO struct {
	ID        audit.EventID   `json:"id"`
	At        time.Time       `json:"at"`
	ActorID   authz.PersonID  `json:"actor_id"`
	ActorName string          `json:"actor_name"`
	Rule      string          `json:"rule"`
	Action    string          `json:"action"`
	Kind      string          `json:"kind"`
	ObjectID  int64           `json:"object_id"`
	Version   int             `json:"version"`
	Before    json.RawMessage `json:"before"`
	After     json.RawMessage `json:"after"`
	RequestID string          `json:"request_id"`
	IP        string          `json:"ip"`
}

func auditEventOut(e audit.Event) auditEventDTO {
	return auditEventDTO{e.ID, e.At, e.Actor, e.ActorName, e.Rule, e.Action, e.Kind, e.Object, e.Version, e.Before, e.After, e.Request, e.IP}
}

func (s *Server) listAuditEvents(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"actor", "person", "kind", "object", "action", "from", "to"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[audit.Event], error) {
		return s.Audit.List(ctx, who, r)
	}, auditEventOut)
}
