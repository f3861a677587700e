package application

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// carry makes of an earlier plan what the parts of a new one can take: texts under
// the same headings, partners without their old agreements, activities moved by the
// years between the calls, lines whose code is in force in the new call, indicators.
// What the committee decided and the files were of that year and stay there.
func carry(old Plan, was program.Form, r rules, codes []program.ExpenseCode) (parts []CopyPart, left []string) {
	parts = append(parts, carryTitle(old))
	texts, missed := carryTexts(old, r)
	parts = append(parts, texts...)
	parts = append(parts, carryActivities(old, r.FiscalYear-was.FiscalYear, r), carryPartners(old), carryLines(old, r, codes), carryIndicators(old))
	left = append(left, missed...)
	if old.Deliberation != nil {
		left = append(left, "사회적경제위원회 논의는 이번 사업으로 다시 거쳐야 하므로 가져오지 않습니다.")
	}
	if n := len(old.Attachments); n > 0 {
		names := make([]string, n)
		for i, a := range old.Attachments {
			names[i] = a.Name
			if a.Title != "" {
				names[i] = a.Title
			}
		}
		left = append(left, fmt.Sprintf("첨부서류 %d건은 다시 올려 주십시오: %s", n, strings.Join(slices.Compact(names), ", ")))
	}
	return parts, left
}

func carryTitle(old Plan) CopyPart {
	p := CopyPart{Part: PartTitle, Title: "사업명", edit: TitleEdit(old.Title)}
	if old.Title != "" {
		p.Rows = 1
	}
	return p
}

// numbered is the code of a heading that only says where it stood.
var numbered = regexp.MustCompile(`^section_[0-9]+$`)

// textUnder finds the text of an earlier plan that belongs under a heading: of the
// same code or, where the code only counts, of the same title.
func textUnder(old Plan, heading program.Section) (Section, bool) {
	for _, s := range old.Sections {
		if s.Kind == heading.Kind && (!numbered.MatchString(s.Kind) || s.Title == heading.Title) {
			return s, true
		}
	}
	for _, s := range old.Sections {
		if s.Title == heading.Title {
			return s, true
		}
	}
	return Section{}, false
}

func carryTexts(old Plan, r rules) (parts []CopyPart, missed []string) {
	taken := map[string]bool{}
	for _, heading := range r.Sections {
		p := CopyPart{Part: SectionPart(heading.Kind), Title: heading.Title}
		if text, ok := textUnder(old, heading); ok && text.Body != "" {
			taken[text.Kind] = true
			p.edit = SectionEdit(heading.Kind, text.Body)
			if n := utf8.RuneCountInString(text.Body); n > heading.MaxLength {
				p.Notes = append(p.Notes, fmt.Sprintf("지난 글이 %d자로 이 공모의 한도 %d자를 넘어 가져오지 않습니다. 줄여서 적어 주십시오.", n, heading.MaxLength))
			} else {
				p.Rows = 1
			}
		}
		parts = append(parts, p)
	}
	for _, s := range old.Sections {
		if s.Body != "" && !taken[s.Kind] {
			missed = append(missed, "‘"+s.Title+"’ 항목은 이 공모에 없어 가져오지 않습니다.")
		}
	}
	return parts, missed
}

func carryPartners(old Plan) CopyPart {
	p := CopyPart{Part: PartPartners, Title: "협업기관", Rows: len(old.Partners)}
	agreed := 0
	rows := make([]Partner, len(old.Partners))
	for i, partner := range old.Partners {
		rows[i] = Partner{Name: partner.Name, BusinessNo: partner.BusinessNo, Role: partner.Role}
		if rows[i] != partner {
			agreed++
		}
	}
	if agreed > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d곳의 협약일과 협약서는 가져오지 않습니다. 이번 협약으로 다시 적어 주십시오.", agreed))
	}
	p.edit = PartnersEdit(rows)
	return p
}

