package web_test

import (
	"fmt"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

// grid opens the budget of a draft of 8 lines, which is a form of 11.
func grid(t *testing.T) (*browsertest.Browser, applicationSite, application.ID) {
	t.Helper()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Officer))
	b.Open(fmt.Sprintf("/applications/%d/plan/lines", a.ID))
	return b, s, a.ID
}

func focused(b *browsertest.Browser) string {
	return browsertest.Eval[string](b, `document.activeElement.name || ""`)
}

// paste pastes a text where the focus is, as the browser does from the clipboard.
func paste(b *browsertest.Browser, text string) {
	browsertest.Eval[bool](b, fmt.Sprintf(`(() => { const data = new DataTransfer(); data.setData("text/plain", %q);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); return true; })()`, text))
}

func rowText(b *browsertest.Browser, row int) string {
	return browsertest.Eval[string](b, fmt.Sprintf(`[...document.querySelectorAll("table.grid tbody tr")[%d].querySelectorAll("input.cell")].map((c) => c.value).join("|")`, row))
}

func shows(b *browsertest.Browser, output, text string) {
	b.Wait(fmt.Sprintf(`document.querySelector('[data-output="%s"]').textContent === %q`, output, text))
}

// TestGridByKeyboard moves, types, fills down and rearranges without a mouse; the
// server's figures follow.
func TestGridByKeyboard(t *testing.T) {
	t.Parallel()
	b, _, _ := grid(t)
	b.Focus("#f-lines-0-national")
	for _, step := range []struct{ keys, want string }{
		{browsertest.Enter, "lines.1.national"}, {browsertest.Down, "lines.2.national"}, {browsertest.Up, "lines.1.national"},
		{browsertest.Right, "lines.1.sido"}, {browsertest.Left, "lines.1.national"},
		{browsertest.F2, "lines.1.national"}, {browsertest.Left, "lines.1.national"}, {browsertest.Right, "lines.1.national"}, // within the text
		{browsertest.Right, "lines.1.sido"}, {browsertest.Tab, "lines.1.sigungu"},
	} {
		if b.Press(step.keys); focused(b) != step.want {
			t.Fatalf("after %q the focus is at %s, want %s", step.keys, focused(b), step.want)
		}
	}
	b.Chord(browsertest.Shift, browsertest.Enter)
	b.Focus("#f-lines-1-description")
	b.Press("홍보물")
	b.Press(browsertest.Escape)
	if got := b.Value("#f-lines-1-description"); got != "표본 예산" {
		t.Errorf("Escape leaves %q", got)
	}
	// A new line, its code found by name; Enter on the last row adds one more.
	b.Focus("#f-lines-10-code")
	b.Press("피복")
	b.Wait(`document.querySelector("#code-list").matches(":popover-open") && document.activeElement.getAttribute("aria-activedescendant")`)
	b.Axe()
	b.Press(browsertest.Enter)
	if got := b.Value("#f-lines-10-code") + b.Text(`tr:nth-child(11) [data-code-name]`); got != "210-03운영비 · 피복비" {
		t.Errorf("the list gave %q", got)
	}
	if n := b.Count("table.grid tbody tr"); n != 12 || focused(b) != "lines.11.code" {
		t.Errorf("%d rows, the focus at %s", n, focused(b))
	}
	// A code of the other set is there to be read, not to be taken.
	b.Press("202-01")
	b.Press(browsertest.Down)
	b.Press(browsertest.Enter)
	b.See("202-01 국내여비 과목은 참고용이라 고를 수 없습니다. 이름이 같은 220-01 과목을 고르십시오.")
	b.Press(browsertest.Escape) // closes the list
	b.Press(browsertest.Escape) // undoes the cell
	if got := b.Value("#f-lines-11-code"); got != "" || b.Count("#code-list:popover-open") != 0 {
		t.Errorf("after Escape the cell holds %q", got)
	}
	b.Focus("#f-lines-10-unit_price")
	b.Press("1000\t2\t5")
	if got := b.Text(`[data-output="lines.10.total"]`) + b.Text(`[data-output="lines.10.off"]`); got != "10,000차액 10,000원" {
		t.Errorf("while typing the row shows %q", got)
	}
	shows(b, "off.total", "차액 10,000원") // comes from the server
	b.See("자동 저장됨")
	b.Focus("#f-lines-10-description")
	b.Chord(browsertest.Ctrl, "d")
	b.See("윗줄의 값을 채웠습니다.")
	b.Focus("#f-lines-10-code")
	b.Chord(browsertest.Alt, browsertest.Up)
	if focused(b) != "lines.9.code" || b.Value("#f-lines-9-code") != "210-03" || b.Value("#f-lines-10-code") != "" {
		t.Errorf("Alt+↑ leaves the focus at %s on %q", focused(b), b.Value("#f-lines-9-code"))
	}
	b.See("11번째 줄을 10번째로 옮겼습니다.")
	shows(b, "lines.9.off", "차액 10,000원")
	b.Axe()
}

