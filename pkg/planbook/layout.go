package planbook

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/application"
	"eoul/pkg/report/xlsx"
)

// What the hidden sheet says of a workbook.
const (
	template        = "eoul.plan"
	templateVersion = "1"
	sheetHidden     = "_eoul"
	sheetGuide      = "작성 안내"
	sheetLists      = "선택 목록"
)

// form tells how the text of a column is read.
type form int

const (
	plainText form = iota
	expenseCode
	wonAmount
	wholeNumber
	calendarDay
	attachedFile
)

// column is one column of a table. Field is its name in the messages of the rules;
// Ours is written by us and never read.
type column struct {
	Field, Title string
	Width        float64
	Form         form
	Sum, Ours    bool
	Also         []string // other headings people give it
}

// table is one part of the plan as a sheet.
type table struct {
	Part, Sheet, Title string
	Columns            []column
	Most               int // rows that can be filled in
}

// tables are the parts that a workbook holds, in the order of its sheets.
func tables() []table {
	return []table{
		{application.PartLines, "예산", "예산 편성 내역", []column{
			{Field: "code", Title: "비목·세목", Width: 30, Form: expenseCode, Also: []string{"세목", "예산과목", "편성목·통계목", "통계목"}},
			{Field: "description", Title: "내역", Width: 34},
			{Field: "unit_price", Title: "단가", Width: 15, Form: wonAmount},
			{Field: "quantity", Title: "수량", Width: 8, Form: wholeNumber},
			{Field: "times", Title: "횟수", Width: 8, Form: wholeNumber},
			{Field: "basis", Title: "산출금액", Width: 16, Form: wonAmount, Sum: true, Ours: true},
			{Field: "national", Title: "국비", Width: 16, Form: wonAmount, Sum: true},
			{Field: "sido", Title: "시도비", Width: 16, Form: wonAmount, Sum: true, Also: []string{"시·도비", "도비", "시비"}},
			{Field: "sigungu", Title: "시군구비", Width: 16, Form: wonAmount, Sum: true, Also: []string{"시·군·구비", "군비", "구비"}},
			{Field: "own", Title: "자부담", Width: 16, Form: wonAmount, Sum: true},
			{Field: "total", Title: "재원 합계", Width: 16, Form: wonAmount, Sum: true, Ours: true},
			{Field: "verdict", Title: "확인", Width: 12, Ours: true},
		}, application.MaxLines},
		{application.PartPartners, "협업기관", "협업기관", []column{
			{Field: "name", Title: "기관명", Width: 28, Also: []string{"협업기관", "협업기관명"}},
			{Field: "business_no", Title: "사업자등록번호", Width: 18, Also: []string{"사업자번호"}},
			{Field: "role", Title: "역할", Width: 50},
			{Field: "agreed_on", Title: "협약일", Width: 14, Form: calendarDay, Also: []string{"협약일자"}},
			{Field: "document_id", Title: "협약서", Width: 34, Form: attachedFile, Also: []string{"협약서 파일"}},
		}, 100},
		{application.PartActivities, "세부사업", "세부사업과 추진 일정", []column{
			{Field: "area", Title: "분야", Width: 18},
			{Field: "title", Title: "세부사업명", Width: 30, Also: []string{"세부사업"}},
			{Field: "content", Title: "내용", Width: 56},
			{Field: "starts_on", Title: "시작일", Width: 14, Form: calendarDay, Also: []string{"시작하는 날"}},
			{Field: "ends_on", Title: "종료일", Width: 14, Form: calendarDay, Also: []string{"끝나는 날"}},
		}, 100},
		{application.PartIndicators, "성과지표", "성과지표", []column{
			{Field: "name", Title: "지표명", Width: 28, Also: []string{"성과지표", "지표"}},
			{Field: "formula", Title: "산식", Width: 34, Also: []string{"측정산식"}},
			{Field: "unit", Title: "단위", Width: 10},
			{Field: "baseline", Title: "기준값", Width: 14},
			{Field: "target", Title: "목표값", Width: 14, Also: []string{"목표"}},
			{Field: "evidence", Title: "증빙", Width: 30, Also: []string{"증빙자료"}},
		}, 100},
	}
}

func tableOf(part string) table {
	for _, t := range tables() {
		if t.Part == part {
			return t
		}
	}
	return table{}
}

// at is the position of a field among the columns, counting from 0, −1 without it.
func (t table) at(field string) int {
	for i, c := range t.Columns {
		if c.Field == field {
			return i
		}
	}
	return -1
}

// letter is the letters of a field's column in our own workbook.
func (t table) letter(field string) string {
	return strings.TrimRight(xlsx.Name(t.at(field)+1, 1), "1")
}

// heading makes headings comparable: without blanks, dots, stars and what stands in
// brackets, in the composed form of Korean letters.
func heading(text string) string {
	text, _, _ = strings.Cut(norm.NFKC.String(text), "(")
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("·ㆍ・*-_/", r) {
			return -1
		}
		return r
	}, text)
}

// named is the column of a heading.
func (t table) named(text string) (int, bool) {
	text = heading(text)
	for i, c := range t.Columns {
		if text == heading(c.Title) {
			return i, true
		}
		for _, also := range c.Also {
			if text == heading(also) {
				return i, true
			}
		}
	}
	return 0, false
}
