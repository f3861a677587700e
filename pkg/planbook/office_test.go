package planbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/application"
)

// TestOffice has LibreOffice open and save the workbook: unchanged it changes
// nothing, edited it changes what was edited, and its CSV of the budget is taken.
func TestOffice(t *testing.T) {
	if os.Getenv("EOUL_OFFICE") == "" {
		t.Skip("EOUL_OFFICE=1 runs this with LibreOffice (make office)")
	}
	w := setup(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "계획서.xlsx")
	write := func(data []byte) {
		t.Helper()
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(filter, name string) []byte {
		t.Helper()
		convert(t, file, filepath.Join(folder, "again"), filter)
		data, err := os.ReadFile(filepath.Join(folder, "again", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	const xlsx = "xlsx:Calc MS Excel 2007 XML"
	write(w.download(t))
	in := w.upload(t, read(xlsx, "계획서.xlsx"))
	if len(in.Findings) != 0 || in.Ready() || !in.Changes.Empty() {
		t.Errorf("saved by LibreOffice: %+v, versions %v", in.Findings, in.Versions)
	}
	write(edited(t, w.download(t), set("예산!B7", "=2+3 이라는 글", "협업기관!D6", "2026-02-28", "성과지표!E6", "31")))
	in = w.upload(t, read(xlsx, "계획서.xlsx"))
	if in.Errors != 0 || len(in.Versions) != 3 {
		t.Fatalf("edited: %+v, versions %v", in.Findings, in.Versions)
	}
	if err := w.apply(t, w.Officer, in); err != nil {
		t.Fatal(err)
	}
	if plan := w.plan(t); plan.Lines[0].Description != "=2+3 이라는 글" || plan.Partners[0].AgreedOn.String() != "2026-02-28" {
		t.Errorf("after: %+v %+v", plan.Lines[0], plan.Partners)
	}
	write(edited(t, w.download(t), func(f *excelize.File) error { return f.SetCellValue("예산", "B8", "CSV에서") }))
	in = w.upload(t, read("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2", "계획서-예산.csv"))
	if in.Errors != 0 || len(in.Versions) != 1 || in.Versions[application.PartLines] == 0 {
		t.Errorf("CSV: %+v, versions %v", in.Findings, in.Versions)
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
