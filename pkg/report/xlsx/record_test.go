package xlsx_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/report/xlsx"
)

// TestRecordPrintsWhole: the row of a long text is as high as programs allow on a tall
// sheet and bounded on another; without money no sheet tells a unit.
func TestRecordPrintsWhole(t *testing.T) {
	b, err := xlsx.New()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	for name, tall := range map[string]bool{"표": false, "기록": true} {
		w, err := b.Add(xlsx.Sheet{Name: name, Title: name, Columns: []xlsx.Column{{Title: "번호", Width: 8}, {Title: "내용", Width: 41}}, Tall: tall})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{20, 300, 4000} { // 20 Korean letters a line
			if err := w.Row("1", strings.Repeat("가", n)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for name, want := range map[string][3]float64{"표": {15, 150, 150}, "기록": {15, 225, 405}} {
		for i, high := range want {
			if got, err := f.GetRowHeight(name, 5+i); err != nil || got != high {
				t.Errorf("%s: row %d is %v high (%v), want %v", name, 5+i, got, err, high)
			}
		}
		if unit, err := f.GetCellValue(name, "B3"); err != nil || unit != "" {
			t.Errorf("%s: a sheet without money tells its unit as %q (%v)", name, unit, err)
		}
	}
}
