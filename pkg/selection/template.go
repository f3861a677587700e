package selection

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"eoul/pkg/fault"
	"eoul/pkg/korean"
	"eoul/pkg/money"
)

// letterField is one thing a letter's text may name as {{name}}. only are the outcomes
// that have it; nil is all of them.
type letterField struct {
	name string
	only []Outcome
	of   func(Content) string
}

// letterFields are all fields, in the order they are offered.
func letterFields() []letterField {
	selected, reserve := []Outcome{Selected}, []Outcome{Reserve}
	amount := func(s money.Source) func(Content) string {
		return func(c Content) string { return c.Amounts.At(s).Comma() }
	}
	return []letterField{
		{"지자체명", nil, func(c Content) string { return c.GovernmentName }},
		{"사업명", nil, func(c Content) string { return c.Title }},
		{"접수번호", nil, func(c Content) string { return c.ReceiptNo }},
		{"부처명", nil, func(c Content) string { return c.Ministry }},
		{"공모명", nil, func(c Content) string { return c.CallTitle }},
		{"공모번호", nil, func(c Content) string { return c.CallNumber }},
		{"회계연도", nil, func(c Content) string { return fmt.Sprint(c.FiscalYear) }},
		{"문서번호", nil, func(c Content) string { return c.Number }},
		{"시행일", nil, func(c Content) string { return c.IssuedOn.Korean() }},
		{"결과", nil, func(c Content) string { return c.Outcome.Label() }},
		{"신청건수", nil, func(c Content) string { return fmt.Sprint(c.Applied) }},
		{"선정건수", nil, func(c Content) string { return fmt.Sprint(c.Selected) }},
		{"총점", nil, func(c Content) string { return c.Total.String() }},
		{"예비순번", reserve, func(c Content) string { return fmt.Sprint(c.Place) }},
		{"선정금액", selected, func(c Content) string { return c.Amounts.Total().Comma() }},
		{"선정금액_한글", selected, func(c Content) string { return korean.Words(c.Amounts.Total()) }},
		{"국비", selected, amount(money.National)},
		{"시도비", selected, amount(money.Sido)},
		{"시군구비", selected, amount(money.Sigungu)},
		{"자부담", selected, amount(money.Own)},
		{"사유", nil, func(c Content) string { return c.Reason }},
		{"이의신청기한", nil, func(c Content) string { return c.ObjectionOn.Korean() }},
	}
}

// LetterFields are the names that the text of an outcome's letter may use.
func LetterFields(o Outcome) (names []string) {
	for _, f := range letterFields() {
		if f.only == nil || slices.Contains(f.only, o) {
			names = append(names, f.name)
		}
	}
	return names
}

// maxBody bounds the text of a letter, in characters.
const maxBody = 5000

// piece is a stretch of a text: as it is, or the name of a field.
type piece struct {
	text  string
	field bool
	at    int // its first character in the text, in bytes
}

// parse cuts a text at its fields. open is the place of a {{ that nothing closes, or
// of a }} that nothing opens, -1 without one.
func parse(text string) (pieces []piece, open int) {
	for at := 0; at < len(text); {
		rest := text[at:]
		from, stray := strings.Index(rest, "{{"), strings.Index(rest, "}}")
		if stray >= 0 && (from < 0 || stray < from) {
			return pieces, at + stray
		}
		if from < 0 {
			return append(pieces, piece{text: rest, at: at}), -1
		}
		length := strings.Index(rest[from:], "}}")
		if length < 0 {
			return pieces, at + from
		}
		if from > 0 {
			pieces = append(pieces, piece{text: rest[:from], at: at})
		}
		name := strings.TrimSpace(rest[from+2 : from+length])
		pieces = append(pieces, piece{text: name, field: true, at: at + from})
		at += from + length + 2
	}
	return pieces, -1
}

// place names a byte of a text as a person counts: lines and characters from 1.
func place(text string, at int) string {
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
	return fmt.Sprintf("%d번째 줄 %d번째 글자", line, column)
}

// checkBody names every mistake of a letter's text, each with its place.
func checkBody(o Outcome, body string) error {
	f := fault.Fields{}
	body = strings.TrimSpace(body)
	if n := utf8.RuneCountInString(body); n == 0 || n > maxBody {
		f.Add("body", "통지서의 문안을 5,000자 안으로 적어 주십시오.")
		return f.Err()
	}
	pieces, open := parse(body)
	known := LetterFields(o)
	var wrong []string
	for _, p := range pieces {
		if p.field && !slices.Contains(known, p.text) {
			wrong = append(wrong, fmt.Sprintf("%s: {{%s}} 항목은 %s 통지서에 없습니다.", place(body, p.at), p.text, o.Label()))
		}
	}
	if open >= 0 {
		wrong = append(wrong, place(body, open)+": 중괄호의 짝이 맞지 않습니다.")
	}
	if len(wrong) > 0 {
		f.Add("body", strings.Join(wrong, " "))
	}
	return f.Err()
}

// write puts the facts of a letter into a text that checkBody found sound.
func write(body string, c Content) string {
	values := map[string]func(Content) string{}
	for _, f := range letterFields() {
		values[f.name] = f.of
	}
	pieces, _ := parse(body)
	var b strings.Builder
	for _, p := range pieces {
		if of := values[p.text]; p.field && of != nil {
			b.WriteString(of(c))
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// usualBody is the text of an outcome's letter while nobody wrote another.
func usualBody(o Outcome) string {
	const end = " 이 결과에 이의가 있으면 {{이의신청기한}}까지 이의신청할 수 있습니다.  끝."
	switch o {
	case Selected:
		return "1. {{공모명}}({{공모번호}})에 신청하신 ‘{{사업명}}’이(가) 선정되었음을 알려 드립니다.\n" +
			"  가. 선정 금액: 금{{선정금액}}원({{선정금액_한글}})\n" +
			"  나. 재원: 국비 {{국비}}원, 시도비 {{시도비}}원, 시군구비 {{시군구비}}원, 자부담 {{자부담}}원\n" +
			"2. 선정 금액에 맞추어 교부신청을 해 주시기 바랍니다.\n3." + end
	case Reserve:
		return "1. {{공모명}}({{공모번호}})에 신청하신 ‘{{사업명}}’이(가) 예비 {{예비순번}}번으로 정해졌음을 알려 드립니다.\n" +
			"2. 선정된 지자체가 선정을 포기하면 예비 순번대로 선정합니다.\n3." + end
	default:
		return "1. {{공모명}}({{공모번호}})에 신청하신 ‘{{사업명}}’이(가) 선정되지 않았음을 알려 드립니다. 신청 {{신청건수}}건 가운데 {{선정건수}}건이 선정되었습니다.\n" +
			"2. 함께 보내 드리는 평가 결과를 다음 신청에 참고하시기 바랍니다.\n3." + end
	}
}