// carryActivities moves the days by whole years. Those that then lie outside the
// project period are taken too: the task list marks them until somebody moves them.
func carryActivities(old Plan, years int, r rules) CopyPart {
	p := CopyPart{Part: PartActivities, Title: "세부사업·추진일정", Rows: len(old.Activities)}
	rows, beyond := slices.Clone(old.Activities), []string{}
	for i := range rows {
		rows[i].StartsOn, rows[i].EndsOn = yearsLater(rows[i].StartsOn, years), yearsLater(rows[i].EndsOn, years)
		if outside(rows[i], r.Call) != "" {
			beyond = append(beyond, rows[i].Title)
		}
	}
	if years != 0 && len(rows) > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("날짜를 %d년 옮겼습니다. 요일과 공휴일을 확인해 주십시오.", years))
	}
	if len(beyond) > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d개가 사업 기간(%s ~ %s) 밖에 있습니다. 날짜를 고쳐 주십시오: %s",
			len(beyond), r.Call.ProjectFrom.Korean(), r.Call.ProjectTo.Korean(), strings.Join(beyond, ", ")))
	}
	p.edit = Edit{PartActivities, func(context.Context, *work.Tx, Application, rules) (Plan, error) { return Plan{Activities: rows}, nil },
		ActivitiesEdit(rows).write}
	return p
}

// yearsLater is the same day of another year; 29 February becomes the 28th.
func yearsLater(d calendar.Date, years int) calendar.Date {
	if d.IsZero() {
		return d
	}
	if later, err := calendar.Of(d.Year()+years, d.Month(), d.Day()); err == nil {
		return later
	}
	return calendar.Must(d.Year()+years, time.February, 28)
}

func carryLines(old Plan, r rules, codes []program.ExpenseCode) CopyPart {
	p := CopyPart{Part: PartLines, Title: "예산"}
	inForce := make(map[string]bool, len(codes))
	for _, c := range codes {
		inForce[c.Code] = true
	}
	var rows []BudgetLine
	var dropped []string
	for _, l := range old.Lines {
		if l.CodeSet == r.CodeSet && inForce[l.Code] {
			rows = append(rows, l)
			continue
		}
		dropped = append(dropped, strings.TrimSpace(fmt.Sprintf("%s %s", l.Code, l.CodeName))+" "+l.Amounts.Total().Comma()+"원")
	}
	if len(dropped) > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("이 공모의 예산 과목(%s)에 없거나 지금 쓰지 않는 %d줄은 가져오지 않습니다: %s",
			program.CodeSetLabel(r.CodeSet), len(dropped), strings.Join(dropped, ", ")))
	}
	if p.Rows = len(rows); p.Rows > 0 {
		p.Notes = append(p.Notes, "금액은 지난 계획의 금액입니다. 매칭 기준과 한도에 맞게 고쳐 주십시오.")
	}
	p.edit = LinesEdit(Budget{Lines: rows, Fill: FillNone})
	return p
}

func carryIndicators(old Plan) CopyPart {
	p := CopyPart{Part: PartIndicators, Title: "성과지표", Rows: len(old.Indicators), edit: IndicatorsEdit(slices.Clone(old.Indicators))}
	if p.Rows > 0 {
		p.Notes = append(p.Notes, "기준값과 목표값은 지난 계획의 값입니다. 확인해 주십시오.")
	}
	return p
}

// written tells whether a part of a draft has something in it.
func written(p Plan, part string) bool {
	if kind, ok := strings.CutPrefix(part, sectionPrefix); ok {
		return p.Section(kind) != ""
	}
	switch part {
	case PartTitle:
		return p.Title != ""
	case PartActivities:
		return len(p.Activities) > 0
	case PartPartners:
		return len(p.Partners) > 0
	case PartLines:
		return len(p.Lines) > 0
	case PartIndicators:
		return len(p.Indicators) > 0
	}
	return false
}
