package web_test

import (
	"fmt"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
)

// TestApplicationLook opens every page of an application at both widths.
func TestApplicationLook(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	draft := fixture.Drafted(t, s.db, s.call, s.Officer)
	done := fixture.HandedIn(t, s.db, s.call, s.Officer2)
	d, h := fmt.Sprintf("/applications/%d", draft.ID), fmt.Sprintf("/applications/%d", done.ID)
	mine := []string{"/applications", fmt.Sprintf("/applications/new?call=%d", s.call.ID), d, d + "/plan", d + "/check"}
	for _, part := range []string{"title", "section.overview", "lines", "deliberation", "partners", "activities", "indicators", "attachments"} {
		mine = append(mine, d+"/plan/"+part)
	}
	look(t, browsertest.New(t, s.For(s.Officer)), "mine", mine)
	look(t, browsertest.New(t, s.For(s.Province)), "city", []string{h, h + "/endorse", h + "/submissions/1", h + "/receipt"})
}

// TestBudgetInABrowser types a line, lets the ratio fill the sources, makes a mistake
// and corrects it, with the row's amount following the keys.
func TestBudgetInABrowser(t *testing.T) {
	t.Parallel()
	b, _, _ := grid(t)
	b.Fill("#f-lines-8-code", "210-03")
	b.Type("#f-lines-8-unit_price", "5000")
	b.Type("#f-lines-8-quantity", "2")
	b.Type("#f-lines-8-national", "9000")
	if got := b.Text("tr:nth-child(9) .sum output"); got != "–" {
		t.Errorf("with half a basis the row shows %q", got)
	}
	b.Follow(`.form-actions button[value="save"]`)
	b.See("횟수는 0부터")
	b.Axe()
	b.Fill("#f-lines-8-times", "1")
	b.Follow(`button[value="propose"]`)
	b.See("저장했습니다.")
	b.See("10,000원 넘음")
	b.See("피복비")
	if got := b.Value("#f-lines-8-national"); got != "5,000" {
		t.Errorf("the ratio gives %q of 10,000", got)
	}
	browsertest.Eval[bool](b, `(() => { document.querySelector("select[name=more]").value = "5"; return true; })()`)
	b.Click(`button[value="add"]`)
	if n := b.Count("tr[data-line]"); n != 9+3+5 || focused(b) != "lines.12.code" {
		t.Errorf("%d rows after adding, the focus at %s", n, focused(b))
	}
}
