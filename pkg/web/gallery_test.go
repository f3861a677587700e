package web

import (
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// The gallery is a made-up noun with every component; the core is tested with it.

type galleryLine struct {
	Title  string       `form:"title"`
	Cost   money.Amount `form:"cost"`
	Code   string       `form:"code"`
	Amount money.BySource
}

type galleryForm struct {
	Version int                   `form:"version"`
	Title   string                `form:"title"`
	Amount  money.BySource        `form:"amount"`
	Cap     *money.Amount         `form:"cap"`
	People  int                   `form:"people"`
	Kind    string                `form:"kind"`
	Own     string                `form:"own"`
	Codes   []string              `form:"codes"`
	On      calendar.Date         `form:"on"`
	At      time.Time             `form:"at"`
	Note    string                `form:"note"`
	Lines   []galleryLine         `form:"lines"`
	File    *multipart.FileHeader `form:"file"`
	Agreed  bool                  `form:"agreed"`
}

type galleryPage struct {
	Base
	State  Badge
	Due    time.Time
	Stages []Stage
	Tiles  []Tile
	Inbox  []InboxItem
	Lines  []galleryLine
	Sum    money.BySource
	Tasks  []Task
	Events []Event
	Meter  Meter
}

type galleryEditPage struct {
	Base
	Form  Form
	Kinds []Option
	Rows  [][]Field
}

type galleryListPage struct {
	Base
	List  List
	Lines []galleryLine
}

// GalleryPages ties the gallery's templates to their structs.
func GalleryPages() []PageDef {
	return []PageDef{{"gallery/show", &galleryPage{}}, {"gallery/edit", &galleryEditPage{}}, {"gallery/list", &galleryListPage{}}}
}

// GalleryRoutes are routes like a noun's, and some that go wrong.
func GalleryRoutes() []Route {
	return append(coreRoutes(),
		Route{Method: "GET", Path: "/gallery", Action: "gallery:read", Handle: showGallery},
		Route{Method: "GET", Path: "/gallery/list", Action: "gallery:read", Handle: listGallery},
		Route{Method: "GET", Path: "/gallery/edit", Action: "gallery:edit", Handle: editGallery},
		Route{Method: "POST", Path: "/gallery/edit", Action: "gallery:edit", Handle: saveGallery, BodyLimit: "2M"},
		Route{Method: "POST", Path: "/gallery/submit", Action: "gallery:edit", Handle: submitGallery},
		Route{Method: "GET", Path: "/gallery/secret", Action: "gallery:hide", Handle: showGallery},
		Route{Method: "GET", Path: "/gallery/fail/:how", Action: "gallery:read", Handle: failGallery},
		Route{Method: "POST", Path: "/gallery/fail/:how", Action: "gallery:read", Handle: failGallery},
	)
}

func galleryLines() []galleryLine {
	line := func(title, code string, n, s, g, o int64) galleryLine {
		return galleryLine{Title: title, Code: code, Amount: money.BySource{
			National: money.Must(n), Sido: money.Must(s), Sigungu: money.Must(g), Own: money.Must(o),
		}}
	}
	return []galleryLine{
		line("사회적경제 활성화 거점 조성", "401-01", 210_000_000, 126_000_000, 84_000_000, 0),
		line("로컬 크리에이터 육성", "307-05", 90_000_000, 54_000_000, 36_000_000, 1_500_000),
		line("주민 참여단 운영", "201-01", 12_000_000, 7_200_000, 4_800_000, 0),
		line("성과 공유 및 홍보", "201-03", 8_000_000, 4_800_000, 3_200_000, 500_000),
	}
}

func showGallery(s *Server, c echo.Context) error {
	return get(s, c, nil, "gallery/show", func(context.Context, authz.Actor) (*galleryPage, error) {
		now := s.cfg.Now()
		p := &galleryPage{
			Base: Base{
				Title: "동구 사회적경제 활성화", Lead: "2026년 지역 사회적경제 활성화 사업에 내는 신청서입니다.",
				Crumbs: []Crumb{{"내 업무", "/gallery"}, {"신청", "/gallery/list"}},
			},
			State: Badge{"warning", "작성 중"}, Due: now.Add(75 * time.Hour),
			Stages: Stages(1, "구청 작성", "시청 검토", "부처 심사", "교부", "집행", "정산"),
			Tiles: []Tile{
				{Label: "처리할 일", Value: "12", Unit: "건", Note: "오늘 마감 2건", Path: "/gallery/list"},
				{Label: "총사업비", Value: "420,000,000", Unit: "원", Note: "국비 210,000,000원"},
				{Label: "집행률", Value: "62.4", Unit: "%", Note: "2026. 3. 2. 기준"},
				{Label: "보완 요청", Value: "1", Unit: "건", Note: "3일 남음", Path: "/gallery/list"},
			},
			Lines: galleryLines(),
			Meter: meter("집행률", money.Must(262_080_000), money.Must(420_000_000)),
		}
		for _, l := range p.Lines {
			p.Sum = p.Sum.Add(l.Amount)
		}
		p.Inbox = []InboxItem{
			{Title: "남구 신청서 검토", Path: "/gallery", Note: "남구 · 2026. 2. 27. 접수", State: Badge{"info", "시·도 검토"}, Due: dday(now, now.Add(24*time.Hour))},
			{Title: "1차 교부 확인", Path: "/gallery", Note: "북구 · 120,000,000원", State: Badge{"warning", "확인 대기"}},
			{Title: "정산 보완 요청", Path: "/gallery", Note: "서구 · 증빙 3건", State: Badge{"danger", "보완 요청"}, Due: dday(now, now.Add(200*time.Hour))},
		}
		p.Tasks = []Task{
			{Label: "사업 개요", Path: "/gallery/edit", State: Badge{"", "작성 완료"}},
			{Label: "예산", Hint: "국비와 시비의 합이 총사업비와 다릅니다.", Path: "/gallery/edit", State: Badge{"danger", "오류 2건"}},
			{Label: "사회적경제위원회 심의", Path: "/gallery/edit", State: Badge{"warning", "작성 중"}},
			{Label: "제출", Hint: "모든 항목을 마치면 열립니다.", State: Badge{"", "아직 시작할 수 없음"}},
		}
		p.Events = []Event{
			{At: now.Add(-2 * time.Hour), Who: "박서연(시청)", What: "보완 요청", State: Badge{"danger", "보완 요청"}, Note: "협업기관 협약서를 첨부해 주십시오."},
			{At: now.Add(-30 * time.Hour), Who: "김민준(동구)", What: "제출", State: Badge{"info", "제출"}},
			{At: now.Add(-80 * time.Hour), Who: "김민준(동구)", What: "작성 시작"},
		}
		return p, nil
	})
}

func listGallery(s *Server, c echo.Context) error {
	l := list(c, listSpec{
		Search:  "사업명·지자체",
		Sorts:   []Option{{Value: "number", Label: "접수번호순"}, {Value: "title", Label: "사업명순"}},
		Filters: []Filter{{Name: "state", Label: "상태", Options: []Option{{Value: "draft", Label: "작성"}, {Value: "submitted", Label: "제출"}}}},
	})
	return get(s, c, nil, "gallery/list", func(context.Context, authz.Actor) (*galleryListPage, error) {
		slice := page.Slice[galleryLine]{Items: galleryLines(), Next: "next-" + l.Request.After, Total: 31}
		if l.Request.Query == "없음" {
			slice = page.Slice[galleryLine]{}
		}
		return &galleryListPage{Base: Base{Title: "신청 목록", Wide: true}, List: of(l, slice), Lines: slice.Items}, nil
	})
}

func galleryEdit(f Form) *galleryEditPage {
	p := &galleryEditPage{
		Base: Base{Title: "신청서 고치기", Crumbs: []Crumb{{"신청", "/gallery/list"}}}, Form: f,
		Kinds: []Option{{Value: "a", Label: "거점 조성"}, {Value: "b", Label: "인력 양성", Hint: "교육 과정을 포함합니다."}},
	}
	for i := range 2 {
		name := fmt.Sprintf("lines.%d.", i)
		p.Rows = append(p.Rows, []Field{f.Field(name+"title", "세부 사업 이름"), f.Field(name+"cost", "금액"), f.Field(name+"code", "비목")})
	}
	return p
}

func editGallery(s *Server, c echo.Context) error {
	return get(s, c, nil, "gallery/edit", func(context.Context, authz.Actor) (*galleryEditPage, error) {
		f, err := fill(galleryForm{Title: "거점 조성", Amount: money.BySource{National: money.Must(210_000_000)}, Kind: "a", Lines: []galleryLine{{Title: "임차", Code: "a"}}})
		return galleryEdit(f), err
	})
}

func saveGallery(s *Server, c echo.Context) error {
	var in galleryForm
	return post(s, c, command[galleryForm]{
		In: &in,
		Do: func(context.Context, authz.Actor) (galleryForm, error) {
			f := fault.Fields{}
			if in.Title == "" {
				f.Add("title", "사업명을 입력해 주세요.")
			}
			if in.Amount.National.IsZero() {
				f.Add("amount.national", "국비는 총사업비의 50%인 210,000,000원이어야 합니다.")
			}
			if in.Version == 2 {
				return in, fault.New(fault.Conflict, "다른 사람이 먼저 고쳤습니다.")
			}
			return in, f.Err()
		},
		To: func(galleryForm) string { return "/gallery" }, Done: "저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "gallery/edit", func(context.Context, authz.Actor) (*galleryEditPage, error) { return galleryEdit(f), nil })
		},
	})
}

func submitGallery(s *Server, c echo.Context) error {
	return post(s, c, command[int]{
		Do: func(context.Context, authz.Actor) (int, error) { return 7, nil },
		To: func(n int) string { return fmt.Sprintf("/gallery?receipt=%d", n) }, Done: "제출했습니다.",
	})
}

func failGallery(_ *Server, c echo.Context) error {
	switch c.Param("how") {
	case "panic":
		panic("secret of the machine")
	case "internal":
		return errors.New("pq: secret relation does not exist")
	case "busy":
		return &fault.Error{Kind: fault.Unavailable, Msg: "이용이 몰려 처리하지 못했습니다.", Retry: 7 * time.Second}
	case "forbidden":
		return fault.New(fault.Forbidden, "이 일을 할 권한이 없습니다.")
	case "replayed":
		return &work.Replayed{Reply: work.Reply{Status: 303, Location: "/gallery?receipt=1"}}
	}
	return fault.New(fault.NotFound, "찾을 수 없습니다.")
}
