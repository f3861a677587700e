package application

import (
	"context"

	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// VersionedEdit is an edit with the version of its part that the person was looking at.
type VersionedEdit struct {
	Edit
	Version int
}

// CheckEdits tells of each edit what its part would be and what stands against it,
// an Invalid fault or nil, without saving anything.
func CheckEdits(ctx context.Context, tx *work.Tx, id ID, edits []Edit) (plans []Plan, faults []error, err error) {
	a, err := previewed(ctx, tx, id)
	if err != nil {
		return nil, nil, err
	}
	r, err := rulesOf(ctx, tx, a)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range edits {
		plan, err := e.check(ctx, tx, a, r)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			return nil, nil, err
		}
		plans, faults = append(plans, plan), append(faults, err)
	}
	return plans, faults, nil
}

// ApplyEdits does several edits within one unit of work of kind work.Draft: all of
// them or none. A part that was saved since its version is a Conflict
// (ErrSavedSince). The application is locked first, so that no save of one part
// stands half-way between two of ours.
func ApplyEdits(ctx context.Context, tx *work.Tx, id ID, edits []VersionedEdit) ([]Saved, error) {
	if _, err := Lock(ctx, tx, id); err != nil {
		return nil, err
	}
	a, r, err := writable(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	out := make([]Saved, len(edits))
	for i, e := range edits {
		if out[i], err = apply(ctx, tx, a, r, e.Version, e.Edit); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Writable reads an application whose plan the actor may write now: what may not be
// read is NotFound, what may not be written Forbidden, a plan that is closed Conflict.
func Writable(ctx context.Context, tx *work.Tx, id ID) (Application, error) {
	a, _, err := writable(ctx, tx, id)
	return a, err
}
