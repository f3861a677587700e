package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/fixture"
)

// rewritten is a withdrawn plan and a new, empty one of the same officer.
func rewritten(t *testing.T, s applicationSite) (gone, now application.Application) {
	t.Helper()
	gone = fixture.Drafted(t, s.db, s.call, s.Officer)
	if _, err := s.apps.Withdraw(t.Context(), s.Officer, gone.ID, gone.Version, "다시 씁니다."); err != nil {
		t.Fatal(err)
	}
	now, err := s.apps.Create(t.Context(), s.Officer, s.call.ID, s.Naru, "새 이름")
	if err != nil {
		t.Fatal(err)
	}
	return gone, now
}

// TestCopyPages chooses an earlier plan and its parts; what is written is not chosen
// beforehand, and the page afterwards tells what was not copied.
func TestCopyPages(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	gone, now := rewritten(t, s)
	officer := s.As(s.Officer)
	at := fmt.Sprintf("/applications/%d/copy", now.ID)
	officer.Get(at).Want(t, 200, "어느 신청서에서 가져올까요?", "어울림 시장 만들기", "철회")
	s.As(s.OfficerOther).Get(at).Want(t, 404)
	s.As(s.Approver).Get(at).Want(t, 404)
	from := fmt.Sprintf("%s?from=%d", at, gone.ID)
	page := officer.Get(from).Want(t, 200, "작성하던 내용", "8건", "이미 적음", "사회적경제위원회 논의는 이번 사업으로", "다시 올려 주십시오", `name="parts.0.take" aria-label="사업명 가져오기(지금 내용을 바꿈)"`)
	if n := strings.Count(page.Body, `_take" checked`) + strings.Count(page.Body, `.take" checked`); n != 10 {
		t.Errorf("%d parts are chosen beforehand, want 6 texts, activities, partners, lines, indicators", n)
	}
	officer.Get(at+"?from=999").Want(t, 404)
	form := url.Values{"from": {fmt.Sprint(gone.ID)}, "parts.0.part": {"title"}, "parts.0.version": {"0"}, "parts.1.part": {"lines"}, "parts.1.version": {"0"}}
	officer.Post(at, form).Want(t, 422, "가져올 항목을 하나 이상")
	form.Set("parts.1.take", "on")
	officer.Post(at, form).Leads(t, fmt.Sprintf("%s?copied=lines&from=%d&kept=", at, gone.ID))
	officer.Get(fmt.Sprintf("%s?copied=lines&from=%d&kept=", at, gone.ID)).Want(t, 200, "1개 항목을 가져왔습니다", "예산</a>", "더 가져올 항목", "금액은 지난 계획의 금액입니다")
	officer.Post(at, form).Leads(t, fmt.Sprintf("%s?copied=&from=%d&kept=lines", at, gone.ID))
	officer.Get(fmt.Sprintf("%s?copied=&from=%d&kept=lines", at, gone.ID)).Want(t, 200, "그사이 다른 사람이 저장하여 그대로 두었습니다: 예산")
	officer.Get(fmt.Sprintf("/applications/%d/plan/lines", now.ID)).Want(t, 200, "표본 예산")
}

// TestDuplicatePages shows the 시·도 and the manager what is alike, with links to what
// they may read.
func TestDuplicatePages(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	mine := fixture.HandedIn(t, s.db, s.call, s.Officer)
	theirs := fixture.HandedIn(t, s.db, s.call, s.Officer2)
	far := fixture.HandedIn(t, s.db, s.call, s.OfficerOther)
	at := fmt.Sprintf("/applications/%d/duplicates", mine.ID)
	link := func(id application.ID) string { return fmt.Sprintf(`href="/applications/%d"`, id) }
	s.As(s.Province).Get(at).Want(t, 200, "중복 확인", link(theirs.ID), "같은 사업자등록번호", "같은 사업명", "124-81-00998", "가람도 다솜시").Lacks(t, link(far.ID), "바람군")
	s.As(s.Manager).Get(at).Want(t, 200, link(theirs.ID), link(far.ID), "같은 공모")
	s.As(s.Officer).Get(at).Want(t, 404)
	s.As(s.ProvinceOther).Get(at).Want(t, 404)
	s.As(s.Officer2).Get(at).Want(t, 404)
}
