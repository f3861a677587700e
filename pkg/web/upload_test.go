package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"eoul/pkg/application"
	"eoul/pkg/fixture"
	"eoul/pkg/web/webtest"
)

// sendPaper posts the upload form with its own bytes per name; accept is what the script asks for.
func sendPaper(t *testing.T, v webtest.Visitor, id int64, name, accept string, fields ...string) webtest.Answer {
	t.Helper()
	return sendFile(t, v, fmt.Sprintf("/applications/%d/attachments", id), name, accept, fields...)
}

func sendFile(t *testing.T, v webtest.Visitor, to, name, accept string, fields ...string) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if !slices.Contains(fields, "request_key") {
		fields = append(fields, "request_key", uuid.NewString())
	}
	for i := 0; i < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		file, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = file.Write(append(fixture.PDF(), name+"\n%%EOF"...))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", to, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept", accept)
	return v.Do(r)
}

func TestPapersOfAPlan(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, id := s.As(s.Officer), int64(a.ID)
	at := fmt.Sprintf("/applications/%d/plan/attachments", id)
	me.Get(at).Want(t, 200, "사회적경제위원회 심의 결과", "1개 올림", "SHA-256", "2개, 1 KB", "50개, 200.0 MB까지").Lacks(t, "지난 판 1개")
	sendPaper(t, me, id, "새 심의.pdf", "text/html", "code", "deliberation").Leads(t, at)
	me.Get(at).Want(t, 200, "새 심의.pdf", "제2판", "지난 판 1개", "3개, 1 KB")
	sendPaper(t, me, id, "하나 더.pdf", "text/html", "code", "agreement", "place", "beside").Leads(t, at)
	me.Get(at).Want(t, 200, "2개 올림")
	me.Get(at+"?code=agreement&place=beside").Want(t, 200, `value="agreement" selected`, `value="beside" selected`)
	sendPaper(t, me, id, "", "text/html", "code", "agreement").Want(t, 422, "올릴 파일을 골라 주십시오", `value="agreement" selected`)
	sendPaper(t, me, id, "a.exe", "text/html").Want(t, 422, "확장자와 실제 내용이 다릅니다")
	sendPaper(t, me, id, "a.pdf", "text/html", "place", "x").Want(t, 422, "목록에서 골라")
	sendPaper(t, me, id, "a.pdf", "text/html", "place", "999999").Want(t, 422, "바꿀 파일이 이 계획서에 없습니다")
	sendPaper(t, s.As(s.Officer2), id, "a.pdf", "text/html").Want(t, 404)

	key := []string{"request_key", uuid.NewString(), "code", "", "place", ""}
	for range 2 { // the script may lose an answer and ask again
		sendPaper(t, me, id, "참고.pdf", "application/json", key...).Want(t, 200, `"state":"saved"`)
	}
	me.Get(at).Want(t, 200, "5개, ")
	sendPaper(t, me, id, "a.exe", "application/json").Want(t, 422, `"state":"refused"`, "확장자와 실제 내용이 다릅니다")
	sendPaper(t, s.As(s.Officer2), id, "a.pdf", "application/json").Want(t, 404, `"state":"refused"`)
}

// TestPapersInQuarantine: what waits for the scanner or is infected is shown and given to nobody.
func TestPapersInQuarantine(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	var doc int64
	if err := s.db.Owner.Get(&doc, `select min(id) from documents`); err != nil {
		t.Fatal(err)
	}
	set := func(to string) {
		t.Helper()
		if _, err := s.db.Owner.Exec(`alter table documents disable trigger user; update documents set ` + to + `; alter table documents enable trigger user`); err != nil {
			t.Fatal(err)
		}
	}
	file := fmt.Sprintf("%s/documents/%d", at, doc)
	me.Get(file).Want(t, 200)
	set(`scan_state = 'pending', scan_due = app_now()`)
	me.Get(file).Want(t, 409, "검사가 아직 끝나지 않았습니다").Lacks(t, "%PDF")
	me.Get(at+"/plan/attachments").Want(t, 200, "악성코드 검사 중", "data-pending", "검사가 끝나야 제출").Lacks(t, file+`"`)
	set(`scan_state = 'infected', scan_due = null, finding = 'Eicar'`)
	me.Get(file).Want(t, 409, "악성코드가 발견되어")
	me.Get(at+"/plan/attachments").Want(t, 200, "악성코드 발견", "이 파일을 빼 주십시오").Lacks(t, "data-pending", file+`"`)
	set(`scan_state = 'clean', finding = ''`)
	me.Get(file).Want(t, 200, "%PDF")
}

