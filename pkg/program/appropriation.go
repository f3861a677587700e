package program

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/ledger"
	"eoul/pkg/work"
)

// AppropriationDetail is an appropriation and what the viewer may do with it.
type AppropriationDetail struct {
	Appropriation
	MayUpdate bool `json:"-"`
}

// Appropriation shows one appropriation; NotFound for those who may not read it.
func (s *Service) Appropriation(ctx context.Context, who authz.Actor, id int64) (AppropriationDetail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d AppropriationDetail, err error) {
		if d.Appropriation, err = AppropriationByID(ctx, tx, id); err != nil {
			return d, err
		}
		if err := tx.Allow("appropriation:read", d.Object()); err != nil {
			return d, err
		}
		d.MayUpdate = tx.Can("appropriation:update", d.Object())
		return d, nil
	})
}

// Appropriations lists those of one programme, the latest year first.
func (s *Service) Appropriations(ctx context.Context, who authz.Actor, id ID) ([]Appropriation, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Appropriation, error) {
		if err := tx.Allow("appropriation:read", authz.Object{Kind: "appropriation", Program: int64(id)}); err != nil {
			return nil, err
		}
		return appropriationsOf(ctx, tx, id)
	})
}

// CreateAppropriation opens the budget of a programme for a fiscal year, with its
// account of the ledger. A second one for the same year is a Conflict.
func (s *Service) CreateAppropriation(ctx context.Context, who authz.Actor, id ID, in AppropriationInput) (Appropriation, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (a Appropriation, err error) {
		if err := tx.Allow("appropriation:create", authz.Object{Kind: "appropriation", Program: int64(id)}); err != nil {
			return a, err
		}
		if _, err := ProgramByID(ctx, tx, id); err != nil {
			return a, err
		}
		if err := in.check(); err != nil {
			return a, err
		}
		account, err := ledger.OpenAppropriation(ctx, tx, in.Limits)
		if err != nil {
			return a, err
		}
		var row int64
		if err := tx.Get(ctx, &row, sqlInsertAppropriation, id, in.FiscalYear, account, in.Reason); err != nil {
			return a, fmt.Errorf("insert appropriation: %w", err)
		}
		if a, err = AppropriationByID(ctx, tx, row); err != nil {
			return a, err
		}
		if err := ledger.Own(ctx, tx, account, ledger.OwnerOf(a.Object())); err != nil {
			return a, err
		}
		return a, tx.Record(ctx, "appropriation:create", a.Ref(), nil, a)
	})
}

// UpdateAppropriation raises or lowers the limits, with the reason, and leaves both
// figures in the trail. Below what is granted already is a Conflict; the fiscal
// year stays.
func (s *Service) UpdateAppropriation(ctx context.Context, who authz.Actor, id int64, version int, in AppropriationInput) (Appropriation, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (a Appropriation, err error) {
		before, err := oneAppropriation(ctx, tx, sqlLockAppropriation, id)
		if err != nil {
			return a, err
		}
		if err := tx.Allow("appropriation:update", before.Object()); err != nil {
			return a, err
		}
		in.FiscalYear = before.FiscalYear
		if err := in.check(); err != nil {
			return a, err
		}
		if err := ledger.SetLimits(ctx, tx, before.AccountID, in.Limits); err != nil {
			return a, err
		}
		if err := tx.Exec(ctx, sqlUpdateAppropriation, id, version, in.Reason); err != nil {
			return a, fmt.Errorf("update appropriation: %w", err)
		}
		if a, err = AppropriationByID(ctx, tx, id); err != nil {
			return a, err
		}
		return a, tx.Record(ctx, "appropriation:update", a.Ref(), before, a)
	})
}