// TestGridPastes puts a block of a spreadsheet in, more rows than there are, with
// figures as people and spreadsheets write them, and takes it back.
func TestGridPastes(t *testing.T) {
	t.Parallel()
	b, s, id := grid(t)
	b.Focus("#f-lines-8-code")
	before := rowText(b, 8)
	paste(b, strings.Join([]string{
		"일반수용비\t\"현수막\n\"\"봄\"\" 행사\"\t1,000\t2\t1\t1000\t１，０００\t-\t ₩0원 \t넘침",
		"210-07\t임차료\t₩3,000원\t1\t1\t1,500\t1500\t\t",
		"없는 과목\t\t\t\t\t7\t7\t\t",
	}, "\r\n")+"\r\n")
	for row, want := range map[int]string{
		8: "210-01|현수막 \"봄\" 행사|1,000|2|1|1,000|1,000|0|0", 9: "210-07|임차료|3,000|1|1|1,500|1,500||", 10: "없는 과목|||||7|7||",
	} {
		if got := rowText(b, row); got != want {
			t.Errorf("row %d is %q, want %q", row, got, want)
		}
	}
	b.See("3줄을 붙여넣었습니다.")
	b.See("오른쪽 밖으로 나간 1칸은 넣지 않았습니다.")
	b.Wait(`document.querySelector("#f-lines-10-code-error")?.textContent.includes("목록에서 골라")`)
	b.Axe()
	b.Fill("#f-lines-10-code", "220-01")
	b.Wait(`document.querySelector("[data-autosave-status]").textContent.startsWith("자동 저장됨") && !document.querySelector("#f-lines-10-code-error")`)
	if lines := s.lines(t, id); len(lines) != 11 || lines[8].Description != `현수막 "봄" 행사` || lines[9].Amounts.Total() != money.Must(3_000) {
		t.Errorf("%d lines are stored: %+v", len(lines), lines[8:])
	}
	b.Focus("#f-lines-10-national")
	paste(b, strings.Repeat("5\n", 400))
	b.See("290줄을 붙여넣었습니다. 300줄까지 적을 수 있어 110줄은 넣지 않았습니다.")
	b.Click("[data-grid-undo]")
	if n := b.Count("table.grid tbody tr"); n != 11 || rowText(b, 10) != "220-01|||||7|7||" {
		t.Errorf("taken back: %d rows, %q; at first it was %q", n, rowText(b, 10), before)
	}
	b.Wait(`document.querySelector('[data-output="lines.10.total"]').textContent === "14"`)
}

