package report_test

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/report"
	"eoul/pkg/report/xlsx"
)

// recalculates fails unless every formula gives the value that is stored beside it,
// every number in a row of sums is a formula, and the file holds no other formula.
func recalculates(t *testing.T, f *excelize.File, raw []byte) {
	t.Helper()
	for i, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for r, row := range rows {
			sums := false
			for c, stored := range row {
				cell := xlsx.Name(c+1, r+1)
				formula, err := f.GetCellFormula(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				sums = sums || stored == "계" && r > 5 || stored == "합계" && r > 5
				if formula == "" {
					if sums && strings.Trim(stored, "0123456789.-") == "" && stored != "" {
						t.Errorf("%s!%s is the plain number %s in a row of sums", sheet, cell, stored)
					}
					continue
				}
				found++
				if got, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true}); err != nil || !near(got, stored) {
					t.Errorf("%s!%s = %s stores %s and gives %s %v", sheet, cell, formula, stored, got, err)
				}
			}
		}
		if n := strings.Count(part(t, raw, i+1), "<f>"); n != found || n == 0 {
			t.Errorf("%s holds %d formulas, found %d", sheet, n, found)
		}
	}
}

// near tells whether two texts are the same, or numbers that differ by less than a
// workbook keeps (15 digits).
func near(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return a == b || errX == nil && errY == nil && math.Abs(x-y) < 1e-12
}

// part is the XML of the n-th sheet.
func part(t *testing.T, raw []byte, n int) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("xl/worksheets/sheet" + string(rune('0'+n)) + ".xml")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFormOfTheSheets(t *testing.T) {
	w := newWorld(t)
	one, _, _ := w.open(t, w.Manager, report.Which{Award: "G-2022-00001"})
	all, _, _ := w.open(t, w.Manager, report.Which{Call: "2022-009"})
	merged := map[string]string{
		"총괄표":    "A1:AJ1 A2:AJ2 A4:A5 B4:B5 C4:C5 D4:D5 E4:I4 J4:M4 N4:R4 S4:S5 T4:X4 Y4:AB4 AC4:AC5 AD4:AD5 AE4:AE5 AF4:AI4 AJ4:AJ5",
		"재원별 정산": "A1:O1 A2:O2", "비목별 집행": "A1:N1 A2:N2 A4:A5 B4:B5 C4:C5 D4:D5 E4:E5 F4:F5 G4:K4 L4:L5 M4:M5 N4:N5",
		"집행내역": "A1:U1 A2:U2 A4:A5 B4:B5 C4:C5 D4:D5 E4:E5 F4:F5 G4:G5 H4:H5 I4:I5 J4:J5 K4:K5 L4:O4 P4:P5 Q4:Q5 R4:R5 S4:S5 T4:T5 U4:U5",
	}
	for sheet, want := range merged {
		cells, err := one.GetMergeCells(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range cells {
			got = append(got, m.GetStartAxis()+":"+m.GetEndAxis())
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s merges %s, want %s", sheet, s, want)
		}
	}
	for _, f := range []*excelize.File{one, all} {
		printed(t, f)
	}
	const won, rate, date = "#,##0;[Red]-#,##0;-", "0.0%", "yyyy. m. d."
	for _, c := range []struct{ sheet, cell, want string }{
		{"총괄표", "E6", won}, {"총괄표", "E7", won}, {"총괄표", "S6", rate}, {"총괄표", "S7", rate}, {"총괄표", "AF7", won},
		{"재원별 정산", "B5", won}, {"재원별 정산", "H9", rate}, {"재원별 정산", "O9", won}, {"비목별 집행", "G6", won}, {"비목별 집행", "M6", rate},
		{"집행내역", "B6", date}, {"집행내역", "I6", won}, {"집행내역", "K12", won}, {"집행내역", "T7", won},
	} {
		if got := format(t, one, c.sheet, c.cell); got != c.want {
			t.Errorf("%s!%s is shown as %q, want %q", c.sheet, c.cell, got, c.want)
		}
	}
	for cell, want := range map[string]string{"B6": "2022. 4. 29.", "K9": "-550,001", "K12": "17,353,088"} {
		if got, err := one.GetCellValue("집행내역", cell); err != nil || got != want {
			t.Errorf("집행내역!%s shows %s %v, want %s", cell, got, err, want)
		}
	}
	head, err := one.GetCellStyle("총괄표", "E4")
	if err != nil {
		t.Fatal(err)
	}
	if st, err := one.GetStyle(head); err != nil || st.Fill.Color[0] != "D9D9D9" || st.Alignment.Horizontal != "center" || !st.Alignment.WrapText || st.Font.Family != "맑은 고딕" {
		t.Errorf("the header looks like %+v %v", st, err)
	}
}

// printed checks paper, orientation, width, repeated rows, margins and page numbers.
func printed(t *testing.T, f *excelize.File) {
	t.Helper()
	titles := map[string]string{}
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" {
			titles[n.Scope] = n.RefersTo
		}
	}
	for sheet, want := range map[string]struct {
		paper int
		heads string
	}{"총괄표": {8, "5"}, "재원별 정산": {9, "4"}, "비목별 집행": {9, "5"}, "집행내역": {9, "5"}} {
		layout, err := f.GetPageLayout(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if *layout.Size != want.paper || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
			t.Errorf("%s prints on %d %s %d×%d", sheet, *layout.Size, *layout.Orientation, *layout.FitToWidth, *layout.FitToHeight)
		}
		if got := titles[sheet]; got != "'"+sheet+"'!$1:$"+want.heads {
			t.Errorf("%s repeats %s", sheet, got)
		}
		if footer, err := f.GetHeaderFooter(sheet); err != nil || footer.OddFooter != "&C&P / &N" {
			t.Errorf("%s has the footer %+v %v", sheet, footer, err)
		}
		if props, err := f.GetSheetProps(sheet); err != nil || !*props.FitToPage {
			t.Errorf("%s does not fit to the page", sheet)
		}
		if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != int(want.heads[0]-'0') {
			t.Errorf("%s freezes %+v %v", sheet, panes, err)
		}
	}
}

// format is the number format of a cell.
func format(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	st, err := f.GetStyle(id)
	if err != nil || st.CustomNumFmt == nil {
		t.Fatalf("%s!%s has no number format: %v", sheet, cell, err)
	}
	return *st.CustomNumFmt
}
