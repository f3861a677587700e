package program

import (
	"context"
	"fmt"
	"strconv"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Service holds the use cases of programmes, appropriations and calls.
type Service struct{ Work *work.Runner }

const programColumns = `
	select p.id, p.ministry_id, o.name as ministry_name, p.name, p.purpose, p.legal_basis, p.agenda, p.fictitious, p.version
	  from programs p join organizations o on o.id = p.ministry_id`

const (
	sqlProgram       = programColumns + ` where p.id = $1`
	sqlLockProgram   = sqlProgram + ` for update of p`
	sqlPrograms      = programColumns + ` where `
	sqlProgramsCount = `select count(*) from programs p join organizations o on o.id = p.ministry_id where `
	sqlProgramsOrder = ` order by p.id desc limit `
	sqlProgramsAll   = ` order by p.name, p.id`
	sqlInsertProgram = `
		insert into programs (ministry_id, name, purpose, legal_basis, agenda, fictitious) values ($1, $2, $3, $4, $5, $6) returning id`
	sqlUpdateProgram = `
		update programs set ministry_id = $3, name = $4, purpose = $5, legal_basis = $6, agenda = $7, fictitious = $8
		 where id = $1 and version = $2`
)

// ProgramByID reads a programme; an unknown id is NotFound.
func ProgramByID(ctx context.Context, tx *work.Tx, id ID) (p Program, err error) {
	if err = tx.Get(ctx, &p, sqlProgram, id); err != nil {
		return p, fmt.Errorf("read programme: %w", err)
	}
	return p, nil
}

// Programs lists programmes, the latest first; the search word is looked for in names.
func (s *Service) Programs(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Program], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Program], err error) {
		if _, err := tx.Scope("program:read"); err != nil {
			return out, err
		}
		w := page.Begin("true", nil)
		if r.Query != "" {
			w.And("p.name like $$", page.Like(r.Query))
		}
		var after ID
		var rows []Program
		total, err := list(ctx, tx, w, r, &rows, sqlProgramsCount, sqlPrograms, "p.id < $$", &after, sqlProgramsOrder)
		if err != nil {
			return out, fmt.Errorf("list programmes: %w", err)
		}
		return page.Cut(r, rows, total, func(p Program) any { return p.ID }), nil
	})
}

// list counts, then reads one page after the cursor.
func list(ctx context.Context, tx *work.Tx, w page.Where, r page.Request, rows any, count, query, beyond string, after any, order string) (total int, err error) {
	if err := tx.Get(ctx, &total, count+w.String(), w.Args...); err != nil {
		return 0, err
	}
	if more, err := r.Start(after); err != nil {
		return 0, err
	} else if more {
		w.And(beyond, after)
	}
	return total, tx.Select(ctx, rows, query+w.String()+order+strconv.Itoa(r.Limit()+1), w.Args...)
}

// CallPrograms are the programmes in which the actor may make calls, for forms.
func (s *Service) CallPrograms(ctx context.Context, who authz.Actor) ([]Program, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Program, err error) {
		scope, err := tx.Scope("call:create")
		if err != nil {
			return nil, err
		}
		cond, args := scope.Where(authz.Columns{Program: "p.id"}, 1)
		return out, tx.Select(ctx, &out, sqlPrograms+cond+sqlProgramsAll, args...)
	})
}

// ProgramDetail is a programme with what hangs on it and what the viewer may do.
// Appropriations are there only for those who may read them.
type ProgramDetail struct {
	Program
	Appropriations []Appropriation `json:"appropriations"`
	Calls          []Call          `json:"calls"`
	Can            map[string]bool `json:"-"`
}

const maxCallsShown = 100

// Program shows one programme; an unknown one is NotFound.
func (s *Service) Program(ctx context.Context, who authz.Actor, id ID) (ProgramDetail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d ProgramDetail, err error) {
		if d.Program, err = ProgramByID(ctx, tx, id); err != nil {
			return d, err
		}
		on := d.Object()
		if err := tx.Allow("program:read", on); err != nil {
			return d, err
		}
		d.Can = map[string]bool{
			"update":               tx.Can("program:update", on),
			"appropriation:read":   tx.Can("appropriation:read", authz.Object{Kind: "appropriation", Program: on.Program}),
			"appropriation:create": tx.Can("appropriation:create", authz.Object{Kind: "appropriation", Program: on.Program}),
			"call:create":          tx.Can("call:create", authz.Object{Kind: "call", Program: on.Program}),
		}
		if d.Can["appropriation:read"] {
			if d.Appropriations, err = appropriationsOf(ctx, tx, id); err != nil {
				return d, err
			}
		}
		w := visible(tx, "p.id = $1", int64(id))
		return d, tx.Select(ctx, &d.Calls, sqlCalls+w.String()+sqlCallsOrder+strconv.Itoa(maxCallsShown), w.Args...)
	})
}

