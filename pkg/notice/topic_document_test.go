package notice_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fixture"
	"eoul/pkg/notice"
	"eoul/pkg/outbox"
	"eoul/pkg/page"
)

// TestInfectedFiles: the uploader alone hears of it, and is led to where another file
// can take its place.
func TestInfectedFiles(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Drafted(t, d, fixture.Call(t, d, c), c.Officer)
	var file document.ID
	if err := d.Owner.Get(&file, `select min(document_id) from attachments where application_id = $1`, a.ID); err != nil {
		t.Fatal(err)
	}
	infected(t, d, c, file, fmt.Sprintf("/applications/%d/plan/attachments", a.ID))
	infected(t, d, c, 9999, "/notices")
	s := notice.Service{Work: d.Work}
	if got, err := s.List(t.Context(), c.Approver, page.Request{}); err != nil || got.Total != 0 {
		t.Errorf("others hear of it: %+v, %v", got, err)
	}
}

func TestInfectedEvidence(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	_, spent := fixture.Spent(t, d, c)
	if _, err := d.Owner.Exec(`insert into stored_objects (sha256, size, claimed_at) values (sha256('x'), 1, app_now())`); err != nil {
		t.Fatal(err)
	}
	var file document.ID
	if err := d.Owner.Get(&file, `insert into documents (sha256, name, media_type, size, uploaded_by, uploaded_at) values (sha256('x'), '영수증.pdf', 'application/pdf', 1, $1, app_now()) returning id`, c.Officer.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Owner.Exec(`insert into evidences (expenditure_id, document_id, added_by) values ($1, $2, $3)`, spent[0].ID, file, c.Officer.ID); err != nil {
		t.Fatal(err)
	}
	infected(t, d, c, file, fmt.Sprintf("/expenditures/%d", spent[0].ID))
}

// infected delivers the message about a file and demands the notice.
func infected(t *testing.T, d *dbtest.DB, c fixture.Company, file document.ID, link string) {
	t.Helper()
	s := notice.Service{Work: d.Work}
	payload, err := json.Marshal(document.Found{ID: file, Title: "심의.pdf", People: []authz.PersonID{c.Officer.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Handle(t.Context(), outbox.Message{ID: 1_000_000 + int64(file), Topic: "document.infected", Payload: payload}); err != nil {
		t.Fatal(err)
	}
	got, err := s.List(t.Context(), c.Officer, page.Request{})
	if err != nil || len(got.Items) == 0 || got.Items[0].Link != link || got.Items[0].Title != "올린 파일에서 악성코드가 발견되어 쓸 수 없습니다. 다른 파일을 올려 주십시오: 심의.pdf" {
		t.Errorf("%+v, %v, want %s", got, err, link)
	}
}
