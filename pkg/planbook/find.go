package planbook

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/intake"
)

// found is one table of a file: where its columns stand, and its rows with values.
type found struct {
	Part    string         `json:"part"`
	Sheet   string         `json:"sheet"`
	Head    int            `json:"head"`    // row of the headings
	Columns map[string]int `json:"columns"` // field -> column, from 1
	Rows    []intake.Row   `json:"rows"`
	Merged  []intake.Area  `json:"merged,omitempty"`
	Hidden  bool           `json:"hidden,omitempty"`
	Twice   []string       `json:"twice,omitempty"` // headings that stand on two columns
	Order   int            `json:"order"`           // of the sheet in the file
}

// upload is what is kept of a file: its tables, and of what it was made.
type upload struct {
	CSV      bool             `json:"csv,omitempty"`
	Tables   []found          `json:"tables"`
	Again    []found          `json:"again,omitempty"` // tables that stand in the file a second time, without rows
	Versions map[string]int   `json:"versions"`        // of the parts it was downloaded with
	Held     application.Plan `json:"held"`            // what it held then
	Known    bool             `json:"known,omitempty"` // Held was found
}

const msgWrong = "어울에서 내려받은 사업계획서 작성 파일이 아닙니다. ‘엑셀 파일 내려받기’로 받은 파일에 내용을 적어 올려 주십시오."

// understand finds the tables of a file and demands that it was made of this
// application. now are the current versions, for a file that names none.
func understand(c intake.Content, number string, now map[string]int) (upload, error) {
	u := upload{CSV: c.CSV, Versions: now}
	if !c.CSV {
		i := slices.IndexFunc(c.Sheets, func(s intake.Sheet) bool { return isIdentity(s) })
		if i < 0 {
			return u, intake.Refuse(msgWrong)
		}
		if err := u.identify(c.Sheets[i], number); err != nil {
			return u, err
		}
	}
	for order, s := range c.Sheets {
		t, ok := locate(s)
		if !ok {
			continue
		}
		t.Order = order
		if slices.ContainsFunc(u.Tables, func(f found) bool { return f.Part == t.Part }) {
			t.Rows = nil
			u.Again = append(u.Again, t)
			continue
		}
		u.Tables = append(u.Tables, t)
	}
	switch {
	case len(u.Tables) == 0 && c.CSV:
		return u, intake.Refuse("CSV 파일에서 ‘비목·세목’, ‘국비’ 같은 제목 줄을 찾지 못했습니다. 예산 시트를 제목 줄과 함께 저장해 올려 주십시오.")
	case len(u.Tables) == 0:
		return u, intake.Refuse("작성할 시트(예산, 협업기관, 세부사업, 성과지표)를 하나도 찾지 못했습니다. 제목 줄을 지웠다면 새 파일을 내려받아 옮겨 주십시오.")
	case c.CSV && u.Tables[0].Part != application.PartLines:
		return u, intake.Refuse("CSV로는 예산 시트만 올릴 수 있습니다. 다른 시트는 .xlsx로 올려 주십시오.")
	case !slices.ContainsFunc(u.Tables, func(f found) bool { return len(f.Rows) > 0 }):
		return u, intake.Refuse("제목 줄 아래에 적은 내용이 없습니다. 내용을 적어 다시 올려 주십시오.")
	}
	return u, nil
}

// isIdentity knows the hidden sheet by what it says, not by its name.
func isIdentity(s intake.Sheet) bool {
	return len(s.Rows) > 0 && len(s.Rows[0].Cells) == 2 && s.Rows[0].Cells[0].Value == "template" && s.Rows[0].Cells[1].Value == template
}

// identify reads the hidden sheet.
func (u *upload) identify(s intake.Sheet, number string) error {
	said := map[string]string{}
	var held strings.Builder
	u.Versions = map[string]int{}
	for _, r := range s.Rows {
		if len(r.Cells) != 2 {
			continue
		}
		key, value := r.Cells[0].Value, r.Cells[1].Value
		if key == "held" {
			held.WriteString(value)
			continue
		}
		said[key] = value
		if part, ok := strings.CutPrefix(key, "part."); ok {
			n, err := strconv.Atoi(value)
			if err != nil {
				return intake.Refuse(msgWrong)
			}
			u.Versions[part] = n
		}
	}
	switch {
	case said["template_version"] != templateVersion:
		return intake.Refuse("지금 쓰지 않는 서식의 파일입니다. 새 파일을 내려받아 내용을 옮겨 주십시오.")
	case said["application"] != number:
		return intake.Refuse(fmt.Sprintf("다른 신청서(%s)의 파일입니다. 이 신청서(%s)의 파일을 내려받아 올려 주십시오.", clip(said["application"], 30), number))
	}
	u.Known = json.Unmarshal([]byte(held.String()), &u.Held) == nil && held.Len() > 0
	return nil
}

// headRows is how far down a heading row is looked for.
const headRows = 40

// locate finds the one table of a sheet by its headings.
func locate(s intake.Sheet) (best found, ok bool) {
	score := 0
	for _, row := range s.Rows {
		if row.Number > headRows {
			break
		}
		for _, t := range tables() {
			f, n := t.match(row)
			if n > score && n >= 3 {
				f.Sheet, f.Hidden = s.Name, s.Hidden
				best, score, ok = f, n, true
			}
		}
	}
	if !ok {
		return best, false
	}
	best.take(s)
	return best, true
}

// match counts the headings of a table in a row.
func (t table) match(row intake.Row) (found, int) {
	f := found{Part: t.Part, Head: row.Number, Columns: map[string]int{}}
	n := 0
	for _, cell := range row.Cells {
		i, ok := t.named(cell.Value)
		if !ok {
			continue
		}
		c := t.Columns[i]
		if _, twice := f.Columns[c.Field]; twice {
			f.Twice = append(f.Twice, c.Title)
			continue
		}
		f.Columns[c.Field] = cell.Column
		if !c.Ours {
			n++
		}
	}
	return f, n
}

// take keeps the rows that hold something in a column that is read.
func (f *found) take(s intake.Sheet) {
	t := tableOf(f.Part)
	field := map[int]string{}
	for _, c := range t.Columns {
		if at, ok := f.Columns[c.Field]; ok && !c.Ours {
			field[at] = c.Field
		}
	}
	for _, row := range s.Rows {
		if row.Number <= f.Head || isTotal(row) {
			continue
		}
		kept := intake.Row{Number: row.Number, Hidden: row.Hidden}
		for _, cell := range row.Cells {
			if field[cell.Column] != "" && (strings.TrimSpace(cell.Value) != "" || cell.Formula != "") {
				kept.Cells = append(kept.Cells, cell)
			}
		}
		if len(kept.Cells) > 0 {
			f.Rows = append(f.Rows, kept)
		}
	}
	for _, m := range s.Merged {
		touches := false
		for at := range field {
			touches = touches || at >= m.FromColumn && at <= m.ToColumn
		}
		if m.ToRow > f.Head && touches && len(f.Merged) < 100 {
			f.Merged = append(f.Merged, m)
		}
	}
}

// isTotal knows a row of sums by its first cell.
func isTotal(row intake.Row) bool {
	if len(row.Cells) == 0 {
		return false
	}
	switch heading(row.Cells[0].Value) {
	case "합계", "총계", "소계", "계", "총합계":
		return true
	}
	return false
}

// clip shortens a text for a message.
func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// errNoFile is what somebody gets who asks for a file that is gone or not theirs.
func errNoFile() error {
	return fault.New(fault.NotFound, "올린 파일이 없습니다. 이미 반영했거나 사흘이 지났다면 다시 올려 주십시오.")
}
