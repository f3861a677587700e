package application_test

import (
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/money"
)

// TestCompareReworded: a line whose 내역 is written anew at its place is the same line;
// at another place, or of another code, it is not.
func TestCompareReworded(t *testing.T) {
	line := func(code, what string, n int64) application.BudgetLine {
		return application.BudgetLine{Code: code, Description: what, Amounts: money.BySource{National: money.Must(n)}}
	}
	was := []application.BudgetLine{line("210-01", "인쇄", 5), line("220-01", "여비", 3), line("210-01", "현수막", 2)}
	for _, tt := range []struct {
		name string
		is   []application.BudgetLine
		want string
	}{
		{"in other words", []application.BudgetLine{line("210-01", "인쇄물", 5), was[1], was[2]}, "210-01 인쇄→인쇄물 changed 0; 210-01 현수막→현수막 same 0; 220-01 여비→여비 same 0"},
		{"and with more money", []application.BudgetLine{was[0], was[1], line("210-01", "현수막 두 장", 4)}, "210-01 인쇄→인쇄 same 0; 210-01 현수막→현수막 두 장 changed 2; 220-01 여비→여비 same 0"},
		{"below a new line", []application.BudgetLine{line("110-01", "보수", 1), line("210-01", "인쇄물", 5), was[1], was[2]}, "110-01 →보수 added 1; 210-01 인쇄→인쇄 removed -5; 210-01 →인쇄물 added 5; 210-01 현수막→현수막 same 0; 220-01 여비→여비 same 0"},
		{"gone, and a new one at the end", []application.BudgetLine{was[1], was[2], line("210-01", "새것", 5)}, "210-01 →새것 added 5; 210-01 인쇄→인쇄 removed -5; 210-01 현수막→현수막 same 0; 220-01 여비→여비 same 0"},
		{"of another code", []application.BudgetLine{line("240-01", "인쇄", 5), was[1], was[2]}, "210-01 인쇄→인쇄 removed -5; 210-01 현수막→현수막 same 0; 220-01 여비→여비 same 0; 240-01 →인쇄 added 5"},
		{"at another place", []application.BudgetLine{was[2], was[1], line("210-01", "새것", 5)}, "210-01 →새것 added 5; 210-01 인쇄→인쇄 removed -5; 210-01 현수막→현수막 same 0; 220-01 여비→여비 same 0"},
		{"only moved", []application.BudgetLine{was[2], was[1], was[0]}, "210-01 인쇄→인쇄 same 0; 210-01 현수막→현수막 same 0; 220-01 여비→여비 same 0"},
	} {
		var rows []string
		for _, r := range application.Compare(application.Plan{Lines: was}, application.Plan{Lines: tt.is}).Lines.Rows {
			rows = append(rows, r.Code+" "+r.DescriptionWas+"→"+r.Description+" "+string(r.Change)+" "+r.Diff.Total().String())
		}
		if got := strings.Join(rows, "; "); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
}
