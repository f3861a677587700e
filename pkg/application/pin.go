package application

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/money"
	"eoul/pkg/work"
)

// Cell is one column of a list part somebody can point at.
type Cell struct{ Name, Label string }

// Cells are the columns of a list part, none for other parts. Their names are those
// of the form and of the API.
func Cells(part string) []Cell {
	switch part {
	case PartLines:
		out := []Cell{{"code", "비목"}, {"description", "내역"}, {"unit_price", "단가"}, {"quantity", "수량"}, {"times", "횟수"}}
		for _, s := range money.Sources() {
			out = append(out, Cell{s.Code(), s.Label()})
		}
		return out
	case PartPartners:
		return []Cell{{"name", "기관"}, {"business_no", "사업자등록번호"}, {"role", "역할"}, {"agreed_on", "협약일"}, {"agreement_from", "협약 시작일"}, {"agreement_until", "협약 종료일"}}
	case PartActivities:
		return []Cell{{"title", "세부사업"}, {"area", "분야"}, {"content", "내용"}, {"starts_on", "시작일"}, {"ends_on", "종료일"}}
	case PartIndicators:
		return []Cell{{"name", "지표"}, {"formula", "산식"}, {"unit", "단위"}, {"baseline", "기준값"}, {"target", "목표값"}, {"evidence", "증빙"}}
	}
	return nil
}

// PartTitle is what a part is called in this plan; ok is false for a part it does not have.
func (p Plan) PartTitle(part string) (title string, ok bool) {
	for _, s := range p.Sections {
		if part == sectionPrefix+s.Kind {
			return s.Title, true
		}
	}
	title, ok = map[string]string{
		PartTitle: "사업명", PartLines: "예산", PartDeliberation: "사회적경제위원회 논의", PartPartners: "협업기관",
		PartActivities: "세부사업·추진일정", PartIndicators: "성과지표", PartAttachments: "첨부서류",
	}[part]
	return title, ok
}

// PartNames are the parts of this plan in the order it is read.
func (p Plan) PartNames() []string {
	out := []string{PartTitle}
	for _, s := range p.Sections {
		out = append(out, sectionPrefix+s.Kind)
	}
	return append(out, PartDeliberation, PartPartners, PartActivities, PartLines, PartIndicators, PartAttachments)
}

// Rows are the rows of a list part in one line each, none for other parts.
func (p Plan) Rows(part string) []string {
	var out []string
	switch part {
	case PartLines:
		for _, l := range p.Lines {
			out = append(out, inLine(l.Code+" "+l.CodeName, l.Description, l.Amounts.Total().Comma()+"원"))
		}
	case PartPartners:
		for _, r := range p.Partners {
			out = append(out, inLine(r.Name, r.Role))
		}
	case PartActivities:
		for _, r := range p.Activities {
			out = append(out, inLine(r.Title, r.Area))
		}
	case PartIndicators:
		for _, r := range p.Indicators {
			out = append(out, inLine(r.Name, r.Target+r.Unit))
		}
	}
	return out
}

// inLine joins what is not empty, blanks made one.
func inLine(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t = strings.Join(strings.Fields(t), " "); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, " · ")
}

// pinned reads a pin such as lines.3.national; ok is false for one no list part has.
func pinned(part, field string) (row int, cell string, ok bool) {
	rest, ok := strings.CutPrefix(field, part+".")
	if !ok {
		return 0, "", false
	}
	number, cell, _ := strings.Cut(rest, ".")
	row, err := strconv.Atoi(number)
	if err != nil || row < 0 || strconv.Itoa(row) != number {
		return 0, "", false
	}
	known := cell == "" || slices.ContainsFunc(Cells(part), func(c Cell) bool { return c.Name == cell })
	return row, cell, known
}

// PinLabel says where a pin is, such as "4번째 줄 국비"; empty without one.
func PinLabel(part, field string) string {
	row, cell, ok := pinned(part, field)
	if !ok {
		return ""
	}
	for _, c := range Cells(part) {
		if c.Name == cell {
			return fmt.Sprintf("%d번째 줄 %s", row+1, c.Label)
		}
	}
	return fmt.Sprintf("%d번째 줄", row+1)
}

// Quote is what stands at a pin of this plan in one line; ok is false when there is
// no such row or cell.
func (p Plan) Quote(part, field string) (text string, ok bool) {
	row, cell, ok := pinned(part, field)
	if !ok {
		return "", false
	}
	rows := p.Rows(part)
	if row >= len(rows) {
		return "", false
	}
	if cell == "" {
		return rows[row], true
	}
	return inLine(rows[row], strings.TrimPrefix(PinLabel(part, field), fmt.Sprintf("%d번째 줄 ", row+1))+" "+p.cellText(part, row, cell)), true
}

func (p Plan) cellText(part string, row int, cell string) string {
	var form map[string]string
	switch part {
	case PartLines:
		l := p.Lines[row]
		form = map[string]string{"code": l.Code, "description": l.Description}
		if l.UnitPrice != nil {
			form["unit_price"] = l.UnitPrice.Comma() + "원"
		}
		for name, n := range map[string]*int{"quantity": l.Quantity, "times": l.Times} {
			if n != nil {
				form[name] = strconv.Itoa(*n)
			}
		}
		for _, s := range money.Sources() {
			form[s.Code()] = l.Amounts.At(s).Comma() + "원"
		}
	case PartPartners:
		r := p.Partners[row]
		form = map[string]string{
			"name": r.Name, "business_no": r.BusinessNo, "role": r.Role, "agreed_on": day(r.AgreedOn),
			"agreement_from": day(r.AgreementFrom), "agreement_until": day(r.AgreementUntil),
		}
	case PartActivities:
		r := p.Activities[row]
		form = map[string]string{"title": r.Title, "area": r.Area, "content": r.Content, "starts_on": day(r.StartsOn), "ends_on": day(r.EndsOn)}
	case PartIndicators:
		r := p.Indicators[row]
		form = map[string]string{"name": r.Name, "formula": r.Formula, "unit": r.Unit, "baseline": r.Baseline, "target": r.Target, "evidence": r.Evidence}
	}
	if form[cell] == "" {
		return "(비어 있음)"
	}
	return form[cell]
}

// PlanAt reads the version that was handed in as no, with no 0 the draft as it
// stands. It asks for no permission.
func PlanAt(ctx context.Context, tx *work.Tx, a Application, no int) (Plan, error) {
	if no != 0 {
		s, err := submission(ctx, tx, sqlSubmissionNo, a.ID, no)
		return s.Content, err
	}
	r, err := rulesOf(ctx, tx, a)
	if err != nil {
		return Plan{}, err
	}
	return readPlan(ctx, tx, a, r.Form)
}
