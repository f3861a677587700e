package e2e_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/money"
)

// grid is one sheet of the workbook: its columns by "group title" or "title".
type grid struct {
	t     testing.TB
	name  string
	heads map[string]int
	rows  [][]string // of data, the total and the notes below them included
}

func readGrid(t testing.TB, f *excelize.File, name string, headRows int) grid {
	t.Helper()
	rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil || len(rows) < 4+headRows {
		t.Fatalf("sheet %s: %d rows, %v", name, len(rows), err)
	}
	g := grid{t, name, map[string]int{}, rows[3+headRows:]}
	for i, above := range rows[3] { // a merged head says the same in each of its cells
		if below := cell(rows[3+headRows-1], i); below != above {
			above += " " + below
		}
		g.heads[above] = i
	}
	return g
}

func cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

func (g grid) text(row []string, head string) string {
	g.t.Helper()
	i, ok := g.heads[head]
	if !ok {
		g.t.Fatalf("%s has no column %q", g.name, head)
	}
	return cell(row, i)
}

// where are the rows that hold all of these texts under the heads.
func (g grid) where(pairs ...string) (out [][]string) {
	g.t.Helper()
	for _, row := range g.rows {
		fits := true
		for i := 0; i+1 < len(pairs); i += 2 {
			fits = fits && g.text(row, pairs[i]) == pairs[i+1]
		}
		if fits {
			out = append(out, row)
		}
	}
	return out
}

// sum adds a column over rows.
func (g grid) sum(rows [][]string, head string) (total money.Amount) {
	g.t.Helper()
	for _, row := range rows {
		total = total.Add(won(g.t, g.text(row, head)))
	}
	return total
}

// holds fails the test unless a column over rows adds up to what was typed.
func (g grid) holds(rows [][]string, head string, want money.Amount) {
	g.t.Helper()
	if got := g.sum(rows, head); got != want {
		g.t.Errorf("%s, %s: %s won over %d rows, want %s", g.name, head, got.Comma(), len(rows), want.Comma())
	}
}

// workbook downloads the settlement of the whole call, opens it again, and adds every
// total anew: each project, each source, to the won.
func (p *pages) workbook() {
	p.s.at(2023, time.March, 20, 10)
	p.as("finance", "/reports")
	p.find("a", "내려받기", "2022년 사회적경제")
	name, content := p.Download("[data-walk]")
	if !strings.HasPrefix(name, "정산보고서_2022년") || !strings.HasSuffix(name, ".xlsx") {
		p.t.Errorf("the file is called %q", name)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content))
	p.s.must(err)
	defer func() { p.s.must(f.Close()) }()
	if want := []string{"총괄표", "재원별 정산", "비목별 집행", "집행내역"}; !slices.Equal(f.GetSheetList(), want) {
		p.t.Fatalf("the sheets are %q", f.GetSheetList())
	}
	p.summary(readGrid(p.t, f, "총괄표", 2))
	p.sources(readGrid(p.t, f, "재원별 정산", 1))
	lines, list := readGrid(p.t, f, "비목별 집행", 2), readGrid(p.t, f, "집행내역", 2)
	for _, a := range p.parts {
		of := []string{"지자체명", a.place, "사업명", a.title}
		for _, s := range []money.Source{money.National, money.Sido, money.Sigungu, money.Own} {
			lines.holds(lines.where(of...), "집행액 "+s.Label(), a.book.spent.At(s))
			list.holds(list.where(of...), "재원별 "+s.Label(), a.book.spent.At(s))
		}
		lines.holds(lines.where(of...), "변경예산", a.book.planned.Total())
		list.holds(list.where(of...), "합계", a.book.spent.Total())
		list.holds(list.where(of...), "불인정액", a.book.disallowed.Total())
		if rows := list.where(of...); len(rows) != a.book.bills {
			p.t.Errorf("%d expenditures of %s are listed, %d were booked", len(rows), a.place, a.book.bills)
		}
	}
}

// summary holds 총괄표: a row per project, the total below it, and its own checks.
func (p *pages) summary(g grid) {
	p.t.Helper()
	for _, a := range p.parts {
		row := g.where("지자체명", a.place, "사업명", a.title)
		if len(row) != 1 {
			p.t.Fatalf("%d rows of %s in %s", len(row), a.place, g.name)
		}
		for _, s := range []money.Source{money.National, money.Sido} {
			g.holds(row, "총사업비 "+s.Label(), a.book.planned.At(s))
			g.holds(row, "교부액 "+s.Label(), a.book.funds.At(s))
			g.holds(row, "집행액 "+s.Label(), a.book.spent.At(s))
			g.holds(row, "집행잔액 "+s.Label(), a.book.balance().At(s))
			g.holds(row, "이자 "+s.Label(), a.book.interest.At(s))
			g.holds(row, "반납액 "+s.Label(), a.book.due().At(s))
		}
		g.holds(row, "불인정액", a.book.disallowed.Total())
		g.holds(row, "반납액 계", a.book.due().Total())
	}
	projects, total := g.rows[:len(p.parts)], g.rows[len(p.parts):len(p.parts)+1]
	if cell(total[0], 0) != "합계" {
		p.t.Fatalf("below %d projects stands %q", len(p.parts), total[0])
	}
	for head := range g.heads {
		if strings.Contains(head, " ") || slices.Contains([]string{"수익금", "불인정액", "이월액"}, head) {
			g.holds(total, head, g.sum(projects, head))
		}
	}
	agreed := 0
	for _, row := range g.rows {
		if cell(row, 0) == "검산" {
			if verdict := cell(row, 1); verdict != "일치" {
				p.t.Errorf("%s says %q", g.name, row)
			}
			agreed++
		}
	}
	if agreed < 6 {
		p.t.Errorf("%s prints %d checks", g.name, agreed)
	}
}

// sources holds 재원별 정산: for each project and source what came, went and goes back.
func (p *pages) sources(g grid) {
	p.t.Helper()
	for _, a := range p.parts {
		for _, s := range money.Sources() {
			row := g.where("지자체명", a.place, "사업명", a.title, "재원", s.Label())
			if len(row) != 1 {
				p.t.Fatalf("%d rows of %s for %s", len(row), s.Label(), a.place)
			}
			for head, want := range map[string]money.BySource{
				"예산액(당초)": a.book.planned, "교부액": a.book.funds, "집행액": a.book.spent, "불인정액": a.book.disallowed,
				"인정집행액": a.book.spent.Sub(a.book.disallowed), "잔액": a.book.balance(), "이자": a.book.interest,
				"반납할 금액": a.book.due(), "기반납액": a.book.due(), "추가 반납액": {}, "이월액": {},
			} {
				g.holds(row, head, want.At(s))
			}
		}
	}
	each, grand := g.where("재원", "계"), g.where("재원", "합계")
	for _, head := range []string{"예산액(당초)", "교부액", "집행액", "잔액", "이자", "반납할 금액", "기반납액"} {
		g.holds(grand, head, g.sum(each, head))
	}
}
