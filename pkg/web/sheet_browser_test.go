package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
)

// TestScoringSavesItself: what a reviewer types is on the server a moment later, what
// is wrong is named at its field and keeps the rest from nothing, and a file of the
// plan opens beside the sheet.
func TestScoringSavesItself(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Assigned(t, s.db, s.Company, s.call, 3)
	me := s.Reviewers[0]
	task := fixture.Tasks(t, s.db, me)[0]
	fixture.Declared(t, s.db, me, task.ID)
	desk := fmt.Sprintf("/assignments/%d", task.ID)
	var beside atomic.Bool
	ours := s.For(me)
	b := browsertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/view") && r.Header.Get("Sec-Fetch-Dest") == "iframe" {
			beside.Store(true)
		}
		ours.ServeHTTP(w, r)
	}))
	b.Open(desk)
	b.Fill("#f-scores-0-points", "8.5")
	b.Fill("#f-scores-0-justification", "계획이 뚜렷합니다.")
	b.Fill("#f-scores-1-points", "천 점")
	b.See("소수점 아래 두 자리까지 적어 주십시오.")
	b.See("오류 1건")
	b.See("채점하지 않은 항목 5개")
	if got := b.Text(`[data-output="total"]`); got != "8.50" {
		t.Errorf("the sum is %q", got)
	}
	b.Axe()
	picture(t, b, "scoring-mistake")
	b.Fill("#f-scores-1-points", "3")
	b.Wait(`!document.querySelector("#f-scores-1-points[aria-invalid]")`)
	b.Wait(`document.querySelector('[data-output="total"]').textContent === "11.50"`)
	b.Open(desk)
	if got := b.Value("#f-scores-0-justification"); got != "계획이 뚜렷합니다." {
		t.Errorf("after coming back the words are %q", got)
	}

	b.Click(".beside > summary")
	b.Click(".beside-files a")
	for until := time.Now().Add(10 * time.Second); !beside.Load(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the file was not asked for beside the sheet")
		}
	}
	if got := b.Path(); got != desk {
		t.Errorf("opening a file leads to %s", got)
	}
	b.Axe()
	picture(t, b, "scoring-beside")
	b.Click(`.plan-way a[href="#plan-lines"]`)
	b.Wait(`Math.abs(document.querySelector("#plan-lines").getBoundingClientRect().top) < 200`)
	for _, px := range []int64{browsertest.Phone, 820} {
		b.Width(px)
		b.Fits()
	}
}
