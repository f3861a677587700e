package planbook

import (
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
)

// guide is the text of the first sheet.
func guide(w application.Workspace) []string {
	out := []string{
		w.Call.Title + " · " + w.GovernmentName,
		fmt.Sprintf("신청서 %s의 지금까지 작성한 내용이 들어 있습니다. 이 신청서에만 올릴 수 있습니다.", w.Number),
		"# 쓰는 순서",
		"1. 흰 칸에 내용을 적습니다. 회색 칸(제목, 합계, 자동 계산)은 잠겨 있습니다.",
		"2. 파일을 저장한 뒤 어울의 ‘엑셀로 작성’ 화면에서 올립니다. 올리면 먼저 확인만 합니다.",
		"3. 고칠 칸이 있으면 어느 시트 어느 칸인지 모두 알려 드리고, 그 칸을 칠한 같은 파일을 내려받을 수 있습니다.",
		"4. 바뀌는 내용을 확인하고 ‘반영’을 누르면 그때 저장합니다. 누르기 전에는 아무것도 바뀌지 않습니다.",
		"# 적는 법",
		"· 금액은 원 단위의 정수로 적습니다. 1,234,000처럼 쉼표를 넣어도 됩니다. 수식 대신 값을 적습니다.",
		"· 단가·수량·횟수를 적으면 그 곱이 재원의 합과 같아야 합니다. 모두 비우고 재원만 적어도 됩니다.",
		"· 날짜는 2026-05-01처럼 적습니다. 사업 기간은 " + period(w) + "입니다.",
		"· 비목·세목과 협약서는 목록에서 고릅니다. 목록은 ‘" + sheetLists + "’ 시트에 있습니다.",
		"· 줄을 지우려면 그 줄의 흰 칸을 모두 비웁니다. 빈 줄은 건너뜁니다. 칸을 병합하지 마십시오.",
		"· 시트를 지우면 그 부분은 그대로 둡니다. 제목 줄은 지우거나 고치지 마십시오.",
		"# 예산 기준",
		"· 과목 체계: " + program.CodeSetLabel(w.Call.CodeSet),
		"· 총사업비 한도: " + w.Call.Cap.Comma() + "원",
	}
	for _, rule := range w.Call.Matching.Rules() {
		out = append(out, "· "+rule)
	}
	return append(out, "예산 기준에 맞지 않아도 저장할 수 있지만, 제출하려면 맞추어야 합니다.")
}

// advice is the line above a table.
func advice(part string, w application.Workspace) string {
	switch part {
	case application.PartLines:
		return fmt.Sprintf("단위: 원 · %d줄까지 · 단가 × 수량 × 횟수는 재원의 합과 같아야 합니다.", application.MaxLines)
	case application.PartPartners:
		return "사업자등록번호는 000-00-00000 형식입니다. 없으면 비워 둡니다."
	case application.PartActivities:
		return "사업 기간: " + period(w)
	}
	return "지표마다 목표값을 적습니다."
}

// lists are the choices of the drop-down lists, one column each.
type lists struct {
	titles []string
	values [][]string
	where  map[string]int // "lines.code" -> column
}

func choices(w application.Workspace) lists {
	l := lists{where: map[string]int{}}
	add := func(key, title string, values []string) {
		if len(values) > 0 {
			l.where[key] = len(l.titles)
			l.titles, l.values = append(l.titles, title), append(l.values, values)
		}
	}
	var codes []string
	for _, c := range w.Codes {
		if c.CodeSet == w.Call.CodeSet {
			codes = append(codes, codeLabel(c.Code, c.Name))
		}
	}
	add(application.PartLines+".code", "비목·세목 선택", codes)
	add(application.PartActivities+".area", "분야 선택", w.Call.Agenda)
	labels := fileLabels(w.Plan)
	var files []string
	for _, a := range w.Plan.Attachments {
		files = append(files, labels[a.DocumentID])
	}
	add(application.PartPartners+".document_id", "올린 파일", files)
	return l
}

// listsHead is the row of the heads of the lists; the first choice stands below.
const listsHead = 4

// at is the range of the choices of a field, empty without any.
func (l lists) at(part, field string) string {
	i, ok := l.where[part+"."+field]
	if !ok {
		return ""
	}
	letters := xlsx.Name(i+1, 1)
	letters = letters[:len(letters)-1]
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheetLists, letters, listsHead+1, letters, listsHead+len(l.values[i]))
}

// form is the sheet of the lists, all of it locked.
func (l lists) form() xlsx.Form {
	f := xlsx.Form{Name: sheetLists, Title: "선택 목록", Advice: []string{"다른 시트의 칸에서 골라 적는 값입니다."}}
	most := 0
	for i, title := range l.titles {
		f.Columns = append(f.Columns, xlsx.FormColumn{Title: title, Width: 36, Locked: true})
		most = max(most, len(l.values[i]))
	}
	for r := range most {
		row := make([]any, len(l.titles))
		for i, values := range l.values {
			if r < len(values) {
				row[i] = values[r]
			}
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}
