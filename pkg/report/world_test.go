package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/report"
)

// naru is a project with everything the workbook can show: odd won, a budget change
// with a later line, a rejection, a correction, a bill without a business number,
// text that looks like formulas, and a settlement that was partly paid back.
func naru(c fixture.Company) project {
	odd := won4{275_001, 137_500, 110_000, 27_500}
	return project{
		government: c.Naru, province: c.Garam, number: "G-2022-00001", title: "나루 <상생> 마당 & 장터", granted: won4{50_000_003, 25_000_001, 20_000_000, 5_000_000},
		lines: []budgetLine{
			{code: "110-03", description: "전담 인력", granted: won4{10_000_000, 5_000_000, 4_000_000, 1_000_000}, changed: won4{12_000_003, 6_000_001, 4_000_000, 1_000_000}},
			{code: "210-01", description: "=HYPERLINK(\"http://a\")", granted: won4{40_000_003, 20_000_001, 16_000_000, 4_000_000}, changed: won4{30_000_000, 15_000_000, 12_000_000, 3_000_000}},
			{code: "210-14", description: "추가 용역", changed: won4{8_000_000, 4_000_000, 4_000_000, 1_000_000}},
		},
		spendings: []spending{
			{line: 0, on: "2022-04-29", item: "4월 인건비", payee: "나담당", method: "transfer", evidence: "other", supply: 7_753_087, won4: won4{3_876_544, 1_938_272, 1_550_617, 387_654}, state: "accepted"},
			{line: 1, on: "2022-05-03", item: "=1+1", payee: "+cmd|' /C calc'!A0", business: "1248100998", method: "transfer", evidence: "tax_invoice", evidenceNo: "@SUM(A1)",
				supply: 1_000_000, vat: 100_000, won4: won4{550_000, 275_000, 220_000, 55_000}, state: "rejected", why: "-2+3"},
			{line: 1, on: "2022-05-10", item: "현수막", payee: "가상상회", business: "1248100998", method: "card", evidence: "card", evidenceNo: "승인 1", supply: 500_001, vat: 50_000, won4: odd, state: "reversed"},
			{line: 1, on: "2022-05-10", item: "현수막", payee: "가상상회", business: "1248100998", method: "card", evidence: "card", evidenceNo: "승인 1", supply: 500_001, vat: 50_000, won4: odd, state: "correction", reverses: 3},
			{line: 1, on: "2022-05-11", item: "현수막", payee: "가상상회", business: "1248100998", method: "card", evidence: "invoice", supply: 454_547, vat: 45_454, won4: won4{250_001, 125_000, 100_000, 25_000}, state: "accepted"},
			{line: 2, on: "2022-12-31", item: "정산 검증", payee: "가상회계", method: "transfer", evidence: "tax_invoice", supply: 7_272_728, vat: 727_272, won4: won4{4_000_000, 2_000_000, 1_600_000, 400_000}, state: "unreviewed"},
		},
		interest: won4{12_345, 6_172, 4_938, 1_234}, excluded: won4{0, 172, 938, 0}, revenue: won4{1_000, 500, 400, 100},
		carried: won4{1_000_000, 500_000, 400_000, 100_000}, repaid: won4{40_000_000, 20_000_000, 886_803, 0}, settled: true,
	}
}

// dasom has begun and is not settled; baram spent nothing yet.
func dasom(c fixture.Company) project {
	all := won4{30_000_000, 15_000_000, 15_000_000, 0}
	return project{
		government: c.Dasom, province: c.Garam, number: "G-2022-00002", title: "다솜 일자리", granted: all,
		lines: []budgetLine{{code: "210-14", description: "용역", granted: all, changed: all}},
		spendings: []spending{{line: 0, on: "2022-07-01", item: "용역 선금", payee: "가상연구소", business: "1248100998", method: "transfer", evidence: "tax_invoice",
			supply: 9_090_910, vat: 909_090, won4: won4{5_000_000, 2_500_000, 2_500_000, 0}, state: "accepted"}},
	}
}

func baram(c fixture.Company) project {
	all := won4{1_000_001, 500_000, 500_001, 0}
	return project{government: c.Baram, province: c.Maru, number: "G-2022-00003", title: "바람 축제", granted: all,
		lines: []budgetLine{{code: "210-01", description: "행사", granted: all, changed: all}}}
}

// world is a database with one call and the three projects.
type world struct {
	*dbtest.DB
	fixture.Company
	report.Service
	call     int64
	projects []project
}

func newWorld(t *testing.T) world {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	w := world{DB: d, Company: c, Service: report.Service{Work: d.Work}, projects: []project{naru(c), dasom(c), baram(c)}}
	w.call = settledCase(t, d, c, w.projects)
	return w
}

// open makes a workbook and reads it back; raw is the file.
func (w world) open(t *testing.T, who authz.Actor, which report.Which) (f *excelize.File, raw []byte, name string) {
	t.Helper()
	file, err := w.Settlement(t.Context(), who, which)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	n, err := file.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		t.Fatalf("wrote %d of %d: %v", n, out.Len(), err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if f, err = excelize.OpenReader(bytes.NewReader(out.Bytes())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, out.Bytes(), file.Name
}

// table is the stored values of a sheet, one line per row, cells between bars.
func table(t *testing.T, f *excelize.File, sheet string) []string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = strings.Join(r, "|")
	}
	return out
}

// same compares the rows of a sheet from a row number on.
func same(t *testing.T, got []string, from int, want ...string) {
	t.Helper()
	for i, line := range want {
		row := from + i
		if row > len(got) {
			t.Errorf("row %d is missing, want\n %s", row, line)
		} else if got[row-1] != line {
			t.Errorf("row %d is\n %s\nwant\n %s", row, got[row-1], line)
		}
	}
}
