package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Mark is one cell of somebody's workbook to colour and comment. Its Sheet is the
// sheet's name in that workbook.
type Mark struct {
	Sheet   string `json:"sheet"`
	Cell    string `json:"cell"` // B12
	Text    string `json:"text"`
	Warning bool   `json:"warning,omitempty"` // yellow instead of red
}

// maxComments bounds the comments of one sheet: a sheet with more is read by its colours.
const maxComments = 500

// Colours of ours alone, near those of Excel: what has one was coloured by us.
const (
	faultFill   = "FFC9CF"
	warningFill = "FFEA9D"
)

// author signs our comments, so that a later answer takes off those of an earlier one.
const author = "어울"

// WriteMarked writes the workbook of data with its marks, everything else as it was.
// It is for the child process of package intake alone: a workbook from outside may
// use up time and memory without end.
func WriteMarked(out io.Writer, data []byte, marks []Mark) (err error) {
	const most = 64 << 20
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: most, UnzipXMLSizeLimit: most})
	if err != nil {
		return fmt.Errorf("open workbook: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m := marker{file: f, styles: map[[2]int]int{}, comments: map[string]int{}}
	if err := m.clear(); err != nil {
		return fmt.Errorf("take off old marks: %w", err)
	}
	for _, mark := range marks {
		if err := m.mark(mark); err != nil {
			return fmt.Errorf("mark %s!%s: %w", mark.Sheet, mark.Cell, err)
		}
	}
	_, err = f.WriteTo(out)
	return err
}

type marker struct {
	file     *excelize.File
	styles   map[[2]int]int // style it had and colour -> style it gets
	comments map[string]int // per sheet
}

// clear takes off what an earlier answer put on: a corrected cell must not stay red.
func (m *marker) clear() error {
	if _, err := m.file.GetStyle(0); err != nil { // this reads the styles
		return err
	}
	if m.file.Styles != nil && m.file.Styles.Fills != nil {
		for _, f := range m.file.Styles.Fills.Fill {
			if p := f.PatternFill; p != nil && p.FgColor != nil && (strings.HasSuffix(p.FgColor.RGB, faultFill) || strings.HasSuffix(p.FgColor.RGB, warningFill)) {
				p.PatternType, p.FgColor, p.BgColor = "none", nil, nil
			}
		}
	}
	for _, sheet := range m.file.GetSheetList() {
		comments, err := m.file.GetComments(sheet)
		if err != nil {
			return err
		}
		for _, c := range comments {
			if c.Author != author {
				continue
			}
			if err := m.file.DeleteComment(sheet, c.Cell); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *marker) mark(mark Mark) error {
	color := 0
	if mark.Warning {
		color = 1
	}
	had, err := m.file.GetCellStyle(mark.Sheet, mark.Cell)
	if err != nil {
		return err
	}
	gets, ok := m.styles[[2]int{had, color}]
	if !ok {
		style, err := m.file.GetStyle(had)
		if err != nil {
			return err
		}
		style.Fill = fill([]string{faultFill, warningFill}[color])
		if gets, err = m.file.NewStyle(style); err != nil {
			return err
		}
		m.styles[[2]int{had, color}] = gets
	}
	if err := m.file.SetCellStyle(mark.Sheet, mark.Cell, mark.Cell, gets); err != nil {
		return err
	}
	if m.comments[mark.Sheet]++; m.comments[mark.Sheet] > maxComments {
		return nil
	}
	err = m.file.AddComment(mark.Sheet, excelize.Comment{Cell: mark.Cell, Author: author, Text: clean(mark.Text), Width: 320, Height: 120})
	if err != nil { // a comment of their own stays; the colour says enough
		return nil //nolint:nilerr // see above
	}
	return nil
}
