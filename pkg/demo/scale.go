package demo

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/postgres"
)

// Size is how much Large makes.
type Size struct {
	Applications int // each by a government of its own, all selected, granted and ended
	Lines        int // budget lines of each
	Expenditures int // over all lines
}

// ScaleNumber is the number of the call that Large fills.
const ScaleNumber = "규모-001"

// Scale is the dataset that `make bench` measures on: 300 applications with 40
// budget lines and 100,000 expenditures.
func Scale(ctx context.Context, tx *sqlx.Tx) error {
	return Large(Size{Applications: 300, Lines: 40, Expenditures: 100_000})(ctx, tx)
}

// Large makes a call of a fictitious ministry whose projects are over; every second
// settlement is fixed, the others wait to be looked at. It writes as the owner, in sets and past the triggers that work row by
// row, so that 100,000 expenditures take seconds; what they would have counted it
// counts itself, and `eoul verify` has to find nothing. A database that has the
// call stays as it is.
func Large(size Size) postgres.Seed {
	return func(ctx context.Context, tx *sqlx.Tx) error {
		var there bool
		if err := tx.GetContext(ctx, &there, sqlHasScale, ScaleNumber); err != nil || there {
			return err
		}
		for _, step := range largeSteps(size) {
			if _, err := tx.ExecContext(ctx, step.sql, step.args...); err != nil {
				return fmt.Errorf("scale: %s: %w", step.name, err)
			}
		}
		return nil
	}
}

type step struct {
	name string
	sql  string
	args []any
}

// largeSteps is the order: what is referred to comes first.
func largeSteps(size Size) []step {
	return []step{
		{"limits", sqlScaleLimits, nil},
		{"triggers off", sqlScaleTriggers("disable"), nil},
		{"codes", sqlScaleCodes, nil},
		{"ids", sqlScaleIDs, nil},
		{"ids of awards", sqlScaleAwards, []any{size.Applications}},
		{"ids of lines", sqlScaleLines, []any{size.Lines}},
		{"ids of expenditures", sqlScaleSpending, []any{size.Expenditures}},
		{"organizations", sqlScaleOrganizations, nil},
		{"governments", sqlScaleGovernments, nil},
		{"program", sqlScaleProgram, nil},
		{"accounts", sqlScaleAccounts, nil},
		{"call", sqlScaleCall, nil},
		{"applications", sqlScaleApplications, nil},
		{"plans", sqlScalePlans, nil},
		{"budget lines", sqlScaleBudget, nil},
		{"submissions", sqlScaleSubmissions, nil},
		{"selection", sqlScaleSelection, nil},
		{"selection rows", sqlScaleSelected, nil},
		{"awards", sqlScaleGranted, nil},
		{"budget versions", sqlScaleVersions, nil},
		{"award lines", sqlScaleAwardLines, nil},
		{"tranches", sqlScaleTranches, nil},
		{"postings", sqlScalePostings, nil},
		{"spending", sqlScaleSpent, nil},
		{"expenditures", sqlScaleExpenditures, nil},
		{"counters", sqlScaleCount, nil},
		{"settlements", sqlScaleSettlements, nil},
		{"settlement rows", sqlScaleRows, nil},
		{"trail", sqlScaleTrail, nil},
		{"triggers on", sqlScaleTriggers("enable"), nil},
		{"statistics", sqlScaleAnalyze, nil},
	}
}

// sqlScaleTriggers switches what works row by row: state machines, counters, and the
// guards of what is made before its parent is finished. Foreign keys stay on, and
// are settled before a table is altered again.
func sqlScaleTriggers(on string) string {
	q := `set constraints all immediate;`
	for _, table := range []string{"calls", "applications", "plans", "budget_lines", "submissions", "selections", "selection_rows",
		"awards", "tranches", "postings", "expenditures", "settlements", "settlement_rows"} {
		q += `alter table ` + table + ` ` + on + ` trigger user;`
	}
	return q + `set constraints all deferred`
}
