package ledger

import (
	"context"
	"fmt"
	"strconv"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Service answers questions about the ledger; writing goes through Post in the unit
// of work of the record that causes it.
type Service struct{ Work *work.Runner }

// Statement is an account, where it stands in the tree, and its postings. Of an
// award it shows the postings on its lines too.
type Statement struct {
	Account  Balances            `json:"account"`
	Owner    Owner               `json:"owner"`
	Parent   *Balances           `json:"parent"`
	Children []Balances          `json:"children"`
	Postings page.Slice[Posting] `json:"postings"`
}

const sqlOwner = `
	select owner_kind, owner_id, coalesce(government_id, 0) as government_id, coalesce(province_id, 0) as province_id, coalesce(program_id, 0) as program_id
	  from accounts where id = $1 and owner_kind is not null`

// Statement reads one account with its postings, narrowed as Postings says; the
// filter "kind" names a Kind. NotFound when it is not there or may not be read.
func (s *Service) Statement(ctx context.Context, who authz.Actor, id AccountID, r page.Request) (Statement, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Statement, error) {
		var st Statement
		if err := tx.Get(ctx, &st.Owner, sqlOwner, id); err != nil {
			return st, fmt.Errorf("read owner of account: %w", err)
		}
		if err := tx.Allow("ledger:read", st.Owner.Object(id)); err != nil {
			return st, err
		}
		var err error
		if st.Children, err = Children(ctx, tx, id); err != nil {
			return st, err
		}
		accounts, err := BalancesOf(ctx, tx, id)
		if err != nil {
			return st, err
		}
		st.Account = accounts[id]
		if p := st.Account.Parent; p != 0 && st.Account.Level == Line {
			above, err := BalancesOf(ctx, tx, p)
			if err != nil {
				return st, err
			}
			b := above[p]
			st.Parent = &b
		}
		kinds := kindsOf(r)
		if st.Account.Level == Appropriation {
			kinds = []Kind{Grant} // nothing else of an award counts here
		}
		st.Postings, err = Postings(ctx, tx, st.shown(), kinds, r)
		return st, err
	})
}

// shown is the account and what counts on it: lines of an award, awards (their
// grants) of an appropriation.
func (s Statement) shown() []AccountID {
	ids := []AccountID{s.Account.Account}
	for _, c := range s.Children {
		ids = append(ids, c.Account)
	}
	return ids
}

// List is every posting the actor may read, the latest first; "account" narrows to
// one account, the other filters are those of Statement.
func (s *Service) List(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Posting], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (page.Slice[Posting], error) {
		scope, err := tx.Scope("ledger:read")
		if err != nil {
			return page.Slice[Posting]{}, err
		}
		w := page.Begin(scope.Where(scopeColumns(), 1))
		if raw := r.Filter("account"); raw != "" {
			id, err := strconv.ParseInt(raw, 10, 64)
			if err != nil {
				return page.Slice[Posting]{}, fault.Fields{"account": "계정 번호는 숫자여야 합니다."}.Err()
			}
			w.And("a.id = $$", id)
		}
		return postings(ctx, tx, w, kindsOf(r), r)
	})
}
