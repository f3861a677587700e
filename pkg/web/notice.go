package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/notice"
)

func noticeRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/notices", Action: "notice:read", Handle: (*Server).listNotices},
		{Method: "POST", Path: "/notices/read", Action: "notice:mark", Handle: (*Server).readNotices},
	}
}

func noticePages() []PageDef { return []PageDef{{"notice/list", &noticesPage{}}} }

type noticesPage struct {
	Base
	List    List
	Notices []notice.Notice
	Newest  notice.ID // what "all read" reaches up to
}

func (s *Server) listNotices(c echo.Context) error {
	l := list(c, listSpec{Filters: []Filter{{Name: "state", Label: "읽음", Options: []Option{{Value: "unread", Label: "읽지 않음"}}}}})
	return get(s, c, nil, "notice/list", func(ctx context.Context, who authz.Actor) (*noticesPage, error) {
		slice, err := s.Notices.List(ctx, who, l.Request)
		p := &noticesPage{Base: Base{Title: "알림"}, List: of(l, slice), Notices: slice.Items}
		if len(slice.Items) > 0 {
			p.Newest = slice.Items[0].ID
		}
		return p, err
	})
}

func (s *Server) readNotices(c echo.Context) error {
	var in struct {
		UpTo notice.ID `form:"up_to"`
	}
	return post(s, c, command[int64]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (int64, error) {
			return s.Notices.MarkRead(ctx, who, in.UpTo)
		},
		To:   func(int64) string { return "/notices" },
		Done: "모두 읽은 것으로 표시했습니다.",
	})
}
