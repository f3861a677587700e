package api_test

import (
	"bytes"
	"fmt"
	"testing"

	"eoul/pkg/document"
	"eoul/pkg/fixture"
)

// TestFilesByProgram attaches files, makes versions and reads what came before.
func TestFilesByProgram(t *testing.T) {
	t.Parallel()
	a := newApplicationAPI(t)
	app := fixture.Drafted(t, a.db, a.call, a.Officer)
	at := fmt.Sprintf("/api/v1/applications/%d", app.ID)
	files := fixture.Applications(t, a.db).Documents
	upload := func(name string) document.ID {
		t.Helper()
		d, err := files.Upload(t.Context(), a.Officer, document.Upload{Name: name, Government: a.Naru, Body: bytes.NewReader(append(fixture.PDF(), name+"\n%%EOF"...))})
		if err != nil {
			t.Fatal(err)
		}
		return d.ID
	}
	attach := func(body m, status int) {
		t.Helper()
		a.do(t, "officer", "POST", at+"/attach", body, nil, status)
	}
	second := upload("둘째.pdf")
	attach(m{"document_id": second, "code": "deliberation"}, 200)
	attach(m{"document_id": upload("셋째.pdf"), "replaces": second}, 200)
	attach(m{"document_id": second}, 409) // an earlier version
	attach(m{"document_id": upload("협약.pdf"), "code": "agreement", "beside": true}, 200)
	attach(m{"document_id": upload("x.pdf"), "replaces": 999999}, 422)
	var out struct {
		Usage   struct{ Files, MostFiles int }
		History []struct {
			Name      string
			Version   int
			ScanState string `json:"scan_state"`
		}
	}
	a.do(t, "officer", "GET", at+"/files", nil, &out, 200)
	if len(out.History) != 2 || out.History[0].Name != "둘째.pdf" || out.History[0].Version != 2 || out.History[0].ScanState != document.Unscanned || out.Usage.Files != 5 {
		t.Errorf("%+v", out)
	}
	a.do(t, "officer2", "GET", at+"/files", nil, nil, 404)
	a.do(t, "province", "GET", at+"/files", nil, nil, 404)
	var plan struct {
		Plan struct {
			Attachments []struct {
				Name      string
				Version   int
				ScanState string `json:"scan_state"`
			}
		}
	}
	a.do(t, "officer", "GET", at+"/plan", nil, &plan, 200)
	for _, f := range plan.Plan.Attachments {
		if f.ScanState != document.Unscanned || f.Name == "셋째.pdf" && f.Version != 3 {
			t.Errorf("the plan has %+v", f)
		}
	}
}
