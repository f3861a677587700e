package web_test

import (
	"archive/zip"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/demo"
	"eoul/pkg/report"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// reportSite is a server over a finished call of three projects, and a person who
// manages its programme.
func reportSite(t *testing.T) (*webtest.Site, *dbtest.DB, authz.Actor) {
	t.Helper()
	d := dbtest.New(t)
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := demo.Large(demo.Size{Applications: 3, Lines: 2, Expenditures: 12})(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var program int64
	if err := d.Owner.Get(&program, `select program_id from calls where number = $1`, demo.ScaleNumber); err != nil {
		t.Fatal(err)
	}
	manager := authz.Actor{ID: 77, Name: "부담당", Grants: []authz.Grant{{Role: "manager", Program: program}}}
	return webtest.New(t, web.Services{Work: d.Work, Reports: &report.Service{Work: d.Work}}), d, manager
}

func TestReportPages(t *testing.T) {
	t.Parallel()
	s, d, manager := reportSite(t)
	var call, award, government int64
	if err := d.Owner.QueryRow(`select w.call_id, w.id, w.government_id from awards w order by w.id limit 1`).Scan(&call, &award, &government); err != nil {
		t.Fatal(err)
	}
	me := s.As(manager)
	me.Get("/reports").Want(t, 200, "규모 시험 공모", fmt.Sprintf(`href="/reports/settlement.xlsx?call=%d"`, call), `<td class="num">3</td><td class="num">2</td>`)
	me.Get(fmt.Sprintf("/reports/calls/%d", call)).Want(t, 200, "3개 사업 가운데 2개의 정산이 확정되었습니다.", "규모-G-00001", "가상군002", fmt.Sprintf(`href="/reports/settlement.xlsx?award=%d"`, award))
	officer := s.As(authz.Actor{ID: 78, Name: "담당", Grants: []authz.Grant{{Role: "officer", Government: government}}})
	officer.Get(fmt.Sprintf("/reports/calls/%d", call)).Want(t, 200, "1개 사업", "규모-G-00001").Lacks(t, "규모-G-00002")
	me.Get("/reports/calls/999999").Want(t, 404)
	s.As(authz.Actor{ID: 79, Name: "심사위원", Grants: []authz.Grant{{Role: "reviewer", Program: 1}}}).Get("/reports").Want(t, 404)
}

func TestReportDownload(t *testing.T) {
	t.Parallel()
	s, _, manager := reportSite(t)
	me := s.As(manager)
	for query, name := range map[string]string{"call=" + url.QueryEscape(demo.ScaleNumber): "정산보고서_", "award=" + url.QueryEscape("규모-G-00003"): "정산보고서_규모-G-00003_"} {
		a := me.Get("/reports/settlement.xlsx?"+query).Want(t, 200)
		if got := a.Header.Get("Content-Type"); got != xlsx.MediaType {
			t.Errorf("%s is a %s", query, got)
		}
		if got := a.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="download.xlsx"; filename*=UTF-8''`+url.PathEscape(name)) {
			t.Errorf("%s is saved as %s", query, got)
		}
		z, err := zip.NewReader(strings.NewReader(a.Body), int64(len(a.Body)))
		if err != nil {
			t.Fatal(err)
		}
		if f, err := z.Open("xl/worksheets/sheet4.xml"); err != nil || f.Close() != nil {
			t.Errorf("%s has no fourth sheet: %v", query, err)
		}
	}
	me.Get("/reports/settlement.xlsx").Want(t, 422, "하나를 지정해 주세요")
	me.Get("/reports/settlement.xlsx?call=1&award=1").Want(t, 422)
	me.Get("/reports/settlement.xlsx?award=999999").Want(t, 404)
	s.As(authz.Actor{ID: 80, Name: "딴사람", Grants: []authz.Grant{{Role: "officer", Government: 1}}}).Get("/reports/settlement.xlsx?call="+url.QueryEscape(demo.ScaleNumber)).Want(t, 404)
}
