// Package web turns HTTP into calls on services and back: routes, middleware,
// forms, pages and errors. It holds no SQL, no policy and no rule of a noun.
//
// # How to add a page
//
// A noun has one file here (award.go), one folder of templates (templates/award/)
// and lines in four lists: Services, Routes, Pages, navItems (and labels, when it
// has a state machine). The example is whole; copy it.
//
// 1. The service: one field in Services (server.go).
//
//	Awards *award.Service
//
// 2. The routes, in award.go; their name is one line in Routes (routes.go). The
// action is the coarse gate and must occur in policies/policy.csv.
//
//	func awardRoutes() []Route {
//		return []Route{
//			{Method: "GET", Path: "/awards", Action: "award:read", Handle: (*Server).listAwards},
//			{Method: "GET", Path: "/awards/:id", Action: "award:read", Handle: (*Server).showAward},
//			{Method: "GET", Path: "/awards/:id/edit", Action: "award:edit", Handle: (*Server).editAward},
//			{Method: "POST", Path: "/awards/:id", Action: "award:edit", Handle: (*Server).saveAward},
//			{Method: "POST", Path: "/awards/:id/approve", Action: "award:approve", Handle: (*Server).approveAward},
//		}
//	}
//
// 3. One struct per page, embedding Base; its name is one line in Pages (render.go).
//
//	type awardPage struct {
//		Base
//		Award award.Award
//		Can   map[string]bool // what the buttons ask; never the state
//	}
//
//	func awardPages() []PageDef {
//		return []PageDef{{"award/list", &awardListPage{}}, {"award/show", &awardPage{}}, {"award/edit", &awardEditPage{}}}
//	}
//
// 4. The handlers: bind, call, show.
//
//	func (s *Server) showAward(c echo.Context) error {
//		var in struct { ID award.ID `param:"id"` }
//		return get(s, c, &in, "award/show", func(ctx context.Context, who authz.Actor) (*awardPage, error) {
//			v, err := s.Awards.Show(ctx, who, in.ID)
//			return &awardPage{
//				Base: Base{Title: v.Award.Number, Crumbs: []Crumb{{"교부결정", "/awards"}}},
//				Award: v.Award, Can: v.Can,
//			}, err
//		})
//	}
//
//	func (s *Server) approveAward(c echo.Context) error {
//		var in struct {
//			ID      award.ID `param:"id"`
//			Version int      `form:"version"`
//		}
//		return post(s, c, command[award.Award]{
//			In:   &in,
//			Do:   func(ctx context.Context, who authz.Actor) (award.Award, error) { return s.Awards.Approve(ctx, who, in.ID, in.Version) },
//			To:   awardPath,
//			Done: "교부결정을 승인했습니다.",
//		})
//	}
//
// A form page is shown by GET and, with its mistakes, by POST. fill makes a Form of
// stored values, bind one of what was typed; names are the same as the keys of
// fault.Fields ("lines.0.amount.national").
//
//	type awardForm struct {
//		ID      award.ID       `param:"id"`
//		Version int            `form:"version"`
//		Title   string         `form:"title"`
//		Amount  money.BySource `form:"amount"`
//	}
//
//	func (s *Server) saveAward(c echo.Context) error {
//		var in awardForm
//		return post(s, c, command[award.Award]{
//			In: &in,
//			Do: func(ctx context.Context, who authz.Actor) (award.Award, error) { return s.Awards.Save(ctx, who, in.ID, in.Version, in.Title, in.Amount) },
//			To: awardPath, Done: "저장했습니다.",
//			Again: func(f Form) error { // Invalid and Conflict come here
//				return show(s, c, f.Status(), "award/edit", func(ctx context.Context, who authz.Actor) (*awardEditPage, error) {
//					return s.awardEdit(ctx, who, in.ID, f)
//				})
//			},
//		})
//	}
//
// A list reads its request from the address and answers with the service's slice:
//
//	func (s *Server) listAwards(c echo.Context) error {
//		l := list(c, listSpec{Search: "번호·사업명", Sorts: []Option{{Value: "number", Label: "번호순"}}})
//		return get(s, c, nil, "award/list", func(ctx context.Context, who authz.Actor) (*awardListPage, error) {
//			slice, err := s.Awards.List(ctx, who, l.Request)
//			return &awardListPage{Base: Base{Title: "교부결정", Wide: true}, List: of(l, slice), Awards: slice.Items}, err
//		})
//	}
//
// 5. The template defines main and uses the partials of templates/_*.html.
//
//	{{define "main"}}
//	<div class="page-head"><h1>{{.Title}} {{template "badge" (state "award" .Award.State)}}</h1>
//	<div class="page-actions"><a class="button" href="/awards/{{.Award.ID}}/edit">{{icon "pencil"}}고치기</a></div></div>
//	{{if .Can.approve}}<form method="post" action="/awards/{{.Award.ID}}/approve">{{template "request-key"}}{{template "version" .Award.Version}}
//	<button class="button button-primary" data-confirm="교부결정을 승인합니다. 되돌릴 수 없습니다.">승인</button></form>{{end}}
//	{{end}}
//
// and a form page
//
//	{{define "main"}}{{template "page-head" .}}{{template "error-summary" .Form}}
//	<form class="form" method="post" action="/awards/{{.ID}}" data-guard>{{template "request-key"}}{{template "version" .Version}}
//	{{template "input" (.Form.Field "title" "사업명" | hint "공고문과 같게 적습니다." | required | maxlength 100)}}
//	{{template "sources" (.Form.Sources "amount" "교부결정액" | required)}}
//	<div class="form-actions">{{template "submit" "저장"}}<a class="button" href="/awards/{{.ID}}">취소</a></div>
//	</form>{{end}}
//
// A wide table stands in a region that scrolls by itself; figures have class num:
//
//	<div class="table-region" role="region" aria-label="예산" tabindex="0"><table class="table table-dense">…</table></div>
//
// testdata/gallery shows every component with its markup.
//
// 6. The test, in award_test.go (package web_test), goes through the whole server:
//
//	site := webtest.New(t, web.Services{Work: d.Work, Awards: …})
//	site.As(officer).Get("/awards/1").Want(t, 200, "교부결정")
//	site.As(officer).Post("/awards/1/approve", url.Values{"version": {"3"}}).Want(t, 403)
//
// TestPages checks every template against its struct, TestRoutes every route
// against the policy; both fail when a line is forgotten.
//
// # A form that saves itself
//
// The parts of a plan do (plan_save.go, plan_auto.go, autosave.js): the form carries
// {{template "part-auto" .}} in its tag and begins with {{template "part-hidden" .}};
// its struct implements partInput. The script posts the form to its own action with
// act=auto and is answered with an autoAnswer; what the part shows while it is typed
// comes from partEdit.show and goes into elements with data-output. A script that adds
// or takes out rows dispatches eoul:changed on the form.
//
// # What the core promises
//
// Every form is done once however often it is sent (request_key). What was typed
// survives a mistake, a conflict and an ended session. Every response carries the
// headers of invariant S-15; every page works without a script. Errors become
// responses in fail alone.
package web