// CreateProgram makes a programme.
func (s *Service) CreateProgram(ctx context.Context, who authz.Actor, in ProgramInput) (Program, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Program, err error) {
		if err := tx.Allow("program:create", authz.Object{Kind: "program"}); err != nil {
			return p, err
		}
		if err := in.checkAgainst(ctx, tx); err != nil {
			return p, err
		}
		var id ID
		if err := tx.Get(ctx, &id, sqlInsertProgram, in.MinistryID, in.Name, in.Purpose, in.LegalBasis, in.Agenda, in.Fictitious); err != nil {
			return p, fmt.Errorf("insert programme: %w", err)
		}
		if p, err = ProgramByID(ctx, tx, id); err != nil {
			return p, err
		}
		return p, tx.Record(ctx, "program:create", p.Ref(), nil, p)
	})
}

// UpdateProgram changes what is said of a programme; a version other than the one
// looked at is a Conflict.
func (s *Service) UpdateProgram(ctx context.Context, who authz.Actor, id ID, version int, in ProgramInput) (Program, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Program, err error) {
		var before Program
		if err := tx.Get(ctx, &before, sqlLockProgram, id); err != nil {
			return p, fmt.Errorf("lock programme: %w", err)
		}
		if err := tx.Allow("program:update", before.Object()); err != nil {
			return p, err
		}
		if err := in.checkAgainst(ctx, tx); err != nil {
			return p, err
		}
		if err := tx.Exec(ctx, sqlUpdateProgram, id, version, in.MinistryID, in.Name, in.Purpose, in.LegalBasis, in.Agenda, in.Fictitious); err != nil {
			return p, fmt.Errorf("update programme: %w", err)
		}
		if p, err = ProgramByID(ctx, tx, id); err != nil {
			return p, err
		}
		return p, tx.Record(ctx, "program:update", p.Ref(), before, p)
	})
}

// checkAgainst is check with what only the database knows.
func (in *ProgramInput) checkAgainst(ctx context.Context, tx *work.Tx) error {
	f := fault.Fields{}
	if err := f.Merge("", in.check()); err != nil {
		return err
	}
	if in.MinistryID != 0 {
		o, err := organization.Get(ctx, tx, in.MinistryID)
		switch {
		case fault.KindOf(err) == fault.NotFound || err == nil && o.Kind != organization.Ministry:
			f.Add("ministry_id", "소관 부처를 골라 주세요.")
		case err != nil:
			return err
		}
	}
	return f.Err()
}

// MinistryChoices are the ministries for the form of a programme.
func (s *Service) MinistryChoices(ctx context.Context, who authz.Actor) ([]organization.Organization, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]organization.Organization, error) {
		if err := tx.Allow("program:create", authz.Object{Kind: "program"}); err != nil {
			return nil, err
		}
		return organization.OfKinds(ctx, tx, today(tx), organization.Ministry)
	})
}

const appropriationColumns = `
	select a.id, a.program_id, p.name as program_name, a.fiscal_year, a.account_id, a.reason, a.version
	  from appropriations a join programs p on p.id = a.program_id`

const (
	sqlAppropriation       = appropriationColumns + ` where a.id = $1`
	sqlLockAppropriation   = sqlAppropriation + ` for update of a`
	sqlAppropriations      = appropriationColumns + ` where a.program_id = $1 order by a.fiscal_year desc`
	sqlAppropriationOf     = appropriationColumns + ` where a.program_id = $1 and a.fiscal_year = $2`
	sqlInsertAppropriation = `
		insert into appropriations (program_id, fiscal_year, account_id, reason) values ($1, $2, $3, $4) returning id`
	sqlUpdateAppropriation = `update appropriations set reason = $3 where id = $1 and version = $2`
)

// withFigures adds limits and what was granted, from the ledger, in one query.
func withFigures(ctx context.Context, tx *work.Tx, rows []Appropriation) ([]Appropriation, error) {
	ids := make([]ledger.AccountID, len(rows))
	for i, a := range rows {
		ids[i] = a.AccountID
	}
	b, err := ledger.BalancesOf(ctx, tx, ids...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Limits, rows[i].Granted = b[rows[i].AccountID].Limits, b[rows[i].AccountID].Granted
	}
	return rows, nil
}

func appropriationsOf(ctx context.Context, tx *work.Tx, id ID) ([]Appropriation, error) {
	var rows []Appropriation
	if err := tx.Select(ctx, &rows, sqlAppropriations, id); err != nil {
		return nil, fmt.Errorf("read appropriations: %w", err)
	}
	return withFigures(ctx, tx, rows)
}

// AppropriationByID reads an appropriation with its figures; an unknown id is NotFound.
func AppropriationByID(ctx context.Context, tx *work.Tx, id int64) (Appropriation, error) {
	return oneAppropriation(ctx, tx, sqlAppropriation, id)
}

func oneAppropriation(ctx context.Context, tx *work.Tx, q string, args ...any) (a Appropriation, err error) {
	if err = tx.Get(ctx, &a, q, args...); err != nil {
		return a, fmt.Errorf("read appropriation: %w", err)
	}
	rows, err := withFigures(ctx, tx, []Appropriation{a})
	if err != nil {
		return a, err
	}
	return rows[0], nil
}
