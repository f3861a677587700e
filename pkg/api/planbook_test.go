package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"eoul/pkg/fixture"
)

// imported is the part of a reply to an import that the test follows.
type imported struct {
	ID       int64          `json:"id"`
	Errors   int            `json:"errors"`
	Ready    bool           `json:"ready"`
	Versions map[string]int `json:"versions"`
	Findings []struct {
		Sheet, Cell, Value, Rule, Remedy string
	} `json:"findings"`
	Since []struct{ Part string } `json:"since"`
}

// TestWorkbookByProgram fetches, sends and applies a workbook through the API.
func TestWorkbookByProgram(t *testing.T) {
	t.Parallel()
	m := newMoneyAPI(t)
	app := fixture.Drafted(t, m.d, fixture.Call(t, m.d, m.Company), m.Officer)
	at := fmt.Sprintf("/api/v1/applications/%d", app.ID)
	request := func(who, method, path, kind string, body []byte, status int) []byte {
		t.Helper()
		r := httptest.NewRequest(method, path, bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+who)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", uuid.NewString())
		w := m.spec.Do(t, m.h, r)
		if w.Code != status {
			t.Fatalf("%s %s by %s is %d, want %d: %s", method, path, who, w.Code, status, w.Body)
		}
		return w.Body.Bytes()
	}
	book := request("officer", "GET", at+"/workbook", "", nil, 200)
	request("officer2", "GET", at+"/workbook", "", nil, 404)
	send := func(data []byte) (in imported) {
		t.Helper()
		if err := json.Unmarshal(request("officer", "POST", at+"/import?name=a.xlsx", "application/octet-stream", data, 200), &in); err != nil {
			t.Fatal(err)
		}
		return in
	}
	change := func(cell string, value any) []byte {
		t.Helper()
		f, err := excelize.OpenReader(bytes.NewReader(book))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		if err := f.SetCellValue("성과지표", cell, value); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := f.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	apply := func(in imported, status int) []byte {
		t.Helper()
		body, err := json.Marshal(map[string]any{"import_id": in.ID, "versions": in.Versions})
		if err != nil {
			t.Fatal(err)
		}
		return request("officer", "POST", at+"/import/apply", "application/json", body, status)
	}
	wrong := send(change("E6", nil))
	if wrong.Errors != 1 || wrong.Ready || wrong.Findings[0].Sheet != "성과지표" || wrong.Findings[0].Cell != "E6" || wrong.Findings[0].Remedy == "" {
		t.Errorf("%+v", wrong)
	}
	apply(wrong, 422)
	right := send(change("E6", "31"))
	if right.Errors != 0 || !right.Ready || len(right.Versions) != 1 {
		t.Fatalf("%+v", right)
	}
	apply(imported{ID: right.ID, Versions: map[string]int{"indicators": 9}}, 409)
	var saved []struct {
		Part    string
		Version int
	}
	if err := json.Unmarshal(apply(right, 200), &saved); err != nil || len(saved) != 1 || saved[0].Part != "indicators" || saved[0].Version != 2 {
		t.Errorf("%+v %v", saved, err)
	}
	apply(right, 404)
	request("officer", "POST", at+"/import", "application/octet-stream", []byte("%PDF-1.4"), 422)
	request("officer2", "POST", at+"/import", "application/octet-stream", book, 404)
}
