package intake_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// marksOf reads the fills and the comments of a workbook by sheet!cell.
func marksOf(t *testing.T, data []byte) (fills, comments map[string]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	fills, comments = map[string]string{}, map[string]string{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c := range row {
				cell, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				id, err := f.GetCellStyle(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := f.GetStyle(id); err != nil { // this reads the styles
					t.Fatal(err)
				}
				if fill := f.Styles.CellXfs.Xf[id].FillID; fill != nil {
					if p := f.Styles.Fills.Fill[*fill].PatternFill; p.PatternType == "solid" {
						fills[sheet+"!"+cell] = strings.TrimPrefix(p.FgColor.RGB, "FF")
					}
				}
			}
		}
		said, err := f.GetComments(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range said {
			comments[sheet+"!"+c.Cell] = c.Text
		}
	}
	return fills, comments
}
