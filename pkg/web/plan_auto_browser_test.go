package web_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/web/webtest"
)

const savedWords = `document.querySelector("[data-autosave-status]").textContent.startsWith("자동 저장됨")`

// section is the stored text of a plan.
func (s applicationSite) section(t *testing.T, id application.ID) string {
	t.Helper()
	w, err := s.apps.Workspace(t.Context(), s.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	return w.Plan.Section("overview")
}

// mate is a colleague of the officer.
func (s applicationSite) mate() authz.Actor {
	mate := s.Nobody
	mate.Grants = s.Officer.Grants
	return mate
}

// TestAutosaveByKeyboard: typing alone saves, mistakes appear at their fields without
// taking the focus, and all of it is there when the page is opened again.
func TestAutosaveByKeyboard(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Officer))
	at := fmt.Sprintf("/applications/%d/plan/", a.ID)
	b.Open(at + "section.overview")
	browsertest.Eval[bool](b, `(() => { document.querySelector("#f-text").focus(); return true; })()`)
	b.Press(" 자판으로 이어 씁니다.")
	b.Wait(savedWords)
	if got := s.section(t, a.ID); !strings.Contains(got, "자판으로 이어 씁니다.") {
		t.Errorf("stored is %q", got)
	}
	b.Axe()
	b.Open(at + "partners")
	b.Fill("#f-partners-1-name", "")
	b.Type("#f-partners-1-business_no", "124-81-00999")
	b.Wait(`document.querySelector("#f-partners-1-business_no-error") && document.querySelector("#f-partners-1-name").getAttribute("aria-invalid")`)
	if got := browsertest.Eval[string](b, "document.activeElement.id"); got != "f-partners-1-business_no" {
		t.Errorf("the focus went to %s", got)
	}
	b.See("오류 3건")
	b.Axe()
	b.Width(browsertest.Phone)
	b.Fits()
	b.SmallTargets()
	picture(t, b, "autosave-kept-phone")
	b.Width(browsertest.Desk)
	picture(t, b, "autosave-kept")
	b.Open(at + "partners")
	if got := b.Value("#f-partners-1-business_no"); got != "124-81-00999" {
		t.Errorf("after opening again the number is %q", got)
	}
	b.Fill("#f-partners-1-name", "새 협동조합")
	b.Fill("#f-partners-1-role", "판로")
	b.Fill("#f-partners-1-business_no", "")
	b.Press("\t")
	b.Wait(savedWords + ` && !document.querySelector("[aria-invalid]")`)
	b.See("작성 완료")
	if n := browsertest.Eval[int](b, `Object.keys(localStorage).length`); n != 0 {
		t.Errorf("%d texts are left in the browser after saving", n)
	}
}

// TestTwoPeopleOnOnePart: the second one sees both texts and chooses; two windows of
// one person are two people.
func TestTwoPeopleOnOnePart(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	one, two := s.For(s.Officer), s.For(s.mate())
	mine := browsertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Host, "localhost") {
			two.ServeHTTP(w, r)
			return
		}
		one.ServeHTTP(w, r)
	}))
	theirs, mineToo := mine.Window(), mine.Window()
	theirs.URL = strings.Replace(mine.URL, "127.0.0.1", "localhost", 1)
	at := fmt.Sprintf("/applications/%d/plan/section.overview", a.ID)
	mine.Open(at)
	theirs.Open(at)
	theirs.See("지금 이 부분을 열어 둔 사람: 나담당")
	mineToo.Open(at)

	theirs.Fill("#f-text", "같은 문단\n그들의 문단")
	theirs.Wait(savedWords)
	mine.Fill("#f-text", "같은 문단\n나의 문단")
	mine.See("다른 곳에서 저장되었습니다")
	picture(t, mine, "conflict-told")
	mine.Follow("[data-autosave-compare]")
	mine.See("무권한 님이")
	mine.See("그들의 문단")
	mine.Axe()
	picture(t, mine, "conflict")
	mine.Width(browsertest.Phone)
	mine.Fits()
	mine.Width(browsertest.Desk)
	mine.Type("#f-text", " 그리고 더")
	time.Sleep(1200 * time.Millisecond) // longer than an autosave waits
	if got := s.section(t, a.ID); got != "같은 문단\n그들의 문단" {
		t.Errorf("before the choice %q is stored", got)
	}
	mine.Click("[data-append]")
	mine.Follow(".contrast .button-primary")
	mine.See("저장했습니다.")
	if got := s.section(t, a.ID); !strings.Contains(got, "나의 문단") || !strings.Contains(got, "그리고 더") || !strings.Contains(got, "그들의 문단") {
		t.Errorf("stored is %q", got)
	}

	mineToo.Fill("#f-text", "옆 창의 글")
	mineToo.See("다른 곳에서 저장되었습니다")
	mineToo.Follow("[data-autosave-compare]")
	mineToo.Follow("[data-unsent-drop]")
	if got := mineToo.Value("#f-text"); !strings.Contains(got, "나의 문단") {
		t.Errorf("after leaving the stored text the field holds %q", got)
	}
	if browsertest.Eval[bool](mineToo, `document.querySelector("[data-unsent]").hidden`) != true {
		t.Error("the text that was given up is offered again")
	}
}