// TestGridOf300Lines: with as many lines as there may be, one cell is typed and the
// server's totals follow.
func TestGridOf300Lines(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	lines := make([]application.BudgetLine, application.MaxLines)
	for i := range lines {
		lines[i] = application.BudgetLine{Code: "210-01", Description: fmt.Sprint("내역 ", i+1), Amounts: money.BySource{National: money.Must(100_000), Sido: money.Must(100_000)}}
	}
	if _, err := s.apps.SaveLines(t.Context(), s.Officer, a.ID, 1, lines, false); err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, s.For(s.Officer))
	b.Open(fmt.Sprintf("/applications/%d/plan/lines", a.ID))
	b.Focus("#f-lines-150-national")
	b.Press("100001")
	if got := b.Text(`[data-output="lines.150.total"]`); got != "200,001" {
		t.Errorf("while typing the row shows %q", got)
	}
	shows(b, "sum.national", "30,000,001")
	shows(b, "off.national", "차액 1원")
	shows(b, "off.sido", "차액 -1원")
	b.Focus("#f-lines-299-code")
	b.Press(browsertest.Enter)
	if n := b.Count("table.grid tbody tr"); n != 300 {
		t.Errorf("%d rows", n)
	}
	b.Focus("#f-lines-0-code")
	b.Chord(browsertest.Alt, browsertest.Down)
	b.See("1번째 줄을 2번째로 옮겼습니다.")
	shows(b, "sum.total", "60,000,001")
}

// TestGridUnits switches the unit by its button, fills one line, and reads what the
// page says of the won that cannot be divided, on a telephone.
func TestGridUnits(t *testing.T) {
	t.Parallel()
	b, s, id := grid(t)
	b.Width(browsertest.Phone)
	b.Fill("#f-lines-0-unit_price", "5,000,001")
	b.Follow(`button[value="fill.0"]`)
	b.See("저장했습니다.")
	b.See("버린 끝수는 시도비에서 부담합니다.")
	if focused(b) != "lines.0.national" {
		t.Errorf("after filling one line the focus is at %q", focused(b))
	}
	b.Follow(`button[value="unit.1000"]`)
	b.See("단위: 천원")
	if got := b.Value("#f-lines-0-unit_price") + " " + b.Value("#f-lines-1-unit_price"); got != "5,000,001원 66,453" {
		t.Errorf("in 천원: %q", got)
	}
	b.Axe()
	b.Fits()
	b.SmallTargets()
	picture(t, b, "grid-phone-thousand")
	b.Focus("#f-lines-1-unit_price")
	b.Press("66,453.5")
	if got := b.Text(`[data-output="lines.1.off"]`); got != "차액 500원" {
		t.Errorf("half a thousand more is %q", got)
	}
	b.Press(browsertest.Tab)
	if got := b.Value("#f-lines-1-unit_price"); got != "66,453,500원" {
		t.Errorf("66,453.5천원 is written %q", got)
	}
	b.Follow(`button[value="propose"]`)
	b.See("저장했습니다.")
	b.See("단위: 천원")
	if lines := s.lines(t, id); lines[1].UnitPrice.Int64() != 66_453_500 || lines[0].UnitPrice.Int64() != 5_000_001 {
		t.Errorf("stored %s and %s", lines[0].UnitPrice, lines[1].UnitPrice)
	}
	b.Width(browsertest.Desk)
	picture(t, b, "grid-desk-thousand")
}

// TestGridWithoutScript does the same by buttons alone.
func TestGridWithoutScript(t *testing.T) {
	t.Parallel()
	b, s, id := grid(t)
	b.NoJS()
	b.Open(fmt.Sprintf("/applications/%d/plan/lines", id))
	b.Type("#f-lines-8-code", "210-03")
	b.Type("#f-lines-8-unit_price", "₩1,001원")
	b.Type("#f-lines-8-quantity", "1")
	b.Type("#f-lines-8-times", "1")
	b.Follow(`button[value="up.8"]`)
	b.Follow(`button[value="copy.7"]`)
	b.Follow(`button[value="delete.0"]`)
	b.Follow(`button[value="propose"]`)
	b.See("저장했습니다.")
	lines := s.lines(t, id)
	if len(lines) != 9 || lines[6].Code != "210-03" || lines[7].Code != "210-03" || lines[8].Code != "320-09" || lines[0].Code != "210-01" {
		t.Fatalf("stored: %+v", lines)
	}
	if sum := (application.Plan{Lines: lines}).Totals(); sum != s.call.Matching.Propose(sum.Total()) {
		t.Errorf("the sources are %+v", sum)
	}
}
