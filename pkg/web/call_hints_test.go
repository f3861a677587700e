package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"eoul/pkg/fixture"
)

// TestHintPages writes help while the call is open: shown before it is saved, kept
// when it has a mistake, refused to others, and rendered without anything that runs.
func TestHintPages(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c)
	at := fmt.Sprintf("/calls/%d/hints", call.ID)
	manager := site.As(c.Manager)
	manager.Get(fmt.Sprintf("/calls/%d", call.ID)).Want(t, 200, at)
	site.As(c.Officer).Get(fmt.Sprintf("/calls/%d", call.ID)).Lacks(t, at)
	site.As(c.Officer).Get(at).Want(t, 404)
	page := manager.Get(at).Want(t, 200, "사업 개요", "성과지표", `value="section.overview"`, `value="lines"`, "재원을 간단히 적습니다.")
	page.Lacks(t, "미리보기</p>")
	form := url.Values{"version": {fmt.Sprint(call.Version)}, "hints.0.field": {"lines"}, "hints.0.body": {"- **30%**까지\n- <script>alert(1)</script> [법령](https://www.law.go.kr) [나쁜 곳](javascript:alert(1))"}, "act": {"preview"}}
	manager.Post(at, form).Want(t, 200, "미리보기</p>", "<strong>30%</strong>", "&lt;script&gt;alert(1)&lt;/script&gt;", `<a href="https://www.law.go.kr" rel="noopener noreferrer">법령</a>`, "나쁜 곳</li>").
		Lacks(t, "<script>alert", `href="javascript`)
	form.Set("act", "save")
	long := url.Values{"version": form["version"], "hints.0.field": {"lines"}, "hints.0.body": {strings.Repeat("가", 4001)}, "act": {"save"}}
	manager.Post(at, long).Want(t, 422, "4000자까지", "가가가")
	site.As(c.Officer).Post(at, form).Want(t, 404)
	manager.Post(at, form).Leads(t, at)
	manager.Post(at, form).Want(t, 409, "먼저 고쳤습니다")
	manager.Get(at).Want(t, 200, "- **30%**까지")
}

// TestHintsOfADraftCall are written with the call and survive its mistakes.
func TestHintsOfADraftCall(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	fixture.Appropriation(t, d, c)
	manager := site.As(c.Manager)
	form := filledCall(c)
	form.Set("sections.0.hint", "첫 줄\n둘째 줄")
	form.Set("hints.0.field", "partners")
	form.Set("hints.0.body", "협약서를 *함께* 올립니다.")
	form.Set("title", "")
	manager.Post("/calls", form).Want(t, 422, "협약서를 *함께* 올립니다.", "첫 줄\n둘째 줄</textarea>")
	form.Set("title", "2026년 어울림 사업")
	manager.Post("/calls", form).Leads(t, "/calls/1")
	manager.Get("/calls/1/edit").Want(t, 200, "협약서를 *함께* 올립니다.", "첫 줄\n둘째 줄</textarea>")
	manager.Get("/calls/new?from=1").Want(t, 200, "협약서를 *함께* 올립니다.")
}
