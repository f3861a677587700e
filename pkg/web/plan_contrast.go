package web

import (
	"fmt"
	"slices"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/money"
)

// contrast is what somebody else saved beside what this person typed.
type contrast struct {
	By   string // who saved, and when
	Same int    // rows of a list that are equal and left out
	Rows []contrastRow
	Text string // theirs as a whole, of a text
}

// contrastRow is one paragraph of a text or one cell of a list. Equal paragraphs are
// kept, so that a text can be read as a whole.
type contrastRow struct {
	Where, Theirs, Mine string
	Differs             bool
}

// column is one field of a list part, or of a part that is one group of fields.
type column struct{ Name, Label string }

// columnsOf are the fields of a part in the order of its form.
func columnsOf(part string) []column {
	switch part {
	case application.PartLines:
		out := []column{{"code", "비목·세목"}, {"description", "내역"}, {"unit_price", "단가"}, {"quantity", "수량"}, {"times", "횟수"}}
		for _, s := range money.Sources() {
			out = append(out, column{s.Code(), s.Label()})
		}
		return out
	case application.PartDeliberation:
		return []column{{"committee", "위원회 이름"}, {"held_on", "개최일"}, {"agenda", "안건"}, {"decision", "의결 결과"}, {"note", "조건·의견"}, {"document_id", "회의록"}}
	case application.PartPartners:
		return []column{{"name", "기관 이름"}, {"business_no", "사업자등록번호"}, {"role", "역할"}, {"agreed_on", "협약일"}, {"agreement_from", "협약 시작일"}, {"agreement_until", "협약 종료일"}, {"document_id", "협약서"}}
	case application.PartActivities:
		return []column{{"title", "세부사업"}, {"area", "분야"}, {"content", "내용"}, {"starts_on", "시작일"}, {"ends_on", "종료일"}}
	case application.PartIndicators:
		return []column{{"name", "지표"}, {"formula", "산식"}, {"unit", "단위"}, {"baseline", "기준값"}, {"target", "목표값"}, {"evidence", "증빙"}}
	}
	return nil
}

// compare puts what is stored beside what was typed. From here on the page saves on
// the stored version, and only when the person says so.
func (p *partPage) compare() {
	p.Stale, p.Unsaved = true, false
	p.Contrast = &contrast{By: savedBy(p.Part, p.Now)}
	columns := columnsOf(p.Part.Name)
	switch p.Part.Name {
	case application.PartDeliberation:
		p.Contrast.group(columns, p.shown, p.theirs, p.Form, "", "")
	case application.PartLines:
		p.Contrast.list(p.Part.Name, columns, p.shown, p.theirs.budgetIn(p.Form.Value("unit")), p.Form)
	case application.PartPartners, application.PartActivities, application.PartIndicators:
		p.Contrast.list(p.Part.Name, columns, p.shown, p.theirs, p.Form)
	default:
		p.Contrast.text(p.theirs.Value("text"), p.Form.Value("text"))
	}
}

// shown is a value as people read it: a file by its name, a decision by its word.
func (p *partPage) shown(name, value string) string {
	options := p.Files
	if strings.HasSuffix(name, "decision") {
		options = p.Decisions
	}
	if strings.HasSuffix(name, "document_id") || strings.HasSuffix(name, "decision") {
		for _, o := range options {
			if o.Value == value {
				return o.Label
			}
		}
		if value == "0" {
			return ""
		}
	}
	return value
}

func (c *contrast) text(theirs, mine string) {
	c.Text = theirs
	a, b := paragraphs(theirs), paragraphs(mine)
	n := 0
	for _, pair := range align(a, b) {
		n++
		row := contrastRow{Where: fmt.Sprintf("%d번째 문단", n), Differs: pair[0] < 0 || pair[1] < 0}
		if pair[0] >= 0 {
			row.Theirs = a[pair[0]]
		}
		if pair[1] >= 0 {
			row.Mine = b[pair[1]]
		}
		row.Differs = row.Theirs != row.Mine
		c.Rows = append(c.Rows, row)
	}
}

