package web_test

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"eoul/pkg/application"
	"eoul/pkg/comment"
	"eoul/pkg/fixture"
	"eoul/pkg/intake"
	"eoul/pkg/planbook"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// planbookSite is a site with a complete draft.
type planbookSite struct {
	applicationSite
	app application.Application
	at  string
}

func newPlanbookSite(t *testing.T) planbookSite {
	t.Helper()
	s := planbookSite{applicationSite: newApplicationSite(t)}
	s.app = fixture.Drafted(t, s.db, s.call, s.Officer)
	s.at = fmt.Sprintf("/applications/%d", s.app.ID)
	books := &planbook.Service{Work: s.db.Work, Applications: s.apps, Reader: intake.NewReader()}
	s.Site = webtest.New(t, web.Services{Work: s.db.Work, Applications: s.apps, Comments: &comment.Service{Work: s.db.Work}, Planbooks: books})
	return s
}

// changed is the downloaded workbook with cells changed: changed(t, v, "성과지표!E6", "31").
func (s planbookSite) changed(t *testing.T, v webtest.Visitor, pairs ...any) []byte {
	t.Helper()
	page := v.Get(s.at+"/workbook").Want(t, 200)
	if h := page.Header.Get("Content-Disposition"); !strings.Contains(h, ".xlsx") || page.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("sent as %v", page.Header)
	}
	f, err := excelize.OpenReader(strings.NewReader(page.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for i := 0; i < len(pairs); i += 2 {
		sheet, cell, _ := strings.Cut(pairs[i].(string), "!")
		if err := f.SetCellValue(sheet, cell, pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (s planbookSite) send(t *testing.T, v webtest.Visitor, data []byte) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "우리 예산.xlsx")
	if err == nil {
		_, err = file.Write(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := form.WriteField("request_key", uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", s.at+"/import", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

// sent sends a file that is taken and gives the address of its page.
func (s planbookSite) sent(t *testing.T, v webtest.Visitor, data []byte) string {
	t.Helper()
	answer := s.send(t, v, data)
	to := answer.Header.Get("Location")
	if answer.Status != 303 || !strings.HasPrefix(to, s.at+"/import/") {
		t.Fatalf("%d to %q\n%s", answer.Status, to, answer.Body)
	}
	return to
}

var importVersions = regexp.MustCompile(`name="versions" value="([^"]*)"`)

func shownVersions(t *testing.T, page webtest.Answer) string {
	t.Helper()
	m := importVersions.FindStringSubmatch(page.Body)
	if m == nil {
		t.Fatal("the page cannot be applied\n" + page.Body)
	}
	return html.UnescapeString(m[1])
}

// TestWorkbookJourney goes from the download over a report with mistakes to the
// applied file, with forms alone.
func TestWorkbookJourney(t *testing.T) {
	t.Parallel()
	s := newPlanbookSite(t)
	me := s.As(s.Officer)
	me.Get(s.at+"/plan").Want(t, 200, s.at+"/import")
	me.Get(s.at+"/plan/lines").Want(t, 200, s.at+"/import")
	me.Get(s.at+"/import").Want(t, 200, "엑셀 파일 내려받기", s.app.Number, "10MB까지")

	s.send(t, me, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")).Want(t, 422, "오류:", "엑셀 통합 문서(.xlsx)나 CSV 파일이 아닙니다")
	me.Get(s.at+"/import").Want(t, 200).Lacks(t, "파일이 아닙니다")

	wrong := s.sent(t, me, s.changed(t, me, "예산!G7", "백만", "예산!A8", "999-99", "예산!J9", 1))
	me.Get(wrong).Want(t, 200, "고칠 곳이 3군데", "G7", "백만", "A8", "999-99", "고치는 법", "다시 올리기", wrong+"/file").Lacks(t, `action="`+wrong+`/apply"`)
	marked := me.Get(wrong+"/file").Want(t, 200)
	if _, err := excelize.OpenReader(strings.NewReader(marked.Body)); err != nil {
		t.Errorf("the coloured file: %v", err)
	}
	me.Post(wrong+"/apply", url.Values{"versions": {"lines=1"}}).Want(t, 422, "고칠 곳이 3군데")

	right := s.sent(t, me, s.changed(t, me, "예산!C7", nil, "예산!D7", nil, "예산!E7", nil, "예산!G7", "2500001", "성과지표!E6", "<b>31</b>"))
	page := me.Get(right).Want(t, 200, "바뀌는 내용 확인", "고칠 곳이 없습니다", "&#43;1", "2,500,001", "알아 둘 것", "국비는", "&lt;b&gt;31&lt;/b&gt;").Lacks(t, "백만", "<b>31")
	me.Get(wrong).Want(t, 404, "올린 파일이 없습니다")
	me.Post(right+"/apply", url.Values{"versions": {"lines=7"}}).Want(t, 409, "다시 확인")
	me.Post(right+"/apply", url.Values{"versions": {shownVersions(t, page)}}).Leads(t, s.at+"/plan")
	me.Get(s.at+"/plan/indicators").Want(t, 200, "&lt;b&gt;31&lt;/b&gt;")
	me.Post(right+"/apply", url.Values{"versions": {shownVersions(t, page)}}).Want(t, 404)
	same := s.sent(t, me, s.changed(t, me))
	me.Get(same).Want(t, 200, "바뀌는 것이 없습니다").Lacks(t, same+"/apply")
}

// TestWorkbookSavedSince asks for consent before somebody's later work is replaced.
func TestWorkbookSavedSince(t *testing.T) {
	t.Parallel()
	s := newPlanbookSite(t)
	me := s.As(s.Officer)
	file := s.changed(t, me, "성과지표!E6", "31")
	if _, err := s.apps.SaveIndicators(t.Context(), s.Officer, s.app.ID, 1, []application.Indicator{{Name: "참여 기업 수", Target: "40"}}); err != nil {
		t.Fatal(err)
	}
	to := s.sent(t, me, file)
	page := me.Get(to).Want(t, 200, "파일을 내려받은 뒤", s.Officer.Name, "동의합니다", "내려받은 뒤 저장된 내용 보기")
	form := url.Values{"versions": {shownVersions(t, page)}}
	me.Post(to+"/apply", form).Want(t, 422, "동의해 주십시오")
	form.Set("overwrite", "on")
	me.Post(to+"/apply", form).Leads(t, s.at+"/plan")
}

// TestWorkbookIsHidden asks every address as people who may not know of a draft.
func TestWorkbookIsHidden(t *testing.T) {
	t.Parallel()
	s := newPlanbookSite(t)
	to := s.sent(t, s.As(s.Officer), s.changed(t, s.As(s.Officer), "성과지표!E6", "x"))
	for name, v := range map[string]webtest.Visitor{"another district": s.As(s.Officer2), "its 시·도": s.As(s.Province), "the ministry": s.As(s.Manager), "nobody": s.As(s.Nobody)} {
		for _, path := range []string{s.at + "/workbook", s.at + "/import", to, to + "/file"} {
			if got := v.Get(path); got.Status != 404 && got.Status != 403 {
				t.Errorf("%s for %s is %d", path, name, got.Status)
			}
		}
		if got := v.Post(to+"/apply", url.Values{"versions": {"indicators=1"}}); got.Status != 404 && got.Status != 403 {
			t.Errorf("applying for %s is %d", name, got.Status)
		}
	}
	s.As(s.Approver).Get(s.at+"/workbook").Want(t, 200)
	large := httptest.NewRequest("POST", s.at+"/import", strings.NewReader("x"))
	large.ContentLength = 12 << 20
	large.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	large.Header.Set("Sec-Fetch-Site", "same-origin")
	s.As(s.Officer).Do(large).Want(t, 413)
}
