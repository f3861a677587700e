package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/browsertest"
)

// onDisk is a file a person can choose.
func onDisk(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestWorkbookInABrowser fetches the file, sends it with mistakes, looks at them at
// both widths, sends it corrected and applies it, with the keyboard where it is forms.
func TestWorkbookInABrowser(t *testing.T) {
	t.Parallel()
	s := newPlanbookSite(t)
	b := browsertest.New(t, s.For(s.Officer))
	me := s.As(s.Officer)
	b.Open(s.at + "/plan")
	b.Follow(`a[href="` + s.at + `/import"]`)
	name, _ := b.Download(`a[href="` + s.at + `/workbook"]`)
	if !strings.HasSuffix(name, ".xlsx") {
		t.Errorf("the download is called %q", name)
	}
	wrong := []any{"예산!G7", "백만", "협업기관!B6", "124-81-00999", "예산!J9", 1, "예산!A60", "210-01", "예산!J60", 5}
	b.Upload("#f-file", onDisk(t, "예산.xlsx", s.changed(t, me, wrong...)))
	b.Follow(`.form-actions .button-primary`)
	b.See("고칠 곳이 3군데")
	b.See("G7")
	looks(t, b, "workbook-report")
	many := []any{}
	for i := range 14 {
		many = append(many, "예산!A"+string(rune('0'+2+i/10))+string(rune('0'+i%10)), "없는 과목", "예산!G"+string(rune('0'+2+i/10))+string(rune('0'+i%10)), 10)
	}
	b.Upload("#f-file", onDisk(t, "예산.xlsx", s.changed(t, me, many...)))
	b.Follow(`.form-actions .button-primary`)
	b.See("고칠 곳이 14군데")
	b.See("나머지 11건")
	b.Axe()
	file := s.changed(t, me, "예산!B7", "고친 내역", "예산!A60", "210-01 일반수용비", "예산!B60", "새 줄", "예산!G60", 1000, "성과지표!E6", "31")
	if _, err := s.apps.SaveIndicators(t.Context(), s.Officer, s.app.ID, 1, []application.Indicator{{Name: "참여 기업 수", Target: "40"}}); err != nil {
		t.Fatal(err)
	}
	b.Upload("#f-file", onDisk(t, "고친 예산.xlsx", file))
	b.Follow(`.form-actions .button-primary`)
	b.See("고칠 곳이 없습니다")
	b.See("새 줄")
	looks(t, b, "workbook-diff")
	b.Follow(`.form-actions .button-primary`)
	b.See("동의해 주십시오")
	b.Click("#f-overwrite")
	b.Follow(`.form-actions .button-primary`)
	b.See("엑셀 파일의 내용을 반영했습니다.")
	if trouble := b.Trouble(); len(trouble) > 0 {
		t.Errorf("the browser complains: %v", trouble)
	}
}

// TestWorkbookWithoutScript goes the same way where no script runs.
func TestWorkbookWithoutScript(t *testing.T) {
	t.Parallel()
	s := newPlanbookSite(t)
	b := browsertest.New(t, s.For(s.Officer))
	b.NoJS()
	b.Open(s.at + "/import")
	b.Upload("#f-file", onDisk(t, "예산.xlsx", s.changed(t, s.As(s.Officer), "성과지표!E6", "31")))
	b.Follow(`.form-actions .button-primary`)
	b.See("바뀌는 내용 확인")
	b.Follow(`.form-actions .button-primary`)
	b.See("엑셀 파일의 내용을 반영했습니다.")
}

// TestWorkbookByKeyboard goes from the task list to the applied file by Tab and Enter
// alone, at the width of a telephone. Only the choosing is the system's own window.
func TestWorkbookByKeyboard(t *testing.T) {
	t.Parallel()
	s := newPlanbookSite(t)
	b := browsertest.New(t, s.For(s.Officer))
	b.Width(browsertest.Phone)
	b.Open(s.at + "/plan")
	enter(t, b, `a[href="`+s.at+`/import"]`, "작성한 파일 올리기")
	b.Axe()
	b.Fits()
	b.SmallTargets()
	picture(t, b, "workbook-upload-phone")
	tabTo(t, b, `a[href="`+s.at+`/workbook"]`)
	tabTo(t, b, "#f-file")
	b.Upload("#f-file", onDisk(t, "예산.xlsx", s.changed(t, s.As(s.Officer), "예산!G7", "백만")))
	enter(t, b, ".form-actions .button-primary", "고칠 곳이 1군데")
	tabTo(t, b, "#f-file")
	b.Upload("#f-file", onDisk(t, "예산.xlsx", s.changed(t, s.As(s.Officer), "성과지표!E6", "31")))
	enter(t, b, ".form-actions .button-primary", "고칠 곳이 없습니다")
	enter(t, b, ".form-actions .button-primary", "엑셀 파일의 내용을 반영했습니다.")
	b.Fits()
}

// tabTo presses Tab until an element has the focus, and demands that it shows.
func tabTo(t *testing.T, b *browsertest.Browser, sel string) {
	t.Helper()
	for range 60 {
		b.Press(browsertest.Tab)
		if b.Count(sel+":focus-visible") == 1 {
			return
		}
	}
	t.Fatalf("the Tab key does not lead to %s on %s", sel, b.Path())
}

// enter goes to something by the Tab key, presses it and waits for the page it leads to.
func enter(t *testing.T, b *browsertest.Browser, sel, text string) {
	t.Helper()
	tabTo(t, b, sel)
	b.Press(browsertest.Enter)
	b.Wait(`document.readyState === "complete" && document.body?.innerText.includes("` + text + `")`)
}