// TestConnectionCut: what is typed without a connection is saved when it is back, and
// survives the window being closed before that.
func TestConnectionCut(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Officer))
	at := fmt.Sprintf("/applications/%d/plan/section.overview", a.ID)
	b.Open(at)
	b.Offline(true)
	b.Fill("#f-text", "끊긴 동안 쓴 글")
	b.See("저장 실패. 연결되면 다시 시도합니다.")
	b.Axe()
	picture(t, b, "connection-cut")
	b.Fill("#f-text", "끊긴 동안 쓴 글, 그 뒤에 쓴 글")
	b.Offline(false)
	b.Wait(savedWords)
	if got := s.section(t, a.ID); got != "끊긴 동안 쓴 글, 그 뒤에 쓴 글" {
		t.Errorf("stored is %q", got)
	}
	b.Offline(true)
	b.Fill("#f-text", "닫기 전에 쓴 글")
	b.See("저장 실패. 연결되면 다시 시도합니다.")
	browsertest.Eval[bool](b, `(() => { document.querySelector("form[data-autosave]").dispatchEvent(new CustomEvent("eoul:clean", {bubbles: true})); return true; })()`)
	browsertest.Eval[bool](b, `(() => { window.fetch = () => new Promise(() => {}); return true; })()`) // the window is gone before it can send
	b.Offline(false)
	b.Open(at)
	b.Wait(`!document.querySelector("[data-unsent]").hidden`)
	b.Axe()
	picture(t, b, "unsent")
	b.Follow("[data-unsent-restore]")
	b.Wait(savedWords)
	if got := s.section(t, a.ID); got != "닫기 전에 쓴 글" {
		t.Errorf("after restoring %q is stored", got)
	}
}

// TestServerRestart: the server goes away and comes back at the same address.
func TestServerRestart(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, http.NotFoundHandler())
	var first net.ListenConfig
	l, err := first.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	start := func(l net.Listener) *httptest.Server {
		server := httptest.NewUnstartedServer(s.For(s.Officer))
		_ = server.Listener.Close()
		server.Listener = l
		server.Start()
		return server
	}
	server := start(l)
	b.URL = "http://" + addr
	b.Open(fmt.Sprintf("/applications/%d/plan/section.overview", a.ID))
	server.CloseClientConnections()
	server.Close()
	b.Fill("#f-text", "서버가 없는 동안 쓴 글")
	b.See("저장 실패. 곧 다시 시도합니다.")
	if l, err = first.Listen(t.Context(), "tcp", addr); err != nil {
		t.Fatal(err)
	}
	server = start(l)
	defer server.Close()
	defer server.CloseClientConnections()
	b.Click("[data-autosave-retry]")
	b.Wait(savedWords)
	if got := s.section(t, a.ID); got != "서버가 없는 동안 쓴 글" {
		t.Errorf("stored is %q", got)
	}
}

// TestSignInExpires: the text waits in the browser while the person signs in again,
// and is saved without a further word.
func TestSignInExpires(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	var known atomic.Bool
	known.Store(true)
	b := browsertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := authz.Anonymous()
		if known.Load() {
			who = s.Officer
		}
		s.Handler.ServeHTTP(w, r.WithContext(webtest.As(r.Context(), who)))
	}))
	at := fmt.Sprintf("/applications/%d/plan/section.overview", a.ID)
	b.Open(at)
	known.Store(false)
	b.Fill("#f-text", "로그인이 끝난 뒤에 쓴 글")
	b.See("로그인이 끝났습니다.")
	b.Axe()
	picture(t, b, "signed-out")
	b.Follow("[data-autosave-signin]")
	b.See("비밀번호")
	known.Store(true)
	b.Open(b.Path()) // the sign-in leads on to where the person was
	b.Wait(`document.querySelector("[data-autosave-status]") && ` + savedWords)
	if got := s.section(t, a.ID); got != "로그인이 끝난 뒤에 쓴 글" {
		t.Errorf("stored is %q", got)
	}
	if got := b.Path(); got != at {
		t.Errorf("the browser is at %s", got)
	}
	b.Fill("#f-text", "나가기 전에 쓴 글")
	known.Store(false)
	b.See("로그인이 끝났습니다.")
	if n := browsertest.Eval[int](b, `Object.keys(localStorage).length`); n != 1 {
		t.Errorf("%d texts wait in the browser", n)
	}
	browsertest.Eval[bool](b, `(() => { document.querySelector("form[action='/sign-out']").addEventListener("submit", (e) => e.preventDefault()); document.querySelector("form[action='/sign-out'] button").click(); return true; })()`)
	if n := browsertest.Eval[int](b, `Object.keys(localStorage).length`); n != 0 {
		t.Errorf("%d texts wait in the browser after signing out", n)
	}
}
