package pdf

import (
	"fmt"
	"io"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/korean"
	"eoul/pkg/money"
)

// Receipt is the 접수증 of one version of a plan that was handed in. Every fact is that
// of the submission, never of the draft.
type Receipt struct {
	Number      string // 접수 번호
	CallNumber  string
	CallTitle   string
	Government  string // as it was called when it applied
	Title       string
	No          int       // of the submission
	SubmittedAt time.Time // database clock
	Totals      money.BySource
	SHA256      string // of the canonical JSON of the plan
	Files       []ReceiptFile
	Demo        bool // the facts are made up and the letter says so
}

// ReceiptFile is one attachment.
type ReceiptFile struct{ Title, Name, Size, SHA256 string }

// Receipt writes one receipt. Equal receipts give equal bytes.
func (p *Press) Receipt(w io.Writer, r Receipt) error {
	l := p.start("접수증 "+r.Number, r.SubmittedAt.UTC())
	if r.Demo {
		l.font(sizeSmall)
		l.centred(top-24, "시연용 가상 자료입니다. 실제로 접수한 것이 아닙니다.")
	}
	l.font(sizeTitle)
	l.centred(l.y, "접 수 증")
	l.y += 58
	l.rule(l.y, 1.2)
	l.fact("접수 번호", r.Number)
	l.fact("공모", fmt.Sprintf("%s (%s)", r.CallTitle, r.CallNumber))
	l.fact("신청 지자체", r.Government)
	l.fact("사업명", r.Title)
	l.fact("제출본", fmt.Sprintf("제출본 %d", r.No))
	l.fact("제출 시각", korTime(r.SubmittedAt))
	l.fact("총사업비", korean.AmountWithWords(r.Totals.Total()))
	l.sources(r.Totals)
	l.fact("내용 확인값", "SHA-256 "+r.SHA256)
	l.files(r.Files)
	l.y += 18
	l.font(sizeText)
	l.room(l.height(3))
	l.y += l.block(side, l.y, l.wrap("위와 같이 사업계획서가 제출되었음을 확인합니다. 내용 확인값은 제출한 계획서의 내용(정규 JSON)에서 계산한 것으로, "+
		"계획서가 한 글자라도 다르면 달라집니다.", width))
	return l.finish(w, "어울 · 접수증 "+r.Number+" · 제출본 "+fmt.Sprint(r.No))
}

// korTime is an instant to the second, as it is said in Korea.
func korTime(at time.Time) string {
	at = at.In(calendar.KST)
	return fmt.Sprintf("%d년 %d월 %d일 %02d시 %02d분 %02d초 (한국 표준시)", at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second())
}

// sources is a table of the four sources and their sum, in won.
func (l *letter) sources(b money.BySource) {
	heads, amounts := []string{}, []string{}
	for _, s := range money.Sources() {
		heads, amounts = append(heads, s.Label()+"(원)"), append(amounts, b.At(s).Comma())
	}
	heads, amounts = append(heads, "합계(원)"), append(amounts, b.Total().Comma())
	l.font(sizeText)
	h := l.height(2) + 3*padding
	l.room(h)
	column := width / float64(len(heads))
	for i := range heads {
		x := side + float64(i)*column
		l.right(x, column-4, l.y+padding, heads[i])
		l.right(x, column-4, l.y+l.height(1)+2*padding, amounts[i])
	}
	l.y += h
	l.rule(l.y, 0.4)
}

// files is the list of attachments, each with its checksum in a line of its own.
func (l *letter) files(files []ReceiptFile) {
	if len(files) == 0 {
		l.fact("첨부서류", "없음")
		return
	}
	l.fact("첨부서류", fmt.Sprintf("%d개", len(files)))
	for i, f := range files {
		title := f.Title
		if title == "" {
			title = "기타"
		}
		l.font(sizeText)
		lines := l.wrap(fmt.Sprintf("%d. %s: %s (%s)", i+1, title, f.Name, f.Size), width-8)
		h := l.height(len(lines)) + sizeSmall*leading + 2*padding
		l.room(h)
		y := l.y + padding
		y += l.block(side+4, y, lines)
		l.font(sizeSmall)
		l.at(side+18, y, "SHA-256 "+f.SHA256)
		l.y += h
		l.rule(l.y, 0.4)
	}
}