func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// group compares fields one by one; their names begin with a and b.
func (c *contrast) group(columns []column, shown func(string, string) string, theirs, mine Form, a, b string) {
	for _, col := range columns {
		row := contrastRow{Where: col.Label, Theirs: shown(col.Name, theirs.Value(a+col.Name)), Mine: shown(col.Name, mine.Value(b+col.Name))}
		row.Differs = plain(row.Theirs) != plain(row.Mine)
		c.Rows = append(c.Rows, row)
	}
}

// plain is a value as the server reads it: 1,000 is 1000.
func plain(value string) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if strings.Trim(value, "0123456789,") == "" {
		return strings.ReplaceAll(value, ",", "")
	}
	return value
}

// list compares row by row: equal rows are only counted, of a row that differs the
// cells that do are shown, and one that stands on one side alone is shown whole.
func (c *contrast) list(part string, columns []column, shown func(string, string) string, theirs, mine Form) {
	a, b := rowKeys(part, columns, theirs), rowKeys(part, columns, mine)
	for _, pair := range align(a, b) {
		at := func(i int) string { return fmt.Sprintf("%s.%d.", part, i) }
		switch i, j := pair[0], pair[1]; {
		case i < 0:
			c.Rows = append(c.Rows, contrastRow{Where: fmt.Sprintf("내 %d번째 줄", j+1), Theirs: "(없음)", Mine: whole(columns, shown, mine, at(j)), Differs: true})
		case j < 0:
			c.Rows = append(c.Rows, contrastRow{Where: fmt.Sprintf("저장된 %d번째 줄", i+1), Theirs: whole(columns, shown, theirs, at(i)), Mine: "(없음)", Differs: true})
		case a[i] == b[j]:
			c.Same++
		default:
			var row contrast
			row.group(columns, shown, theirs, mine, at(i), at(j))
			for _, cell := range row.Rows {
				if cell.Differs {
					cell.Where = fmt.Sprintf("%d번째 줄 %s", j+1, cell.Where)
					c.Rows = append(c.Rows, cell)
				}
			}
		}
	}
}

func whole(columns []column, shown func(string, string) string, f Form, at string) string {
	var out []string
	for _, col := range columns {
		if v := shown(col.Name, f.Value(at+col.Name)); v != "" && v != "0" {
			out = append(out, col.Label+": "+v)
		}
	}
	return strings.Join(out, "\n")
}

// rowKeys are the rows of a list as one text each, empty rows at the end left out.
func rowKeys(part string, columns []column, f Form) (out []string) {
	n := 0
	for name := range f.Values {
		if i, _, ok := itemIndex(name, part+"."); ok {
			n = max(n, i+1)
		}
	}
	for i := range n {
		var key []string
		for _, col := range columns {
			v := plain(f.Value(fmt.Sprintf("%s.%d.%s", part, i, col.Name)))
			if v == "0" {
				v = ""
			}
			key = append(key, v)
		}
		if f.Value(fmt.Sprintf("%s.%d.remove", part, i)) != "" {
			key = []string{"지울 줄"}
		}
		out = append(out, strings.Join(key, "\x1f"))
	}
	for len(out) > 0 && strings.Trim(out[len(out)-1], "\x1f") == "" {
		out = out[:len(out)-1]
	}
	return out
}

// align pairs two sequences by their longest common part; what lies between two
// common elements is paired in order, and -1 stands where one side has no partner.
func align(a, b []string) (out [][2]int) {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		fromI, fromJ := i, j
		for i < len(a) && j < len(b) && a[i] != b[j] {
			if common[i+1][j] >= common[i][j+1] {
				i++
			} else {
				j++
			}
		}
		if i == len(a) || j == len(b) {
			i, j = len(a), len(b)
		}
		for ; fromI < i || fromJ < j; fromI, fromJ = fromI+1, fromJ+1 {
			pair := [2]int{-1, -1}
			if fromI < i {
				pair[0] = fromI
			}
			if fromJ < j {
				pair[1] = fromJ
			}
			out = append(out, pair)
		}
		if i < len(a) && j < len(b) {
			out, i, j = append(out, [2]int{i, j}), i+1, j+1
		}
	}
	return out
}
