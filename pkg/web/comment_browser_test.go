package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/browsertest"
	"eoul/pkg/comment"
	"eoul/pkg/fixture"
)

// TestReturnLoopInABrowser: the 시·도 pins two items, the officer answers them with the
// keyboard and hands in again, the 시·도 sees the answers beside what changed.
func TestReturnLoopInABrowser(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.HandedIn(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	city := browsertest.New(t, s.For(s.Province))
	city.Open(at + "/endorse")
	city.Fill("#f-reason", "두 가지를 고쳐 주십시오.")
	city.Fill("#f-items-0-place", "lines|lines.1")
	city.Fill("#f-items-0-cell", "lines.national")
	city.Fill("#f-items-0-body", "국비를 줄여 주십시오.")
	city.Fill("#f-items-1-body", "어디인지 빠뜨렸습니다.")
	city.Click(`form[action$="/return"] button[value="send"]`)
	city.Follow("dialog .button-primary")
	city.See("항목인지 골라")
	city.Axe()
	city.Fill("#f-items-1-place", "title")
	city.Click(`form[action$="/return"] button[value="send"]`)
	city.Follow("dialog .button-primary")
	city.See("보완을 요청했습니다.")

	settle(t, s, a.ID, application.PartTitle)
	me := another(t, city, s.For(s.Officer))
	me.Width(browsertest.Phone)
	me.Open(at + "/plan/lines")
	me.See("보완 요청 1건")
	me.Click(".comment-answer > summary")
	me.Type(".comment-answer textarea", "고쳤습니다.")
	me.Follow(".comment-answer button")
	me.See("의견을 남겼습니다.")
	me.Follow(`form[action$="/resolve"] button`)
	me.See("조치함 ·")
	me.Fits()
	me.SmallTargets()
	me.Axe()
	picture(t, me, "comments-phone")
	me.Fill("#f-lines-0-description", "인쇄비를 줄였습니다")
	me.Follow(`.form-actions button[value="save"]`)
	me.Open(at + "/check")
	me.Click("#f-agreed")
	me.Click(`form[action$="/submit"] .button-primary`)
	me.Follow("dialog .button-primary")
	me.See("제출했습니다")

	city.Open(at + "/compare")
	city.See("인쇄비를 줄였습니다")
	city.See("고쳤습니다.")
	city.Axe()
	picture(t, city, "compare-desk")
	city.Width(browsertest.Phone)
	city.Fits()
	picture(t, city, "compare-phone")
}

// another is somebody else's window of the same browser, which costs less than one of their own.
func another(t *testing.T, b *browsertest.Browser, as http.Handler) *browsertest.Browser {
	t.Helper()
	server := httptest.NewServer(as)
	t.Cleanup(server.Close)
	w := b.Window()
	w.URL = server.URL
	return w
}

// settle deals with the items of a return on one part, past the pages.
func settle(t *testing.T, s applicationSite, id application.ID, part string) {
	t.Helper()
	comments := &comment.Service{Work: s.db.Work}
	b, err := comments.Board(t.Context(), s.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range b.Returned(0) {
		if th.Part != part {
			continue
		}
		if _, err := comments.Resolve(t.Context(), s.Officer, th.ID, th.Version); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSignoffInABrowser: asked for by one, signed by another, who must confirm.
func TestSignoffInABrowser(t *testing.T) {
	t.Parallel()
	s := newSignedSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	me := browsertest.New(t, s.For(s.Officer))
	me.Open(at + "/check")
	me.Axe()
	me.Click("#f-agreed")
	me.Click(`form[action$="/sign"] .button-primary`)
	me.Follow("dialog .button-primary")
	me.See("결재를 올렸습니다.")
	me.Axe()
	boss := another(t, me, s.For(s.Approver))
	boss.Open(at)
	boss.Follow(".todo .button-primary")
	boss.See("결재하고 제출")
	looks(t, boss, "signoff")
	boss.Click("#f-agreed")
	boss.Click(`form[action$="/approve"] .button-primary`)
	boss.Follow("dialog .button-primary")
	boss.See("제출했습니다")
}

// TestRankingInABrowser gives two districts their places without a script, at 400 px too.
func TestRankingInABrowser(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	fixture.HandedIn(t, s.db, s.call, s.Officer)
	fixture.HandedIn(t, s.db, s.call, s.Officer2)
	city := browsertest.New(t, s.For(s.Province))
	list := fmt.Sprintf("/endorsements/%d", s.call.ID)
	look(t, city, "city", []string{"/endorsements", list})
	city.NoJS()
	city.Open(list)
	for i := range 2 {
		city.Click(fmt.Sprintf(`input[name="rows.%d.chosen"]`, i))
		city.Fill(fmt.Sprintf("#f-rows-%d-rank", i), "1")
		city.Fill(fmt.Sprintf("#f-rows-%d-opinion", i), "추천합니다.")
	}
	city.Follow("form .button-primary")
	city.See("1순위는 이미")
	city.Fill("#f-rows-1-rank", "2")
	city.Follow("form .button-primary")
	city.See("고른 신청을 추천했습니다.")
	city.See("2순위")
}

// TestTalkWithoutScripts: comments are plain forms.
func TestTalkWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.HandedIn(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Province))
	b.NoJS()
	b.Width(browsertest.Phone)
	b.Open(fmt.Sprintf("/applications/%d/comments", a.ID))
	b.Fits()
	b.Fill("#f-body", "")
	b.Follow(`form[action$="/comments"] button`)
	b.See("내용을 적어 주십시오.")
	b.Fill("#f-place", "section.overview")
	b.Fill("#f-body", "@가동료 님, 함께 보시겠습니까?")
	b.Follow(`form[action$="/comments"] button`)
	b.See("의견을 남겼습니다.")
	b.See("가동료 님, 함께")
}
