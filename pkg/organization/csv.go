package organization

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// WriteCSV writes organizations as CSV that Korean Excel opens: UTF-8 with its mark,
// CRLF, and no text that a spreadsheet would take for a formula (decisions 32).
func WriteCSV(w io.Writer, rows []Organization) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write([]string{"번호", "종류", "이름", "전체 이름", "행정구역 코드", "사업자등록번호", "시작일", "종료일", "가상"}); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	for _, o := range rows {
		fictitious := ""
		if o.Fictitious {
			fictitious = "가상"
		}
		if err := out.Write([]string{fmt.Sprint(o.ID), o.KindLabel(), inert(o.Name), inert(o.FullName()), o.RegionCode, o.BusinessNo,
			o.ValidFrom.String(), o.ValidTo.String(), fictitious}); err != nil {
			return fmt.Errorf("write organizations: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// inert puts an apostrophe before text that a spreadsheet would calculate.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\x00＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
