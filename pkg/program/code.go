package program

import (
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// The two sets of expense codes.
const (
	NationalCodes = "national" // 비목-세목, e나라도움
	LocalCodes    = "local"    // 편성목-통계목
)

// ExpenseCode is one code of a set: category is 비목 or 편성목, name 세목 or 통계목.
// Certainty tells how sure the seed is of it: sure, medium or unverified.
type ExpenseCode struct {
	CodeSet   string `db:"code_set" json:"code_set"`
	Code      string `db:"code" json:"code"`
	Category  string `db:"category" json:"category"`
	Name      string `db:"name" json:"name"`
	Certainty string `db:"certainty" json:"certainty"`
}

//go:embed expense_codes.csv
var expenseCodesCSV string

const (
	sqlExpenseCodes = `
		select code_set, code, category, name, certainty from expense_codes
		 where code_set = $1 and valid_to is null order by code`
	sqlBothCodes = `
		select code_set, code, category, name, certainty from expense_codes
		 where valid_to is null order by code_set, code`
	sqlSeedExpenseCodes = `
		insert into expense_codes (code_set, code, category, name, certainty)
		select code_set, code, category, name, certainty
		  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as s (code_set, code, category, name, certainty)
		on conflict (code_set, code) do nothing`
)

// ExpenseCodes are the codes of a set that are in force, in the order of codes.
func ExpenseCodes(ctx context.Context, tx *work.Tx, set string) ([]ExpenseCode, error) {
	var out []ExpenseCode
	if err := tx.Select(ctx, &out, sqlExpenseCodes, set); err != nil {
		return nil, fmt.Errorf("read expense codes: %w", err)
	}
	return out, nil
}

// BothCodes are the codes of both sets that are in force: those a call uses, and
// those that may be shown beside them (decisions 10).
func BothCodes(ctx context.Context, tx *work.Tx) ([]ExpenseCode, error) {
	var out []ExpenseCode
	if err := tx.Select(ctx, &out, sqlBothCodes); err != nil {
		return nil, fmt.Errorf("read expense codes: %w", err)
	}
	return out, nil
}

// SplitCodes parts the codes of a set from those of the other.
func SplitCodes(codes []ExpenseCode, set string) (own, other []ExpenseCode) {
	for _, c := range codes {
		if c.CodeSet == set {
			own = append(own, c)
		} else {
			other = append(other, c)
		}
	}
	return own, other
}

// CodeSetLabel is the Korean name of a code set.
func CodeSetLabel(set string) string {
	if set == LocalCodes {
		return "지방 편성목-통계목"
	}
	return "국가 비목-세목"
}

// Codes are the expense codes of a set, for whoever may read calls; a set that
// does not exist is NotFound.
func (s *Service) Codes(ctx context.Context, who authz.Actor, set string) ([]ExpenseCode, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]ExpenseCode, error) {
		if _, err := tx.Scope("call:read"); err != nil {
			return nil, err
		}
		codes, err := ExpenseCodes(ctx, tx, set)
		if err == nil && len(codes) == 0 {
			err = fault.New(fault.NotFound, "그런 예산 과목 체계가 없습니다.")
		}
		return codes, err
	})
}

// SeedExpenseCodes fills the table in the transaction of an installation; a code
// that is there stays as it is, because an administrator may have changed it.
func SeedExpenseCodes(ctx context.Context, tx *sqlx.Tx) error {
	rows, err := csv.NewReader(strings.NewReader(expenseCodesCSV)).ReadAll()
	if err != nil {
		return fmt.Errorf("read seed of expense codes: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"code_set", "code", "category", "name", "certainty"}) {
		return errors.New("program: the seed of expense codes has other columns")
	}
	columns := make([][]string, 5)
	for _, row := range rows[1:] {
		for i, v := range row {
			columns[i] = append(columns[i], v)
		}
	}
	_, err = tx.ExecContext(ctx, sqlSeedExpenseCodes, pq.Array(columns[0]), pq.Array(columns[1]), pq.Array(columns[2]), pq.Array(columns[3]), pq.Array(columns[4]))
	return err
}
