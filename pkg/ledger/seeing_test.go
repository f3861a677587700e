package ledger_test

import (
	"context"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// TestSeeing compares the statement and the list with who may read the account.
func TestSeeing(t *testing.T) {
	d := dbtest.New(t)
	mine, other := plant(t, d.Work, ledger.Limits{}, 50, 50), plant(t, d.Work, ledger.Limits{}, 50, 50)
	for i, w := range []tree{mine, other} {
		must[bool](t)(do(t.Context(), d.Work, func(ctx context.Context, tx *work.Tx) (bool, error) {
			return true, ledger.Own(ctx, tx, w.award, ledger.Owner{Kind: "award", ID: int64(i + 1), Government: int64(20 + i), Province: 2, Program: 7})
		}))
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Grant, nat(50))))
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.award, ledger.Secure, nat(50))))
		must[ledger.Posting](t)(post(t.Context(), d.Work, posting(w.lineB, ledger.Spend, nat(5))))
	}
	s := &ledger.Service{Work: d.Work}
	officer := authz.Actor{ID: 9, Grants: []authz.Grant{{Role: "officer", Government: 20}}}
	province := authz.Actor{ID: 8, Grants: []authz.Grant{{Role: "province", Government: 2}}}
	st := must[ledger.Statement](t)(s.Statement(t.Context(), officer, mine.award, page.Request{Size: 2}))
	if st.Postings.Total != 3 || len(st.Postings.Items) != 2 || st.Postings.Next == "" || st.Account.Granted != nat(50) || len(st.Children) != 2 {
		t.Errorf("statement %+v", st)
	}
	next := must[ledger.Statement](t)(s.Statement(t.Context(), officer, mine.award, page.Request{Size: 2, After: st.Postings.Next}))
	if len(next.Postings.Items) != 1 || next.Postings.Items[0].Kind != ledger.Grant {
		t.Errorf("second page %+v", next.Postings)
	}
	line := must[ledger.Statement](t)(s.Statement(t.Context(), officer, mine.lineB, page.Request{Filters: map[string]string{"kind": "spend"}}))
	if line.Postings.Total != 1 || line.Parent == nil || line.Parent.Account != mine.award {
		t.Errorf("line %+v", line)
	}
	if _, err := s.Statement(t.Context(), officer, other.award, page.Request{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another government's account: %v", err)
	}
	if _, err := s.Statement(t.Context(), officer, mine.appropriation, page.Request{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an account nobody owns: %v", err)
	}
	for name, c := range map[string]struct {
		who  authz.Actor
		want int
	}{"officer": {officer, 3}, "province": {province, 6}, "manager": {keeper(), 6}} {
		if got := must[page.Slice[ledger.Posting]](t)(s.List(t.Context(), c.who, page.Request{})); got.Total != c.want {
			t.Errorf("%s sees %d postings, want %d", name, got.Total, c.want)
		}
	}
	if _, err := s.List(t.Context(), authz.Anonymous(), page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the public: %v", err)
	}
}