func TestReceiptAsPDF(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	draft := fixture.Drafted(t, s.db, s.call, s.Officer)
	done := fixture.HandedIn(t, s.db, s.call, s.Officer2)
	at := func(id any) string { return fmt.Sprintf("/applications/%v/receipt.pdf", id) }
	s.As(s.Officer).Get(at(draft.ID)).Want(t, 404)
	s.As(s.Officer).Get(at(done.ID)).Want(t, 404)
	s.As(s.Officer2).Get(fmt.Sprintf("/applications/%d/receipt", done.ID)).Want(t, 200, at(done.ID))
	first := s.As(s.Officer2).Get(at(done.ID)).Want(t, 200, "%PDF-")
	if h := first.Header; h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers %v", h)
	}
	if second := s.As(s.Manager).Get(at(done.ID)); second.Status == 200 && second.Body != first.Body {
		t.Error("the same receipt has other bytes for another person")
	}
	if again := s.As(s.Officer2).Get(at(done.ID)); again.Body != first.Body {
		t.Error("the same receipt has other bytes the second time")
	}
}

// TestMinutesOnTheirPage: the page of the deliberation takes the minutes with it, keeps
// what was typed when it refuses them, and takes them once.
func TestMinutesOnTheirPage(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, to := s.As(s.Officer), fmt.Sprintf("/applications/%d/deliberation", a.ID)
	at := fmt.Sprintf("/applications/%d/plan/deliberation", a.ID)
	files := func() (n int) {
		t.Helper()
		if err := s.db.Owner.Get(&n, `select count(*) from documents`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	minutes := func(v webtest.Visitor, name string, fields ...string) webtest.Answer {
		t.Helper()
		version := versions(t, me.Get(at)).Get("version")
		return sendFile(t, v, to, name, "text/html", append([]string{"act", "save", "version", version, "committee", "위원회", "agenda", "안건", "decision", "approved"}, fields...)...)
	}
	had := files()
	me.Get(at).Want(t, 200, `enctype="multipart/form-data"`, "회의록 파일 올리기")
	minutes(me, "회의록.exe", "held_on", "2026-02-21").Want(t, 422, "확장자와 실제 내용이 다릅니다", `id="f-file-error"`, `value="2026-02-21"`)
	minutes(s.As(s.Officer2), "회의록.pdf", "held_on", "2026-02-21").Want(t, 404)
	minutes(me, "", "held_on", "2026-02-22").Leads(t, at)
	if n := files(); n != had {
		t.Fatalf("%d files came of what was refused", n-had)
	}
	minutes(me, "날짜 없는.pdf").Want(t, 422, `id="f-held_on-error"`, `selected>날짜 없는.pdf`)
	again := []string{"act", "save", "version", versions(t, me.Get(at)).Get("version"), "committee", "위원회", "agenda", "안건", "decision", "approved", "held_on", "2026-02-23", "request_key", uuid.NewString()}
	for range 2 { // the answer was lost and the button pressed again
		sendFile(t, me, to, "새 회의록.pdf", "text/html", again...).Leads(t, at)
	}
	me.Get(at).Want(t, 200, `value="2026-02-23"`, `selected>새 회의록.pdf`, "작성 완료")
	if n := files(); n != had+2 {
		t.Errorf("%d files came of two", n-had)
	}
	plan := workspaceOf(t, s, a.ID).Plan
	for _, f := range plan.Attachments {
		if f.DocumentID == plan.Deliberation.DocumentID && (f.Code != application.PartDeliberation || f.Version != 3) {
			t.Errorf("the minutes are %+v", f)
		}
	}
}
