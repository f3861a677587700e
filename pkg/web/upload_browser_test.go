package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
)

// drop drops files of the names on an element as the mouse would.
func drop(b *browsertest.Browser, sel string, names ...string) {
	pdf := strings.ReplaceAll(string(fixture.PDF()), "\n", `\n`)
	browsertest.Eval[bool](b, fmt.Sprintf(`(() => { const dt = new DataTransfer();
		for (const name of %q.split("|")) dt.items.add(new File(["%s" + name + "\n%%%%EOF"], name));
		const at = document.querySelector(%q);
		for (const kind of ["dragover", "drop"]) at.dispatchEvent(new DragEvent(kind, {dataTransfer: dt, bubbles: true, cancelable: true}));
		return true; })()`, strings.Join(names, "|"), pdf, sel))
}

// TestUploadByDropping drops several files, sees them go up one after the other,
// cancels one, and learns what is wrong with another.
func TestUploadByDropping(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	hold := make(chan struct{})
	site := s.For(s.Officer)
	b := browsertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.Header.Get("Accept") == "application/json" {
			<-hold
		}
		site.ServeHTTP(w, r)
	}))
	b.Open(fmt.Sprintf("/applications/%d/plan/attachments", a.ID))
	b.Axe()
	drop(b, `li[data-code="agreement"]`, "협약1.pdf", "실행.exe", "협약2.pdf", "협약3.pdf")
	b.See("파일만 올릴 수 있습니다")
	b.Wait(`document.querySelector(".upload progress")`)
	b.See("기다리는 중")
	b.Axe()
	b.Click(".upload:nth-child(4) button") // 협약3 waits for its turn
	b.See("취소했습니다.")
	close(hold)
	b.Wait(`document.querySelectorAll(".upload-done").length === 2`)
	b.Wait(`document.querySelector('li[data-code="agreement"]').innerText.includes("2개 올림")`)
	b.See("지난 판 1개") // the first took the place of the one there was, the second stands beside it
	if got := b.Text(`li[data-code="agreement"]`); strings.Contains(got, "협약3") || strings.Contains(got, "실행") {
		t.Errorf("refused files are there: %s", got)
	}
	if got := b.Path(); !strings.HasSuffix(got, "/plan/attachments") {
		t.Errorf("the page has gone to %s", got)
	}
	b.Width(browsertest.Phone)
	b.Fits()
	b.Axe()
	picture(t, b, "papers-dropped")
}

// TestUploadByKeyboard chooses by keys and presses Enter; the focus stays in the form.
func TestUploadByKeyboard(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	path := filepath.Join(t.TempDir(), "참고자료.pdf")
	if err := os.WriteFile(path, fixture.PDF(), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, s.For(s.Officer))
	at := fmt.Sprintf("/applications/%d/plan/attachments", a.ID)
	b.Open(at)
	b.Upload("#f-file", path)
	browsertest.Eval[bool](b, `(document.querySelector("form[data-upload] .button-primary").focus(), true)`)
	b.Press("\r")
	b.Wait(`document.querySelector(".upload-done")`)
	b.Wait(`document.querySelector("#papers").innerText.includes("참고자료.pdf")`)
	if b.Count("form[data-upload][data-sent], form[data-upload] [aria-disabled]") != 0 {
		t.Error("the form takes no second file")
	}
	if !browsertest.Eval[bool](b, `document.activeElement.matches("form[data-upload] *")`) {
		t.Error("the focus has left the form")
	}
	if _, err := s.db.Owner.Exec(`alter table documents disable trigger user; update documents set scan_state = 'pending', scan_due = app_now()`); err != nil {
		t.Fatal(err)
	}
	b.Open(at)
	b.See("악성코드 검사 중")
	b.Axe()
	if _, err := s.db.Owner.Exec(`update documents set scan_state = 'clean', scan_due = null; alter table documents enable trigger user`); err != nil {
		t.Fatal(err)
	}
	b.See("검사 마침") // without opening the page again
	b.Wait(`!document.querySelector("#paper-problems").innerText.includes("검사가 끝나야")`)
}

// TestUploadWithoutScripts sends the plain form at the width of a telephone.
func TestUploadWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	path := filepath.Join(t.TempDir(), "심의 결과 새 판.pdf")
	if err := os.WriteFile(path, append(fixture.PDF(), "2\n%%EOF"...), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, s.For(s.Officer))
	b.NoJS()
	b.Width(browsertest.Phone)
	b.Open(fmt.Sprintf("/applications/%d/plan/attachments", a.ID))
	b.Follow(`li[data-code="deliberation"] a[data-pick]`)
	b.Upload("#f-file", path)
	b.Follow("form[data-upload] .button-primary")
	b.See("파일을 올렸습니다.")
	b.See("심의 결과 새 판.pdf")
	b.See("제2판")
	b.Fits()
	picture(t, b, "papers-noscript")
}
