package pdf

import (
	"fmt"
	"io"
	"strings"
	"time"

	"eoul/pkg/korean"
	"eoul/pkg/money"
)

// Outcome is the 결과 통지서 of a selection to one government.
type Outcome struct {
	Number     string
	IssuedOn   string // as official papers write a day
	Ministry   string
	Government string
	Title      string
	Call       string
	Result     string // 선정, 예비 or 탈락
	Body       string // lines of text
	Amounts    *money.BySource
	Points     []OutcomePoints
	Mean       string
	Bonus      string
	Total      string
	Floor      string // which floor was not reached, or empty
	Reason     string
	SHA256     string // of the letter's content
	At         time.Time
	Demo       bool // the facts are made up and the letter says so
}

// OutcomePoints is the mean of one criterion beside its maximum.
type OutcomePoints struct{ Title, Max, Mean string }

// Outcomes writes letters one after another, each from a page of its own. Equal
// letters give equal bytes.
func (p *Press) Outcomes(w io.Writer, letters []Outcome) error {
	if len(letters) == 0 {
		return fmt.Errorf("no letters to write")
	}
	l := p.start("결과 통지서 "+letters[0].Number, letters[0].At.UTC())
	for i, o := range letters {
		if i > 0 {
			l.page()
		}
		o.write(l)
	}
	foot := "어울 · 결과 통지서 " + letters[0].Number
	if n := len(letters); n > 1 {
		foot += fmt.Sprintf(" 외 %d건", n-1)
	}
	return l.finish(w, foot)
}

func (o Outcome) write(l *letter) {
	if o.Demo {
		l.font(sizeSmall)
		l.centred(top-24, "시연용 가상 자료입니다. 실제로 통지한 것이 아닙니다.")
	}
	l.font(sizeTitle)
	l.centred(l.y, o.Ministry)
	l.y += 58
	l.rule(l.y, 1.2)
	l.fact("수신", o.Government)
	l.fact("문서번호", o.Number+" ("+o.IssuedOn+")")
	l.fact("제목", o.Call+" "+o.Result+" 통지")
	l.fact("사업명", o.Title)
	l.y += 14
	l.font(sizeText)
	for _, line := range strings.Split(o.Body, "\n") {
		indent := float64(len(line)-len(strings.TrimLeft(line, " "))) * 4
		lines := l.wrap(line, width-indent)
		l.room(l.height(len(lines)))
		l.y += l.block(side+indent, l.y, lines) + 3
	}
	l.y += 14
	l.rule(l.y, 0.8)
	if o.Amounts != nil {
		l.fact("선정 금액", korean.AmountWithWords(o.Amounts.Total()))
		l.sources(*o.Amounts)
	}
	for _, p := range o.Points {
		l.pair(p.Title+" ("+p.Max+"점)", p.Mean+"점")
	}
	l.pair("평균", o.Mean+"점")
	l.pair("가점·감점", o.Bonus+"점")
	l.pair("총점", o.Total+"점")
	if o.Floor != "" {
		l.fact("과락", o.Floor)
	}
	if o.Reason != "" {
		l.fact("사유", o.Reason)
	}
	l.font(sizeSmall)
	l.room(sizeSmall * leading * 2)
	l.y += 8
	l.at(side, l.y, "내용 확인값 SHA-256 "+o.SHA256)
	l.y += sizeSmall * leading
}

// pair is a row of words on the left and a figure on the right.
func (l *letter) pair(label, figure string) {
	l.font(sizeText)
	lines := l.wrap(label, width-90)
	h := l.height(len(lines)) + padding
	l.room(h)
	l.block(side+4, l.y+padding/2, lines)
	l.right(side, width-4, l.y+padding/2, figure)
	l.y += h
	l.rule(l.y, 0.3)
}
