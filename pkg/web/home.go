package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/notice"
	"eoul/pkg/page"
	"eoul/pkg/report"
)

func homeRoutes() []Route {
	return []Route{{Method: "GET", Path: "/", Handle: (*Server).home, Public: true}}
}

func homePages() []PageDef { return []PageDef{{"home/show", &homePage{}}} }

type homePage struct {
	Base
	Todo, Waiting []InboxItem
	Notices       []notice.Notice
	Unread        int
}

// home is 내 업무: what waits for the person, by the roles they hold. Whoever is not
// signed in sees the public calls.
func (s *Server) home(c echo.Context) error {
	if !s.who(c).SignedIn() {
		return c.Redirect(http.StatusSeeOther, "/public")
	}
	return get(s, c, nil, "home/show", func(ctx context.Context, who authz.Actor) (*homePage, error) {
		tasks, err := s.Reports.Inbox(ctx, who)
		if err != nil {
			return nil, err
		}
		news, err := s.Notices.List(ctx, who, page.Request{Size: 5, Filters: map[string]string{"state": "unread"}})
		p := &homePage{Base: Base{Title: "내 업무"}, Notices: news.Items, Unread: news.Total}
		for _, t := range tasks {
			if item := s.inboxItem(t); t.Waiting {
				p.Waiting = append(p.Waiting, item)
			} else {
				p.Todo = append(p.Todo, item)
			}
		}
		return p, err
	})
}

func (s *Server) inboxItem(t report.Task) InboxItem {
	item := InboxItem{Title: t.Title, Path: t.Link, Note: t.About, State: Badge{"primary", strconv.Itoa(t.Count) + "건"}}
	if t.Waiting {
		item.State.Tone = "neutral"
	}
	if t.Due != nil {
		now := s.cfg.Now()
		item.Due = dday(now, *t.Due)
		text, _ := instant(*t.Due) // an instant can always be printed
		if item.Note != "" {
			item.Note += " · "
		}
		if t.Count > 1 {
			item.Note += "가장 이른 "
		}
		item.Note += "기한 " + text
	}
	return item
}
