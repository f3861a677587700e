package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/demo"
	"eoul/pkg/report"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

func TestSettlementReport(t *testing.T) {
	d := dbtest.New(t)
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := demo.Large(demo.Size{Applications: 2, Lines: 2, Expenditures: 8})(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	services := api.Services{Work: d.Work, Reports: &report.Service{Work: d.Work}}
	s, err := api.New(api.Config{Services: services, Actor: func(context.Context, string) (authz.Actor, error) {
		return authz.Actor{ID: 9, Name: "감사관", Grants: []authz.Grant{{Role: "auditor", Any: true}}}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.New(t, services, func(c *web.Config) { c.API = s }).Handler
	spec := apitest.Load(t)
	for query, status := range map[string]int{
		"?call=" + url.QueryEscape(demo.ScaleNumber): 200, "?award=" + url.QueryEscape("규모-G-00001"): 200,
		"?award=0": 404, "": 422, "?call=1&award=1": 422, "?calls=1": 400,
	} {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/reports/settlement"+query, nil)
		r.Header.Set("Authorization", "Bearer x")
		w := spec.Do(t, h, r)
		if w.Code != status {
			t.Errorf("%s answers %d, want %d: %s", query, w.Code, status, w.Body)
		}
		if status != http.StatusOK {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
		if err != nil || w.Header().Get("Content-Type") != xlsx.MediaType || w.Header().Get("Content-Disposition") == "" {
			t.Fatalf("%s is no workbook: %v %v", query, err, w.Header())
		}
		if f, err := z.Open("xl/worksheets/sheet4.xml"); err != nil || f.Close() != nil {
			t.Errorf("%s has no fourth sheet: %v", query, err)
		}
	}
}
