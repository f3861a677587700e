package application

import (
	"context"

	"eoul/pkg/work"
)

// LockFor locks an application for a verb of Flow: the actor may do it, the state allows
// it, and it is still at the version the person was looking at, else a Conflict.
func LockFor(ctx context.Context, tx *work.Tx, id ID, version int, verb string) (Application, error) {
	return locked(ctx, tx, id, version, verb)
}

// Disqualify ends a locked application as ineligible. Permission and the hearing of the
// applicant are package screening's matter; the database refuses without one.
func Disqualify(ctx context.Context, tx *work.Tx, a Application, reason string) (Application, error) {
	out := a
	out.State, out.EndReason = StateIneligible, reason
	return store(ctx, tx, "disqualify", a, out)
}
