package report_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/report"
	"eoul/pkg/report/xlsx"
)

// TestOffice takes the workbooks through LibreOffice and back: what it recalculates
// must be what we stored, in the file it writes, in what it prints and as CSV.
func TestOffice(t *testing.T) {
	if os.Getenv("EOUL_OFFICE") == "" {
		t.Skip("EOUL_OFFICE=1 runs this with LibreOffice (make office)")
	}
	w := newWorld(t)
	for name, which := range map[string]report.Which{"one": {Award: "G-2022-00001"}, "all": {Call: "2022-009"}} {
		f, raw, _ := w.open(t, w.Manager, which)
		folder := t.TempDir()
		file := filepath.Join(folder, name+".xlsx")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		convert(t, file, filepath.Join(folder, "again"), "xlsx:Calc MS Excel 2007 XML")
		again, err := excelize.OpenFile(filepath.Join(folder, "again", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = again.Close() })
		unchanged(t, f, again)
		convert(t, file, filepath.Join(folder, "csv"), "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1")
		shown(t, f, filepath.Join(folder, "csv", name+"-총괄표.csv"))
		convert(t, file, folder, "pdf")
		pages(t, filepath.Join(folder, name+".pdf"))
	}
}

// convert runs LibreOffice with a profile of its own.
func convert(t *testing.T, file, into, filter string) {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("LibreOffice가 없습니다(libreoffice-calc-nogui).")
	}
	profile := "-env:UserInstallation=file://" + filepath.Join(filepath.Dir(file), "profile")
	cmd := exec.CommandContext(t.Context(), office, profile, "--headless", "--convert-to", filter, "--outdir", into, file)
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "Error") {
		t.Fatalf("convert to %s: %v\n%s", filter, err, out)
	}
}

// unchanged compares every cell of ours with what LibreOffice recalculated and wrote.
func unchanged(t *testing.T, ours, theirs *excelize.File) {
	t.Helper()
	sheets := ours.GetSheetList()
	if got := theirs.GetSheetList(); strings.Join(got, "|") != strings.Join(sheets, "|") {
		t.Fatalf("LibreOffice wrote the sheets %v", got)
	}
	formulas := 0
	for _, sheet := range sheets {
		want, err := ours.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := theirs.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range want {
			for c, value := range row {
				cell := xlsx.Name(c+1, r+1)
				if r >= len(got) || c >= len(got[r]) && value != "" || c < len(got[r]) && !near(got[r][c], value) {
					t.Errorf("%s!%s was %q and came back otherwise", sheet, cell, value)
					continue
				}
				if formula, err := theirs.GetCellFormula(sheet, cell); err == nil && formula != "" {
					formulas++
				} else if mine, _ := ours.GetCellFormula(sheet, cell); mine != "" {
					t.Errorf("%s!%s lost its formula %s", sheet, cell, mine)
				}
			}
		}
	}
	if formulas == 0 {
		t.Error("LibreOffice kept no formula")
	}
}

// shown reads 총괄표 as LibreOffice shows it: words of the checks and totals.
func shown(t *testing.T, ours *excelize.File, file string) {
	t.Helper()
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	rows, err := lines.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for i, row := range rows {
		switch row[0] {
		case "검산":
			checks++
			if row[1] != "일치" || row[2] != row[3] {
				t.Errorf("LibreOffice shows the check %v", row[:5])
			}
		case "합계":
			for c, text := range row {
				stored, err := ours.GetCellValue("총괄표", xlsx.Name(c+1, i+1), excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				if n, err := strconv.ParseInt(stored, 10, 64); err == nil && n != 0 && strings.ReplaceAll(text, ",", "") != stored {
					t.Errorf("총괄표!%s is %s and LibreOffice shows %s", xlsx.Name(c+1, i+1), stored, text)
				}
			}
		}
	}
	if checks < 5 {
		t.Errorf("LibreOffice shows %d checks", checks)
	}
}

// pages checks the print: four sheets of one page each, one page wide, 총괄표 on A3.
func pages(t *testing.T, pdf string) {
	t.Helper()
	b, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	boxes := regexp.MustCompile(`(?s)/Type\s*/Page/.{0,200}?/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)`).FindAllSubmatch(b, -1)
	if len(boxes) != 4 {
		t.Fatalf("%d pages, want one for each sheet", len(boxes))
	}
	for i, want := range [][2]float64{{1191, 842}, {842, 595}, {842, 595}, {842, 595}} {
		for side, size := range want {
			if got, err := strconv.ParseFloat(string(boxes[i][side+1]), 64); err != nil || got < size-3 || got > size+3 {
				t.Errorf("page %d is %s×%s points, want %.0f×%.0f", i+1, boxes[i][1], boxes[i][2], want[0], want[1])
			}
		}
	}
}
