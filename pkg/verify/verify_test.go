package verify_test

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/demo"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/verify"
)

// do runs SQL of the owner with the triggers of one table switched off: what a
// person with the database's password could do.
func do(t *testing.T, d *dbtest.DB, table string, queries ...string) {
	t.Helper()
	owned(t, d, func(tx *sqlx.Tx) error {
		for _, q := range append(append([]string{`alter table ` + table + ` disable trigger user`}, queries...), `set constraints all immediate`, `alter table `+table+` enable trigger user`) {
			if _, err := tx.ExecContext(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
}

func owned(t *testing.T, d *dbtest.DB, fn func(tx *sqlx.Tx) error) {
	t.Helper()
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := fn(tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// found is what verify says: "counter account" and so on, each once.
func found(t *testing.T, d *dbtest.DB) string {
	t.Helper()
	s := verify.Service{Work: d.Work}
	findings, err := s.Run(t.Context(), authz.System("점검"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range findings {
		kind, id, _ := strings.Cut(f.Object, ":")
		if id == "" || f.Message == "" || f.Detail == "" || f.ObjectLabel() == f.Object {
			t.Errorf("finding %+v does not say enough", f)
		}
		if s := f.Check + " " + kind; !strings.Contains(strings.Join(out, ", "), s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// TestEachTamperingIsFound: past the triggers the owner changes one thing; verify
// finds it, and finds nothing before and after.
func TestEachTamperingIsFound(t *testing.T) {
	d := dbtest.New(t)
	owned(t, d, func(tx *sqlx.Tx) error {
		return demo.Large(demo.Size{Applications: 3, Lines: 2, Expenditures: 60})(t.Context(), tx)
	})
	if got := found(t, d); got != "" {
		t.Fatalf("a sound database has %s", got)
	}
	for _, c := range []struct{ name, table, change, back, want string }{
		{"a counter", "accounts", `update accounts set disbursed_national = disbursed_national - 1 where id = (select max(account_id) from awards)`,
			`update accounts set disbursed_national = disbursed_national + 1 where id = (select max(account_id) from awards)`, "counter account, settlement settlement"},
		{"a state", "awards", `update awards set state = 'closed' where id = (select min(id) from awards)`,
			`update awards set state = 'settling' where state = 'closed'`, "trail award"},
		{"a version", "applications", `update applications set version = 2, title = '바꿈' where id = (select min(id) from applications);
			insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after) select app_now(), -1, '-', '-', '-', 'application', min(id), 2, '{"state": "draft"}' from applications`,
			`insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after) select app_now(), -1, '-', '-', '-', 'application', min(id), 3, '{"state": "selected"}' from applications;
			update applications set version = 3 where id = (select min(id) from applications)`, "trail application"},
		{"a posting", "postings", `update postings set national = national + 1 where id = (select max(id) from postings where kind = 'spend')`,
			`update postings set national = national - 1 where id = (select max(id) from postings where kind = 'spend')`, "counter account, expenditure expenditure"},
		{"the time of a submission", "submissions", `update submissions set submitted_at = submitted_at + interval '1 year' where id = (select min(id) from submissions)`,
			`update submissions set submitted_at = submitted_at - interval '1 year' where id = (select min(id) from submissions)`, "deadline application"},
		{"a settlement", "settlement_rows", `update settlement_rows set spent = spent - 1, accepted = accepted - 1, balance = balance + 1, due = due + 1 where source = 'national'`,
			`update settlement_rows set spent = spent + 1, accepted = accepted + 1, balance = balance - 1, due = due - 1 where source = 'national'`, "settlement settlement"},
		{"a repayment", "settlements", `update settlements set state = 'closed' where state = 'fixed'`,
			`update settlements set state = 'fixed' where state = 'closed'`, "repayment settlement, trail settlement"},
		{"a budget line", "award_lines", `update award_lines set national = national + 1, sido = sido - 1 where id = (select min(id) from award_lines)`,
			`update award_lines set national = national - 1, sido = sido + 1 where id = (select min(id) from award_lines)`, "budget award"},
		{"a tranche", "tranches", `update tranches set national = national - 1 where id = (select min(id) from tranches where payer_kind = 'ministry')`,
			`update tranches set national = national + 1 where id = (select min(id) from tranches where payer_kind = 'ministry')`, "tranche tranche"},
		{"an expenditure", "expenditures", `update expenditures set national = national - 1, sido = sido + 1 where id = (select min(id) from expenditures)`,
			`update expenditures set national = national + 1, sido = sido - 1 where id = (select min(id) from expenditures)`, "expenditure expenditure"},
	} {
		do(t, d, c.table, c.change)
		if got := found(t, d); got != c.want {
			t.Errorf("%s: found %q, want %q", c.name, got, c.want)
		}
		do(t, d, c.table, c.back)
		if got := found(t, d); got != "" {
			t.Fatalf("after %s was put back there is %s", c.name, got)
		}
	}
}

func TestChangedScoresAreFound(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	apps := []application.Application{fixture.Submitted(t, d, c, call, c.Officer), fixture.Submitted(t, d, c, call, c.Officer2)}
	fixture.Locked(t, d, c, call, apps)
	if got := found(t, d); got != "" {
		t.Fatalf("a sound ranking has %s", got)
	}
	do(t, d, "scores", `alter table scores no force row level security`, `update scores set points = points - 1 where sheet_id = (select min(sheet_id) from scores) and points > 1`,
		`alter table scores force row level security`)
	if got := found(t, d); !strings.Contains(got, "ranking application") {
		t.Errorf("found %q after a score was changed", got)
	}
}

func TestOnlyTheSystemVerifies(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := verify.Service{Work: d.Work}
	for _, who := range []authz.Actor{c.Officer, c.Manager, c.Nobody, authz.Anonymous()} {
		if _, err := s.Run(t.Context(), who, nil); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v, want Forbidden", who.Name, err)
		}
	}
}

// TestProgressEndsWhole: the last thing progress hears is that all is done.
func TestProgressEndsWhole(t *testing.T) {
	d := dbtest.New(t)
	s := verify.Service{Work: d.Work}
	var heard [][2]int
	if _, err := s.Run(t.Context(), authz.System("점검"), func(done, total int) { heard = append(heard, [2]int{done, total}) }); err != nil {
		t.Fatal(err)
	}
	for i, h := range heard {
		if h[0] != i || h[1] != len(heard)-1 {
			t.Errorf("step %d heard %v", i, h)
		}
	}
	if len(heard) < 3 {
		t.Errorf("heard %v", heard)
	}
}
