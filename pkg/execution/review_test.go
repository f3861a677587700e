package execution_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

func TestReviewMovesDisallowedMoney(t *testing.T) {
	w := running(t)
	e := w.record(t, w.bill(1_000_001, 100_000))
	for name, who := range map[string]authz.Actor{"the officer": w.c.Officer, "the decider": w.c.Decider, "the auditor": w.c.Auditor} {
		_, err := w.s.Accept(t.Context(), who, e.ID)
		wants(t, name+" accepts", err, fault.Forbidden)
		_, err = w.s.Reject(t.Context(), who, e.ID, "사유")
		wants(t, name+" rejects", err, fault.Forbidden)
	}
	_, err := w.s.Reject(t.Context(), w.c.ProvinceOther, e.ID, "사유")
	wants(t, "another 시·도 rejects", err, fault.NotFound)
	_, err = w.s.Reject(t.Context(), w.c.Province, e.ID, "")
	wants(t, "without a reason", err, fault.Invalid)
	disallowed := func() money.BySource { return w.show(t).Balances.Disallowed }
	for round := range 2 {
		r, err := w.s.Reject(t.Context(), w.c.Province, e.ID, "증빙이 다릅니다.")
		if err != nil || r.State != execution.Rejected || disallowed() != e.Amounts {
			t.Fatalf("round %d: rejected %+v, %v; disallowed %v", round, r, err, disallowed())
		}
		_, err = w.s.Reject(t.Context(), w.c.Finance, e.ID, "다시")
		wants(t, "rejected twice", err, fault.Conflict)
		a, err := w.s.Accept(t.Context(), w.c.Finance, e.ID)
		if err != nil || a.State != execution.Accepted || a.DisallowedReason != "" || !disallowed().IsZero() {
			t.Fatalf("round %d: accepted %+v, %v; disallowed %v", round, a, err, disallowed())
		}
	}
	_, err = w.s.Accept(t.Context(), w.c.Manager, e.ID)
	wants(t, "accepted twice", err, fault.Conflict)
}

func TestEvidenceIsReadWithTheExpenditure(t *testing.T) {
	w := running(t)
	store, err := document.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	docs := &document.Service{Work: w.d.Work, Store: store}
	upload := func(who authz.Actor) document.ID {
		t.Helper()
		doc, err := docs.Upload(t.Context(), who, document.Upload{Name: "세금계산서.pdf", Government: w.a.GovernmentID, Body: bytes.NewReader(fixture.PDF())})
		if err != nil {
			t.Fatal(err)
		}
		return doc.ID
	}
	in := w.bill(1_000, 100)
	in.Documents = []document.ID{upload(w.c.Officer)}
	e := w.record(t, in)
	more := upload(w.c.Officer)
	_, err = w.s.Attach(t.Context(), w.c.Manager, e.ID, []document.ID{more})
	wants(t, "the ministry adds evidence", err, fault.Forbidden)
	_, err = w.s.Attach(t.Context(), w.c.Officer, e.ID, nil)
	wants(t, "no file", err, fault.Invalid)
	if _, err := w.s.Attach(t.Context(), w.c.Officer, e.ID, []document.ID{more, more}); err != nil {
		t.Fatal(err)
	}
	v, err := w.s.Show(t.Context(), w.c.Auditor, e.ID)
	if err != nil || len(v.Evidences) != 2 || v.Evidences[0].Document.Name != "세금계산서.pdf" || len(v.May) != 0 {
		t.Errorf("the auditor sees %+v, %v", v, err)
	}
	if _, err := w.s.Evidence(t.Context(), w.c.Province, e.ID, more); err != nil {
		t.Errorf("the 시·도 downloads: %v", err)
	}
	_, err = w.s.Evidence(t.Context(), w.c.Officer2, e.ID, more)
	wants(t, "another district downloads", err, fault.NotFound)
	_, err = w.s.Evidence(t.Context(), w.c.Officer, e.ID, upload(w.c.Officer))
	wants(t, "a file of something else", err, fault.NotFound)
	twin := w.record(t, w.bill(500, 0))
	if v, err := w.s.Show(t.Context(), w.c.Officer, twin.ID); err != nil || len(v.Warnings) != 2 {
		t.Errorf("the same evidence number without a file warns %v, %v", v.Warnings, err)
	}
}

