package pdf_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"eoul/pkg/money"
	"eoul/pkg/report/pdf"
)

func outcome(no string) pdf.Outcome {
	return pdf.Outcome{
		Number: "2026-001-통지-" + no, IssuedOn: "2026. 3. 2.", Ministry: "가상부", Government: "가람도 나루군", Title: "어울림 시장 만들기", Call: "어울림 사업 공모", Result: "선정",
		Body:    "1. 선정되었음을 알려 드립니다.\n  가. 선정 금액: 금100,000,000원(금일억원)\n2. " + strings.Repeat("교부신청을 해 주시기 바랍니다. ", 12) + " 끝.",
		Amounts: &money.BySource{National: money.Must(50_000_000), Sido: money.Must(50_000_000)},
		Points:  []pdf.OutcomePoints{{"사업 필요성·지역현안 적합성", "20", "18.50"}, {"민관 협업체계", "25", "22.33"}},
		Mean:    "86.00", Bonus: "3.00", Total: "89.00", Reason: "예산 범위 조정", SHA256: strings.Repeat("ab", 32),
		At: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC),
	}
}

// TestOutcomes: what another program reads in the file is the letter, each on a page of
// its own, and the same letters give the same bytes.
func TestOutcomes(t *testing.T) {
	letters := []pdf.Outcome{outcome("001"), outcome("002")}
	var first, second bytes.Buffer
	if err := new(pdf.Press).Outcomes(&first, letters); err != nil {
		t.Fatal(err)
	}
	if err := new(pdf.Press).Outcomes(&second, letters); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Fatalf("the same letters give other bytes (%v)", err)
	}
	if err := new(pdf.Press).Outcomes(&second, nil); err == nil {
		t.Error("no letters are a file")
	}
	pages := strings.Split(strings.TrimSuffix(text(t, first.Bytes()), "\f"), "\f")
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, no := range []string{"001", "002"} {
		for _, part := range []string{"가상부", "가람도 나루군", "2026-001-통지-" + no, "선정 통지", "금일억원", "50,000,000", "22.33점", "89.00점", "예산 범위 조정", letters[i].SHA256} {
			if !strings.Contains(pages[i], part) {
				t.Errorf("page %d lacks %q:\n%s", i+1, part, pages[i])
			}
		}
	}
}

// TestPressIsShared: whatever a press has written before, and whoever writes with it at
// the same time, a letter is the one that a new press writes.
func TestPressIsShared(t *testing.T) {
	var alone bytes.Buffer
	if err := new(pdf.Press).Outcomes(&alone, []pdf.Outcome{outcome("001")}); err != nil {
		t.Fatal(err)
	}
	var shared pdf.Press
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 3 {
				var other, same bytes.Buffer
				err := shared.Receipt(&other, sample(2))
				if err = errors.Join(err, shared.Outcomes(&same, []pdf.Outcome{outcome("001")})); err != nil || !bytes.Equal(alone.Bytes(), same.Bytes()) {
					t.Errorf("a shared press writes another letter (%v)", err)
				}
			}
		})
	}
	group.Wait()
}

// BenchmarkLetter is one letter of many, as in a ZIP.
func BenchmarkLetter(b *testing.B) {
	var press pdf.Press
	letters := []pdf.Outcome{outcome("001")}
	for b.Loop() {
		if err := press.Outcomes(io.Discard, letters); err != nil {
			b.Fatal(err)
		}
	}
}
