package web_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"eoul/pkg/application"
	"eoul/pkg/fixture"
	"eoul/pkg/web/webtest"
)

// TestLetterPages: the manager writes the words, everybody reads their own letter, on
// the screen and as PDF; an objection goes to its end; who gives up makes room.
func TestLetterPages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	manager, decider, officer, other := s.As(s.Manager), s.As(s.Decider), s.As(s.Officer), s.As(s.OfficerOther)
	texts := fmt.Sprintf("/calls/%d/letter-texts", s.call.ID)
	manager.Get(texts).Want(t, 200, "선정 통지서", "예비 통지서", "탈락 통지서", "{{사업명}}", "처음 정해진 문안")
	edit := texts + "/selected"
	page := manager.Get(edit)
	page.Want(t, 200, "{{선정금액_한글}}", "예시 사업", "금일억원")
	page = manager.Get(edit)
	manager.Post(edit, with(versions(t, page), "body", "{{지자체명}}\n{{순위표}}")).Want(t, 422, "2번째 줄 1번째 글자", "{{순위표}}")
	manager.Post(edit, with(versions(t, page), "body", "{{지자체명}}에 알립니다.", "act", "preview")).Want(t, 200, "예시군에 알립니다.")
	manager.Post(edit, with(versions(t, page), "body", "{{지자체명}}의 {{사업명}}을(를) 선정합니다.")).Leads(t, texts)
	manager.Get(texts).Want(t, 200, "제1판", "선정합니다.")
	decider.Get(edit).Want(t, 404)
	officer.Get(texts).Want(t, 404)

	fixture.Selected(t, s.db, s.Company, s.call, s.apps)
	officer.Get("/letters").Want(t, 200, "모두 <strong class=\"num\">1</strong>건", "가람도 나루군").Lacks(t, "바람군")
	manager.Get(fmt.Sprintf("/letters?call=%d", s.call.ID)).Want(t, 200, "바람군", "letters.zip")
	officer.Get("/letters/2").Want(t, 200, "가람도 나루군의 어울림 시장 만들기을(를) 선정합니다.", "지속가능성", "이의신청", "SHA-256", "선정 포기").Lacks(t, "심사일", "위원장")
	other.Get("/letters/2").Want(t, 404)
	if body := officer.Get("/letters/2/letter.pdf").Want(t, 200).Body; !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("no PDF: %.20q", body)
	}
	all := manager.Get(fmt.Sprintf("/calls/%d/letters.zip", s.call.ID)).Want(t, 200).Body
	if z, err := zip.NewReader(strings.NewReader(all), int64(len(all))); err != nil || len(z.File) != 3 {
		t.Errorf("the ZIP: %v", err)
	}
	manager.Get(fmt.Sprintf("/calls/%d/letters.pdf", s.call.ID)).Want(t, 200)

	object := "/letters/2/objection"
	officer.Get(object).Want(t, 200, "취지와 이유", "증빙 파일")
	manager.Get(object).Want(t, 404)
	objectWith(t, officer, object, "").Want(t, 422, "취지와 이유를")
	objectWith(t, officer, object, "가점이 빠졌습니다.").Leads(t, "/objections/1")
	page = manager.Get("/objections/1")
	page.Want(t, 200, "가점이 빠졌습니다.", "고시.pdf", "인구감소지역", "답변하기")
	manager.Get(hrefOf(t, page.Body, "/objections/1/files/")).Want(t, 200)
	other.Get("/objections/1").Want(t, 404)
	bonus := valueOf(t, page.Body, "빠진 가점: 인구감소지역")
	manager.Post("/objections/1/uphold", with(versions(t, page), "answer", "", "correction", "bonus", "bonus_item_id", bonus, "points", "3")).
		Want(t, 422, "답변을", "바로잡는 근거를", "쓰지 않는 칸입니다", "빠진 가점 반영")
	manager.Post("/objections/1/uphold", with(versions(t, page), "answer", "확인했습니다.", "correction", "bonus", "bonus_item_id", bonus, "evidence", "고시")).Leads(t, "/objections/1")
	officer.Get("/objections/1").Want(t, 200, "답변을 기다립니다").Lacks(t, "확인했습니다.")
	page = decider.Get("/objections/1")
	decider.Post("/objections/1/confirm", versions(t, page.Want(t, 200, "인용 확정", "빠졌던 가점", "확정하면"))).Leads(t, "/objections/1")
	officer.Get("/objections/1").Want(t, 200, "인용", "확인했습니다.", "순위 제2판", "빠졌던 가점 ‘인구감소지역’", "3점)을 반영했습니다.", "바로잡은 뒤", "근거: 고시").Lacks(t, "확정하면")
	manager.Get("/objections").Want(t, 200, "인용", "나루군")
	officer.Get("/letters/2").Want(t, 200, "이의신청과 답변", "빠졌던 가점").Lacks(t, `href="/letters/2/objection"`)

	forfeit := fmt.Sprintf("/applications/%d/forfeit", s.apps[1].ID)
	officer.Post(forfeit, with(versions(t, officer.Get("/letters/2")), "reason", "지방비를 확보하지 못했습니다.")).Leads(t, applicationsPath(s.apps[1]))
	page = manager.Get("/selections/1")
	page.Want(t, 200, "추가 선정안 만들기")
	manager.Post("/selections/1/promote", url.Values{"cause": {""}}).Want(t, 422, "까닭을")
	answer := manager.Post("/selections/1/promote", url.Values{"cause": {"선정 포기"}})
	manager.Get(answer.Header.Get("Location")).Want(t, 200, "추가 선정(1차)", "포기", "까닭: 선정 포기")
	manager.Get(answer.Header.Get("Location")+"/edit").Want(t, 200, "정하지 않는 지자체", "가람도 나루군")
}

// objectWith files an objection with one file.
func objectWith(t *testing.T, v webtest.Visitor, path, reason string) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := errors.Join(form.WriteField("request_key", uuid.NewString()), form.WriteField("reason", reason))
	file, failed := form.CreateFormFile("files", "고시.pdf")
	if failed == nil {
		_, failed = file.Write(fixture.PDF())
	}
	if err := errors.Join(err, failed, form.Close()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

func applicationsPath(a application.Application) string {
	return fmt.Sprintf("/applications/%d", a.ID)
}

// hrefOf is the first address on a page that begins with prefix.
func hrefOf(t *testing.T, body, prefix string) string {
	t.Helper()
	_, rest, found := strings.Cut(body, `href="`+prefix)
	if !found {
		t.Fatalf("no link to %s", prefix)
	}
	rest, _, _ = strings.Cut(rest, `"`)
	return prefix + rest
}

// valueOf is the value of the option whose label begins with a word.
func valueOf(t *testing.T, body, label string) string {
	t.Helper()
	before, _, found := strings.Cut(body, `">`+label)
	if !found {
		t.Fatalf("no option %s", label)
	}
	return before[bytes.LastIndexByte([]byte(before), '"')+1:]
}
