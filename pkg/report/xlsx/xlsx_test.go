package xlsx_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
)

var columns = []xlsx.Column{
	{Title: "지자체명", Width: 14},
	{Group: "집행액", Title: "국비", Width: 12, Kind: xlsx.Won, Sum: true},
	{Group: "집행액", Title: "시도비", Width: 12, Kind: xlsx.Won, Sum: true},
	{Title: "집행률(%)", Width: 8, Kind: xlsx.Rate},
	{Title: "집행일자", Width: 12, Kind: xlsx.Date},
	{Title: "순번", Width: 6, Kind: xlsx.Count},
}

func book(t *testing.T, rows [][]any) (*excelize.File, []byte) {
	t.Helper()
	b, err := xlsx.New()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	w, err := b.Add(xlsx.Sheet{Name: "시험", Title: "시험표", Facts: "사업명: 시험", Ribbon: "시연용 가상 자료", Columns: columns, A3: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Total("합계", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Check("국비 = 시도비", xlsx.Formula{Expr: "B6", Value: money.Must(1)}, xlsx.Formula{Expr: "C6", Value: money.Must(1)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, out.Bytes()
}

func row(name string, n, s int64) []any {
	return []any{name, money.Must(n), money.Must(s), xlsx.Fraction{Part: money.Must(n), Whole: money.Must(n + s)},
		calendar.Must(2022, time.May, 3), 1}
}

func TestSheetLooksAsTheFormSays(t *testing.T) {
	f, _ := book(t, [][]any{row("대구광역시 동구", 14_354_213, 14_354_212), row("대구광역시 남구", -5, 7)})
	for cell, want := range map[string]string{
		"A1": "시험표", "A2": "사업명: 시험", "A3": "시연용 가상 자료", "F3": "(단위: 원)",
		"A4": "지자체명", "B4": "집행액", "B5": "국비", "C5": "시도비", "D4": "집행률(%)",
		"A6": "대구광역시 동구", "B6": "14,354,213", "D6": "50.0%", "E6": "2022. 5. 3.", "B7": "-5",
		"A8": "합계", "B8": "14,354,208", "C8": "14,354,219", "B9": "일치", "E9": "국비 = 시도비",
	} {
		if got, err := f.GetCellValue("시험", cell); err != nil || got != want {
			t.Errorf("%s = %q %v, want %q", cell, got, err, want)
		}
	}
	if formula, _ := f.GetCellFormula("시험", "B8"); formula != "SUM(B6:B7)" {
		t.Errorf("the total is %q, want a formula", formula)
	}
	merged, err := f.GetMergeCells("시험")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range merged {
		got = append(got, m.GetStartAxis()+":"+m.GetEndAxis())
	}
	if s := strings.Join(got, " "); s != "A1:F1 A2:F2 A4:A5 B4:C4 D4:D5 E4:E5 F4:F5" {
		t.Errorf("merged %s", s)
	}
	layout, err := f.GetPageLayout("시험")
	if err != nil || *layout.Size != 8 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
		t.Errorf("print setup %+v %v, want A3 landscape one page wide", layout, err)
	}
	names := f.GetDefinedName()
	if len(names) != 1 || names[0].RefersTo != "'시험'!$1:$5" {
		t.Errorf("print titles %+v, want the header rows", names)
	}
}

// TestUserTextStaysText: whatever a person typed, it is a string in the file and
// equal to what was typed (decisions 32).
func TestUserTextStaysText(t *testing.T) {
	evil := []string{"=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1", "<f>1</f>", "한글 & <태그>", "bell\a"}
	var rows [][]any
	for _, s := range evil {
		rows = append(rows, row(s, 1, 1))
	}
	f, raw := book(t, rows)
	for i, s := range evil {
		want := strings.ReplaceAll(s, "\a", "")
		if got, _ := f.GetCellValue("시험", xlsx.Name(1, 6+i)); got != want {
			t.Errorf("wrote %q, read %q", s, got)
		}
	}
	sheet := part(t, raw, "xl/worksheets/sheet1.xml")
	if n := strings.Count(sheet, "<f>"); n != 5 { // two sums, the check and its figures
		t.Errorf("%d formulas in the sheet, want the 5 of ours", n)
	}
}

func TestRowMustFitItsColumns(t *testing.T) {
	b, err := xlsx.New()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	w, err := b.Add(xlsx.Sheet{Name: "표", Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row("하나"); err == nil {
		t.Error("a short row was written")
	}
}

func TestName(t *testing.T) {
	for want, c := range map[string][2]int{"A1": {1, 1}, "Z9": {26, 9}, "AA10": {27, 10}, "AJ4": {36, 4}} {
		if got := xlsx.Name(c[0], c[1]); got != want {
			t.Errorf("Name%v = %s, want %s", c, got, want)
		}
	}
}

func part(t *testing.T, raw []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
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
