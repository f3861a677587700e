package planbook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/application"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

// TestWorkbook compares the workbook cell by cell with the draft it was made of.
func TestWorkbook(t *testing.T) {
	t.Parallel()
	w := setup(t)
	plan := w.plan(t)
	data := w.download(t)
	edited(t, data, func(f *excelize.File) error {
		if got := strings.Join(f.GetSheetList(), "|"); got != "작성 안내|예산|협업기관|세부사업|성과지표|선택 목록|_eoul" {
			t.Errorf("sheets %s", got)
		}
		for i, sheet := range f.GetSheetList() {
			if visible, err := f.GetSheetVisible(sheet); err != nil || visible == (i == 6) {
				t.Errorf("%s is visible: %v %v", sheet, visible, err)
			}
		}
		cells := map[string]string{
			"예산!A5": "비목·세목", "예산!C5": "단가(원)", "예산!F5": "산출금액(자동)", "예산!A6": "합계", "예산!K6": "100,000,000", "예산!G6": "50,000,000",
			"협업기관!A6": "어울림협동조합", "협업기관!B6": "124-81-00998", "협업기관!D6": "2026. 2. 27.", "세부사업!D6": "2026. 1. 1.", "성과지표!E6": "30",
			"선택 목록!A4": "비목·세목 선택", "선택 목록!A5": "110-01 보수", "_eoul!B1": "eoul.plan", "_eoul!B3": w.app.Number,
		}
		for i, l := range plan.Lines {
			n := 7 + i
			cells[fmt.Sprintf("예산!A%d", n)] = l.Code + " " + l.CodeName
			cells[fmt.Sprintf("예산!C%d", n)] = l.UnitPrice.Comma()
			cells[fmt.Sprintf("예산!D%d", n)] = "1"
			cells[fmt.Sprintf("예산!G%d", n)] = l.Amounts.National.Comma()
			cells[fmt.Sprintf("예산!K%d", n)] = l.Amounts.Total().Comma()
			cells[fmt.Sprintf("예산!L%d", n)] = "일치"
		}
		for name, want := range cells {
			sheet, cell, _ := strings.Cut(name, "!")
			if got, err := f.GetCellValue(sheet, cell); err != nil || got != want {
				t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
			}
		}
		for cell, want := range map[string]string{"G6": "SUM(G7:G114)", "K7": "SUM(G7:J7)", "F7": "IF(COUNT(C7:E7)=3,C7*D7*E7,0)"} {
			if got, err := f.GetCellFormula("예산", cell); err != nil || got != want {
				t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
			}
		}
		locked(t, f)
		lists, err := f.GetDataValidations("예산")
		if err != nil || len(lists) != 1 || lists[0].Sqref != "A7:A114" || !strings.HasPrefix(lists[0].Formula1, "'선택 목록'!$A$5:$A$") {
			t.Errorf("drop-down lists %+v %v", lists, err)
		}
		return nil
	})
}

// locked checks which cells a person may write.
func locked(t *testing.T, f *excelize.File) {
	t.Helper()
	for cell, want := range map[string]bool{"A1": true, "A5": true, "G6": true, "F7": true, "K7": true, "L7": true, "A7": false, "B7": false, "G7": false, "J60": false} {
		id, err := f.GetCellStyle("예산", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := style.Protection == nil || style.Protection.Locked; got != want {
			t.Errorf("%s is locked: %v", cell, got)
		}
	}
	if p, err := f.GetSheetProtection("예산"); err != nil || p.Password != "" {
		t.Errorf("protection %+v %v", p, err)
	}
}

// TestRoundTrip: what was downloaded and sent back unchanged changes nothing.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	w := setup(t)
	in := w.upload(t, w.download(t))
	if in.Errors+in.Warnings != 0 || in.Ready() || !in.Changes.Empty() || len(in.Notes)+len(in.Since) != 0 {
		t.Errorf("findings %+v, changes %+v", in.Findings, in.Changes)
	}
	wantKind(t, w.apply(t, w.Officer, in), fault.Invalid, "반영할 것이 없습니다")
	// Saved again by a program: shared strings, other styles, numbers as they come.
	in = w.upload(t, edited(t, w.download(t), func(f *excelize.File) error { return f.SetCellValue(sheetGuide, "A3", "메모") }))
	if in.Errors+in.Warnings != 0 || in.Ready() {
		t.Errorf("after saving it again: %+v", in.Findings)
	}
}

const sheetGuide = "작성 안내"

// TestApply changes cells, adds and removes rows, shows all of it and saves it at once.
func TestApply(t *testing.T) {
	t.Parallel()
	w := setup(t)
	was := w.plan(t)
	file := edited(t, w.download(t), set(
		"예산!B7", "=1+1 고친 내역", "예산!C7", "5,000,001", "예산!G7", "２500001", "예산!H7", "2,500,000원",
		"예산!A8", nil, "예산!B8", nil, "예산!C8", nil, "예산!D8", nil, "예산!E8", nil, "예산!G8", nil, "예산!H8", nil, "예산!I8", nil, "예산!J8", nil,
		"예산!A40", "210-01", "예산!B40", "새 줄", "예산!G40", 1000,
		"협업기관!A7", "둘째 기관", "협업기관!B7", 2208162517, "협업기관!C7", "홍보", "협업기관!D7", "2026. 2. 3.",
		"성과지표!E6", "31",
	))
	in := w.upload(t, file)
	if in.Errors != 0 || !in.Ready() || len(in.Versions) != 3 {
		t.Fatalf("errors %+v, versions %v", in.Findings, in.Versions)
	}
	changed := map[application.Change]int{}
	for _, r := range in.Changes.Lines.Rows {
		changed[r.Change]++
	}
	if changed[application.Removed] < 1 || changed[application.Added] < 1 || in.Changes.Lines.Diff.Total() == (money.Amount{}) {
		t.Errorf("lines %+v", in.Changes.Lines)
	}
	if now := w.plan(t); now.Lines[0].Description != was.Lines[0].Description {
		t.Error("checking changed the plan")
	}
	if err := w.apply(t, w.Officer, in); err != nil {
		t.Fatal(err)
	}
	now := w.plan(t)
	if len(now.Lines) != len(was.Lines) || now.Lines[0].Description != "=1+1 고친 내역" || now.Lines[0].Amounts.National != money.Must(2_500_001) ||
		now.Lines[0].Amounts.Sido != money.Must(2_500_000) || now.Lines[7].Description != "새 줄" || len(now.Partners) != 2 || now.Partners[1].BusinessNo != "220-81-62517" ||
		now.Indicators[0].Target != "31" || len(now.Activities) != 1 {
		t.Errorf("after: %+v", now)
	}
	wantKind(t, w.apply(t, w.Officer, in), fault.NotFound, "올린 파일이 없습니다")
	if in := w.upload(t, w.download(t)); in.Ready() {
		t.Errorf("the next download differs: %+v", in.Changes)
	}
}
