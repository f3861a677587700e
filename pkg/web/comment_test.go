package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"testing"

	"github.com/google/uuid"

	"eoul/pkg/application"
	"eoul/pkg/comment"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// newSignedSite is an application site whose call asks for a signature.
func newSignedSite(t *testing.T) applicationSite {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	s := applicationSite{db: d, Company: fixture.Cast(t, d), apps: fixture.Applications(t, d)}
	s.call = fixture.Call(t, d, s.Company, fixture.Signed)
	s.Site = webtest.New(t, web.Services{Work: d.Work, Applications: s.apps, Comments: &comment.Service{Work: d.Work}})
	return s
}

func keyed(pairs ...string) url.Values {
	return with(url.Values{"request_key": {uuid.NewString()}}, pairs...)
}

// TestReturnLoop sends back, answers and resubmits with forms alone, as a browser
// without a script does.
func TestReturnLoop(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.HandedIn(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	city, me := s.As(s.Province), s.As(s.Officer)
	page := city.Get(at+"/endorse").Want(t, 200, "보완 항목 3", "예산 2번째 줄: 210-01 일반수용비", "예산: 국비")
	sent := with(versions(t, page), "reason", "", "items.0.place", "", "items.0.cell", "", "items.0.body", "", "items.1.place", "lines|lines.1", "items.1.cell", "partners.role", "items.1.body", "줄여 주십시오.", "items.2.body", "어디?")
	city.Post(at+"/return", with(sent, "act", "add")).Want(t, 200, "보완 항목 6", "줄여 주십시오.")
	city.Post(at+"/return", with(sent, "act", "send")).Want(t, 422, `id="f-items-1-cell-error"`, `id="f-items-2-place-error"`, `id="f-reason-error"`, "줄여 주십시오.")
	city.Post(at+"/return", with(versions(t, page), "act", "send", "reason", "금액을 고쳐 주십시오.", "items.1.place", "lines|lines.1", "items.1.cell", "lines.national",
		"items.1.body", "국비를 줄여 주십시오.", "items.2.place", "title", "items.2.body", "이름을 바꾸어 주십시오.")).Leads(t, at)

	me.Get(at+"/plan").Want(t, 200, "보완 요청 1건")
	part := me.Get(at+"/plan/lines").Want(t, 200, "국비를 줄여 주십시오.", "2번째 줄 국비", "당시 내용", "66,453,000원", "조치함").Lacks(t, "이름을 바꾸어")
	resolve := regexp.MustCompile(`action="(/comments/\d+/resolve)"`).FindStringSubmatch(part.Body)
	id := regexp.MustCompile(`id="comment-(\d+)"`).FindStringSubmatch(part.Body)
	if resolve == nil || id == nil {
		t.Fatal("the item has no button\n" + part.Body)
	}
	me.Post(at+"/comments", keyed("reply_to", id[1], "body", "줄였습니다.", "on", "part", "in", "lines", "no", "0")).Leads(t, at+"/plan/lines#comment-"+id[1])
	me.Get(at+"/check").Want(t, 200, "조치하지 않은 보완 요청이 1건")
	city.Post(resolve[1], keyed("version", "1", "on", "", "in", "", "no", "0")).Want(t, 409)
	me.Post(resolve[1], keyed("version", "1", "on", "part", "in", "lines", "no", "0")).Leads(t, at+"/plan/lines#comment-"+id[1])
	me.Post(resolve[1], keyed("version", "1", "on", "part", "in", "lines", "no", "0")).Want(t, 409)
	me.Get(at+"/plan/title").Want(t, 200, "이름을 바꾸어 주십시오.")
	other := fmt.Sprintf("/comments/%s/resolve", mustNext(t, id[1]))
	me.Post(other, keyed("version", "1", "on", "part", "in", "../../x", "no", "0")).Leads(t, at+"/comments#comment-"+mustNext(t, id[1]))
	first := versionField.FindStringSubmatch(me.Get(at + "/plan/title").Body) // the form of the part comes before those of the comments
	me.Post(at+"/title", with(url.Values{"version": {first[2]}}, "text", "어울림 장터 만들기", "act", "save")).Leads(t, at+"/plan/title")
	me.Post(at+"/submit", with(versions(t, me.Get(at+"/check")), "agreed", "on")).Leads(t, at+"/receipt")

	city.Get(at+"/endorse").Want(t, 200, "지난 보완 요청과 조치", "줄였습니다.", "바로 앞 제출본과 비교")
	city.Get(at+"/compare").Want(t, 200, "제출본 1 → 제출본 2", "<del", "시장", "장터", "국비를 줄여 주십시오.", "줄였습니다.")
	city.Get(at+"/compare?from=1&to=draft").Want(t, 403)
	me.Get(at+"/compare?from=2&to=draft").Want(t, 200, "두 제출본의 내용이 같습니다.")
	me.Get(at+"/compare?from=1&to=9").Want(t, 404)
	me.Get(at+"/submissions/2").Want(t, 200, "앞 제출본과 비교", "줄였습니다.")
	s.As(s.Officer2).Get(at+"/compare").Want(t, 404)
}

func mustNext(t *testing.T, id string) string {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(id, &n); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(n + 1)
}

// TestTalk: comments by form, heard by whom they are meant for, on every page.
func TestTalk(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.HandedIn(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	me, city, ministry := s.As(s.Officer), s.As(s.Province), s.As(s.Manager)
	me.Get(at+"/plan/lines").Want(t, 200, "의견 남기기", "우리 지자체 사람만", "나과장")
	me.Post(at+"/comments", keyed("place", "lines|lines.0", "visibility", "internal", "mention", fmt.Sprint(s.Approver.ID), "body", "우리끼리", "on", "part", "in", "lines", "no", "0")).Leads(t, at+"/plan/lines#comment-1")
	me.Post(at+"/comments", keyed("place", "lines|lines.99", "visibility", "", "body", "", "on", "part", "in", "lines", "no", "0")).
		Want(t, 422, `id="f-place-error"`, `id="f-visibility-error"`, `id="f-body-error"`)
	city.Get(at+"/submissions/1").Want(t, 200, "우리 시·도 사람만").Lacks(t, "우리끼리", "comment-1")
	city.Post(at+"/comments", keyed("place", "section.overview", "visibility", "next", "body", "질문입니다.", "on", "submission", "in", "", "no", "1")).Leads(t, at+"/submissions/1#comment-2")
	ministry.Get(at+"/comments").Want(t, 200, "질문입니다.").Lacks(t, "우리끼리")
	ministry.Post(at+"/comments", keyed("reply_to", "1", "body", "나도", "on", "", "in", "", "no", "0")).Want(t, 404)
	city.Post("/comments/2/retract", keyed("version", "1", "on", "", "in", "", "no", "0")).Leads(t, at+"/comments#comment-2")
	me.Get(at+"/comments").Want(t, 200, "거둔 의견", "우리끼리", "1번째 줄")
	s.As(s.Officer2).Get(at+"/comments").Want(t, 404)
	s.As(s.Reviewers[0]).Get(at+"/comments").Want(t, 404)
	s.As(s.Finance).Get(at+"/submissions/1").Want(t, 200).Lacks(t, "의견과 보완 요청", "질문입니다.")
}

// TestEndorseSeveral gives two districts their places on one page; a mistake of one
// row keeps what was typed and changes nothing.
func TestEndorseSeveral(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a, b := fixture.HandedIn(t, s.db, s.call, s.Officer), fixture.HandedIn(t, s.db, s.call, s.Officer2)
	city := s.As(s.Province)
	city.Get("/endorsements").Want(t, 200, "어울림 사업 공모", "200,000,000", "2건")
	list := fmt.Sprintf("/endorsements/%d", s.call.ID)
	page := city.Get(list).Want(t, 200, "나루군", "다솜시", "200,000,000", "시·도 검토")
	ids := regexp.MustCompile(`name="rows\.(\d)\.id" value="(\d+)"`).FindAllStringSubmatch(page.Body, -1)
	if len(ids) != 2 {
		t.Fatal(page.Body)
	}
	form := func() url.Values {
		v := keyed()
		for i, m := range ids {
			version := a.Version
			if m[2] == fmt.Sprint(b.ID) {
				version = b.Version
			}
			v = with(v, "rows."+m[1]+".id", m[2], "rows."+m[1]+".version", fmt.Sprint(version), "rows."+m[1]+".rank", fmt.Sprint(i+1), "rows."+m[1]+".opinion", "추천합니다.", "rows."+m[1]+".chosen", "on")
		}
		return v
	}
	wrong := form()
	wrong.Del("rows.0.chosen")
	wrong.Set("rows.1.rank", "0")
	city.Post(list, wrong).Want(t, 422, `id="f-rows-1-rank-error"`, "추천합니다.").Lacks(t, `id="f-rows-0-rank-error"`)
	city.Post(list, keyed("rows.0.id", fmt.Sprint(a.ID), "rows.0.version", "2")).Want(t, 422, "하나 이상 골라")
	city.Post(list, form()).Leads(t, list)
	city.Get(list).Want(t, 200, "1순위", "2순위", "접수").Lacks(t, "표시한 신청 추천")
	s.As(s.ProvinceOther).Get(list).Want(t, 200, "제출한 신청이 없습니다").Lacks(t, "나루군")
	s.As(s.Manager).Get(list).Want(t, 404)
}

// TestSignoffPages asks for a signature, refuses it and gives it.
func TestSignoffPages(t *testing.T) {
	t.Parallel()
	s := newSignedSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	me, boss := s.As(s.Officer), s.As(s.Approver)
	check := me.Get(at+"/check").Want(t, 200, "결재 올리기").Lacks(t, at+`/submit"`)
	me.Post(at+"/sign", versions(t, check)).Want(t, 422, "확인했다는 칸")
	me.Post(at+"/sign", with(versions(t, check), "agreed", "on")).Leads(t, at)
	me.Get(at).Want(t, 200, "결재자의 결재를 기다리고", "결재 회수", "결재 올림")
	me.Get(at+"/plan/title").Want(t, 200, "지금은 고칠 수 없습니다")
	boss.Get(at).Want(t, 200, "결재하기")
	sign := boss.Get(at+"/signoff").Want(t, 200, "결재하고 제출", "어울림 시장 만들기", "일치")
	refusal := url.Values{"version": {versions(t, sign).Get("version")}}
	boss.Post(at+"/reject", with(refusal, "reason", "")).Want(t, 422, `id="f-reason-error"`)
	boss.Post(at+"/reject", with(refusal, "reason", "금액을 확인해 주십시오.")).Leads(t, at)
	me.Get(at).Want(t, 200, "금액을 확인해 주십시오.", "반려", "계획서 작성")
	me.Post(at+"/sign", with(versions(t, me.Get(at+"/check")), "agreed", "on")).Leads(t, at)
	me.Post(at+"/recall", versions(t, me.Get(at))).Leads(t, at+"/plan")
	me.Post(at+"/sign", with(versions(t, me.Get(at+"/check")), "agreed", "on")).Leads(t, at)
	sign = boss.Get(at+"/signoff").Want(t, 200)
	boss.Post(at+"/approve", versions(t, sign)).Want(t, 422, "확인했다는 칸")
	boss.Post(at+"/approve", with(versions(t, sign), "agreed", "on")).Leads(t, at+"/receipt")
	me.Get(at+"/receipt").Want(t, 200, "제출했습니다")
	s.As(s.Approver2).Get(at+"/signoff").Want(t, 404)
}

// TestCompareBudgetPage shows 당초, 변경 and 증감 with their signs.
func TestCompareBudgetPage(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.HandedIn(t, s.db, s.call, s.Officer)
	s.sendBack(t, a)
	line := application.BudgetLine{Code: "210-01", Description: "표본 예산", Amounts: money.BySource{National: money.Must(40_000_000), Sido: money.Must(40_000_000)}}
	if _, err := s.apps.SaveLines(t.Context(), s.Officer, a.ID, 1, []application.BudgetLine{line}, false); err != nil {
		t.Fatal(err)
	}
	s.As(s.Officer).Get(fmt.Sprintf("/applications/%d/compare?from=1&to=draft", a.ID)).
		Want(t, 200, "당초", "변경", "증감", "&#43;6,773,500", "-20,000,000", "삭제", "산출기초")
}

// sendBack is the 시·도's return with one item.
func (s applicationSite) sendBack(t *testing.T, a application.Application) {
	t.Helper()
	service := &comment.Service{Work: s.db.Work}
	if _, err := service.Return(t.Context(), s.Province, a.ID, a.Version, "예산을 줄여 주십시오.", []comment.Item{{Part: "lines", Field: "lines.1.national", Body: "국비를 줄여 주십시오."}}); err != nil {
		t.Fatal(err)
	}
}

// TestCallFormAsksForSignature: the tick of the form is kept, and read by all.
func TestCallFormAsksForSignature(t *testing.T) {
	t.Parallel()
	s := newSignedSite(t)
	site := webtest.New(t, web.Services{Work: s.db.Work, Programs: &program.Service{Work: s.db.Work}, Applications: s.apps})
	site.As(s.Manager).Get(fmt.Sprintf("/calls/%d", s.call.ID)).Want(t, 200, "지자체의 결재자가 결재해야 제출됩니다.")
}
