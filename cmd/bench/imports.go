package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/demo"
	"eoul/pkg/intake"
	"eoul/pkg/planbook"
)

// importLines is far more than a plan takes: each of them is checked all the same.
const importLines = 5000

// imports measures the check of a workbook of 5,000 lines: the use case from the
// bytes to the report, child process, rules and storage included, against the time
// excelize takes to read the cells of the same file.
func (l *lab) imports(ctx context.Context, t *table) error {
	progress("imports")
	call, err := l.drafts(ctx, demo.ScaleNumber)
	if err != nil {
		return err
	}
	var d []draft
	if err := l.owner.SelectContext(ctx, &d, selectDrafts, call, 1); err != nil {
		return err
	}
	if len(d) == 0 {
		return errors.New("imports: there is no draft")
	}
	who := authz.Actor{ID: 1, Name: "담당자", Grants: []authz.Grant{{Role: "officer", Government: d[0].Government}}}
	s := &planbook.Service{Work: l.run, Applications: &application.Service{Work: l.run}, Reader: intake.NewReader()}
	id := application.ID(d[0].ID)
	file, err := importFile(ctx, s, who, id)
	if err != nil {
		return err
	}
	var took pairs
	for range rounds {
		begin := time.Now()
		in, err := s.Upload(ctx, who, id, "측정.xlsx", file)
		if err != nil {
			return err
		}
		whole := time.Since(begin).Seconds()
		if in.Errors != importLines/10+1 {
			return fmt.Errorf("imports: %d errors were found, the file has %d", in.Errors, importLines/10+1)
		}
		begin = time.Now()
		if err := readBare(file); err != nil {
			return err
		}
		took = append(took, pair{whole, time.Since(begin).Seconds()})
	}
	m := took.middle()
	t.atMost("(g) check of a workbook, 5,000 lines", fmt.Sprintf("%.0f ms", m.ours*1000), fmt.Sprintf("%.0f ms", m.bare*1000), m.ratio(), 2, "")
	return nil
}

// importFile is the workbook of a draft with 5,000 lines, every tenth with a mistake.
func importFile(ctx context.Context, s *planbook.Service, who authz.Actor, id application.ID) ([]byte, error) {
	book, err := s.Workbook(ctx, who, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = book.Close() }()
	var b bytes.Buffer
	if _, err := book.WriteTo(&b); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	for i := range importLines {
		code := "210-01 일반수용비"
		if i%10 == 0 {
			code = "999-99"
		}
		row := []any{code, fmt.Sprintf("%d번째 줄의 내역", i+1), 1000, 2, 1, nil, 1000, 500, 500, 0}
		if err := f.SetSheetRow("예산", fmt.Sprintf("A%d", 7+i), &row); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	_, err = f.WriteTo(&out)
	return out.Bytes(), err
}

// readBare reads every cell with excelize.
func readBare(file []byte) (err error) {
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, sheet := range f.GetSheetList() {
		if _, err := f.GetRows(sheet, excelize.Options{RawCellValue: true}); err != nil {
			return err
		}
	}
	return nil
}
