package organization

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Service holds the use cases of organizations.
type Service struct{ Work *work.Runner }

// List shows organizations by page; see list for its filters.
func (s *Service) List(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Organization], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (page.Slice[Organization], error) {
		if _, err := tx.Scope("organization:read"); err != nil {
			return page.Slice[Organization]{}, err
		}
		return list(ctx, tx, req)
	})
}

// Choices are the organizations of these kinds that exist today, for forms.
func (s *Service) Choices(ctx context.Context, who authz.Actor, kinds ...string) ([]Organization, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Organization, error) {
		if _, err := tx.Scope("organization:read"); err != nil {
			return nil, err
		}
		return OfKinds(ctx, tx, calendar.Today(tx.Now), kinds...)
	})
}

// Detail is one organization with its districts and what the viewer may do.
type Detail struct {
	Organization
	Districts []Organization
	MayUpdate bool
}

// Get shows one organization; an unknown one is NotFound.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d Detail, err error) {
		if d.Organization, err = Get(ctx, tx, id); err != nil {
			return d, err
		}
		if err := tx.Allow("organization:read", d.Object()); err != nil {
			return d, err
		}
		d.MayUpdate = tx.Can("organization:update", d.Object())
		if d.Kind == Sido {
			d.Districts, err = Districts(ctx, tx, id)
		}
		return d, err
	})
}

// Create adds a ministry, a partner or a fictitious government.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Input) (Organization, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (o Organization, err error) {
		if err := tx.Allow("organization:create", authz.Object{Kind: "organization"}); err != nil {
			return o, err
		}
		if err := in.check(); err != nil {
			return o, err
		}
		if err := checkParent(ctx, tx, in); err != nil {
			return o, err
		}
		var id ID
		if err := tx.Get(ctx, &id, sqlInsert, in.Kind, in.Name, in.Parent, in.BusinessNo, in.ValidFrom, in.ValidTo, in.Fictitious); err != nil {
			return o, fmt.Errorf("insert organization: %w", err)
		}
		if o, err = Get(ctx, tx, id); err != nil {
			return o, err
		}
		return o, tx.Record(ctx, "organization:create", o.Ref(), nil, o)
	})
}

// Update changes the name, the business number and the days of an organization.
// Kind and parent stay: a district that moves to another 시·도 is a new
// organization. A version other than the one looked at is a Conflict.
func (s *Service) Update(ctx context.Context, who authz.Actor, id ID, version int, in Input) (Organization, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (o Organization, err error) {
		var before Organization
		if err := tx.Get(ctx, &before, sqlLock, id); err != nil {
			return o, err
		}
		if err := tx.Allow("organization:update", before.Object()); err != nil {
			return o, err
		}
		in.Kind, in.Parent, in.Fictitious = before.Kind, before.Parent, before.Fictitious || before.RegionCode != ""
		if err := in.check(); err != nil {
			return o, err
		}
		if err := tx.Exec(ctx, sqlUpdate, id, version, in.Name, in.BusinessNo, in.ValidFrom, in.ValidTo); err != nil {
			return o, err
		}
		if o, err = Get(ctx, tx, id); err != nil {
			return o, err
		}
		return o, tx.Record(ctx, "organization:update", o.Ref(), before, o)
	})
}

// checkParent demands that the parent of a 시·군·구 is a 시·도.
func checkParent(ctx context.Context, tx *work.Tx, in Input) error {
	if in.Parent == 0 {
		return nil
	}
	var parent Organization
	found, err := tx.Find(ctx, &parent, sqlGet, in.Parent)
	if err != nil || found && parent.Kind == Sido {
		return err
	}
	f := fault.Fields{}
	f.Add("parent_id", "시·군·구가 속한 시·도를 골라 주십시오.")
	return f.Err()
}