// TestEvidenceIsSound: an infected file is no evidence, and spending is recognised when
// the scanner has looked at all of it and a sound file came after every infected one.
func TestEvidenceIsSound(t *testing.T) {
	w := running(t)
	store, err := document.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	nowhere, err := document.NewScanner("tcp:127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	docs := &document.Service{Work: w.d.Work, Store: store, Scanner: nowhere} // so that files wait
	n := 0
	upload := func() document.ID {
		t.Helper()
		n++
		doc, err := docs.Upload(t.Context(), w.c.Officer, document.Upload{Name: "영수증.pdf", Government: w.a.GovernmentID, Body: bytes.NewReader(append(fixture.PDF(), strings.Repeat("\n", n)+"%%EOF"...))})
		if err != nil || doc.ScanState != document.Pending {
			t.Fatalf("%+v, %v", doc, err)
		}
		return doc.ID
	}
	scanned := func(id document.ID, state, finding string) {
		t.Helper()
		if _, err := w.d.Owner.Exec(`update documents set scan_state = $2, finding = $3, scan_due = null where id = $1`, id, state, finding); err != nil {
			t.Fatal(err)
		}
	}
	accept := func(what string, e execution.Expenditure, sentence string) {
		t.Helper()
		_, err := w.s.Accept(t.Context(), w.c.Province, e.ID)
		if msg, _ := fault.Public(err); sentence != "" && !strings.Contains(msg, sentence) || sentence == "" && err != nil {
			t.Errorf("accepted with %s: %v", what, err)
		}
	}
	first := upload()
	in := w.bill(1_000, 100)
	in.Documents = []document.ID{first}
	e := w.record(t, in)
	accept("a file that waits", e, "검사가 끝나지 않았거나")
	scanned(first, document.Infected, "Eicar")
	accept("an infected file", e, "악성코드가 발견되었습니다")
	bad := upload()
	scanned(bad, document.Infected, "Eicar")
	_, err = w.s.Attach(t.Context(), w.c.Officer, e.ID, []document.ID{bad})
	if _, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["documents"], "영수증.pdf") {
		t.Errorf("an infected file is attached: %v", err)
	}
	if _, err := w.d.Owner.Exec(`insert into evidences (expenditure_id, document_id, added_by) values ($1, $2, 1)`, e.ID, bad); err == nil || !strings.Contains(err.Error(), "infected") {
		t.Errorf("the database takes an infected file: %v", err)
	}
	w.d.Clock(t, fixture.Now(t, w.d).Add(time.Minute))
	second := upload()
	if _, err := w.s.Attach(t.Context(), w.c.Officer, e.ID, []document.ID{second}); err != nil {
		t.Fatal(err)
	}
	accept("a second file that waits", e, "검사가 끝나지 않았거나")
	scanned(second, document.Clean, "")
	accept("a sound file after the infected one", e, "")
	accept("no file, in another bill,", w.record(t, w.bill(500, 0)), "")
}

func TestListRunsTheBalanceOfEachLine(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a, all := fixture.Spent(t, d, c)
	s := fixture.Executions(d)
	l, err := s.List(t.Context(), c.Officer, page.Request{Size: 4})
	if err != nil || l.Total != len(all)+1 || len(l.Items) != 4 || l.Next == "" {
		t.Fatalf("first page %d of %d, %v", len(l.Items), l.Total, err)
	}
	rows := l.Items
	for l.Next != "" {
		if l, err = s.List(t.Context(), c.Officer, page.Request{Size: 4, After: l.Next}); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, l.Items...)
	}
	v, err := fixture.Awards(d).Show(t.Context(), c.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(all)+1 || l.Sum != v.Balances.Spent {
		t.Errorf("%d rows, sum %v, ledger %v", len(rows), l.Sum, v.Balances.Spent)
	}
	left := map[ledger.AccountID]money.Amount{}
	for i := len(rows) - 1; i >= 0; i-- { // from the first to the last
		r := rows[i]
		if _, ok := left[r.LineAccount]; !ok {
			left[r.LineAccount] = r.LineLimit
		}
		left[r.LineAccount] = left[r.LineAccount].Sub(r.Effect().Total())
		if r.LineLeft() != left[r.LineAccount] {
			t.Errorf("after row %d the line has %v left, want %v", r.No, r.LineLeft(), left[r.LineAccount])
		}
	}
	for filters, n := range map[string]int{"state=rejected": 1, "state=correction": 1, "method=card": 0, "line=0": 0, "to=2000-01-01": 0} {
		name, value, _ := strings.Cut(filters, "=")
		l, err := s.List(t.Context(), c.Province, page.Request{Filters: map[string]string{name: value}})
		if err != nil || l.Total != n {
			t.Errorf("%s: %d (%v)", filters, l.Total, err)
		}
	}
	if l, err := s.List(t.Context(), c.Officer2, page.Request{}); err != nil || l.Total != 0 {
		t.Errorf("another district sees %d (%v)", l.Total, err)
	}
	byLine, err := work.View(t.Context(), d.Work, c.Officer, func(ctx context.Context, tx *work.Tx) (map[ledger.AccountID]money.BySource, error) {
		if err := tx.Allow("award:read", a.Object()); err != nil {
			return nil, err
		}
		return execution.ByLine(ctx, tx, a.ID)
	})
	for _, line := range v.Lines {
		if err != nil || byLine[line.AccountID] != line.Spent {
			t.Errorf("line %s: records say %v, ledger %v (%v)", line.Code, byLine[line.AccountID], line.Spent, err)
		}
	}
}
