package application

import (
	"context"

	"eoul/pkg/authz"
)

// Forfeit gives a selection or a place in reserve up for good, with a reason (선정
// 포기). The next in reserve may move up. Once the grant is asked for it is a Conflict.
func (s *Service) Forfeit(ctx context.Context, who authz.Actor, id ID, version int, reason string) (Application, error) {
	return s.end(ctx, who, id, version, "forfeit", StateWithdrawn, reason)
}
