package web_test

import (
	"fmt"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/browsertest"
	"eoul/pkg/comment"
	"eoul/pkg/fixture"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// TestUnsentTextCanBeForbidden: on shared computers nothing waits in the browser; the
// page itself still tries again.
func TestUnsentTextCanBeForbidden(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	strict := webtest.New(t, web.Services{Work: s.db.Work, Applications: s.apps, Comments: &comment.Service{Work: s.db.Work}}, func(c *web.Config) { c.ForgetUnsent = true })
	b := browsertest.New(t, strict.For(s.Officer))
	b.Open(fmt.Sprintf("/applications/%d/plan/title", a.ID))
	b.Offline(true)
	b.Fill("#f-text", "남지 않는 이름")
	b.See("저장 실패. 연결되면 다시 시도합니다.")
	if n := browsertest.Eval[int](b, `Object.keys(localStorage).length`); n != 0 {
		t.Errorf("%d texts wait in the browser", n)
	}
	b.Offline(false)
	b.Wait(savedWords)
}

// TestPartsWithoutScripts: the buttons save, refuse and compare as the script does.
func TestPartsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Officer))
	b.NoJS()
	at := fmt.Sprintf("/applications/%d/plan/", a.ID)
	b.Open(at + "indicators")
	b.Fill("#f-indicators-1-name", "만족도")
	b.Follow(`.form-actions button[value="save"]`)
	b.See("이 항목을 적어 주십시오.")
	b.Open(at + "indicators")
	if got := b.Value("#f-indicators-1-name"); got != "만족도" {
		t.Errorf("after a refused save the name is %q", got)
	}
	b.Fill("#f-indicators-1-target", "90점")
	if _, err := s.apps.SaveIndicators(t.Context(), s.mate(), a.ID, 2, []application.Indicator{{Name: "방문객", Target: "5,000명"}}); err != nil {
		t.Fatal(err)
	}
	b.Follow(`.form-actions button[value="save"]`)
	b.See("5,000명")
	b.See("90점")
	b.Follow(".contrast .button-primary")
	b.See("저장했습니다.")
	if w := workspaceOf(t, s, a.ID); len(w.Plan.Indicators) != 2 || w.Plan.Indicators[1].Target != "90점" {
		t.Errorf("stored is %+v", w.Plan.Indicators)
	}
}

// TestCheckLeadsToTheField: each thing that stands against handing in is one key away
// from where it is put right.
func TestCheckLeadsToTheField(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a, err := s.apps.Create(t.Context(), s.Officer, s.call.ID, s.Naru, "")
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, s.For(s.Officer))
	check := fmt.Sprintf("/applications/%d/check", a.ID)
	for part, field := range map[string]string{"title": "f-text", "section.overview": "f-text", "indicators": "f-indicators-0-name", "deliberation": "f-committee", "lines": "f-lines-0-code"} {
		b.Open(check)
		b.Follow(fmt.Sprintf(`.summary-of-errors a[href*="/plan/%s#"]`, part))
		if got := browsertest.Eval[string](b, "document.activeElement.id"); got != field {
			t.Errorf("the problem of %s leads to %q, want %s", part, got, field)
		}
	}
	b.Open(check)
	b.See("13개 항목 가운데 12개가 남아 있습니다")
	b.Axe()
	b.Width(browsertest.Phone)
	b.Fits()
	b.SmallTargets()
	picture(t, b, "check-phone")
}
