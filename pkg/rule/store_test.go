package rule_test

import (
	"context"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).Owner, ".") }

const (
	count = `select (select count(*) from rules) as rules, (select count(*) from holidays) as holidays`
	edit  = `update rules set value = '45' where key = 'objection.national' and valid_to is null`
	value = `select value from rules where key = 'objection.national' and valid_to is null`
)

// Seeding again neither doubles a row nor undoes an administrator's change.
func TestSeedTwice(t *testing.T) {
	d := dbtest.New(t)
	type counts struct{ Rules, Holidays int }
	var before, after counts
	for _, seen := range []*counts{&before, &after} {
		tx, err := d.Owner.BeginTxx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := rule.Seed(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
		if seen == &before {
			if _, err := tx.ExecContext(t.Context(), edit); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := d.Owner.GetContext(t.Context(), seen, count); err != nil {
			t.Fatal(err)
		}
	}
	if before != after || before.Rules == 0 || before.Holidays == 0 {
		t.Errorf("first %+v, then %+v", before, after)
	}
	var got string
	if err := d.Owner.GetContext(t.Context(), &got, value); err != nil || got != "45" {
		t.Errorf("the change became %q, %v", got, err)
	}
}

// What a unit of work loads answers as the embedded seed does, until a row changes.
func TestLoad(t *testing.T) {
	d := dbtest.New(t)
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := rule.Seed(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), edit); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	set, err := work.View(t.Context(), d.Work, authz.Actor{ID: 1, Name: "담당"}, func(ctx context.Context, tx *work.Tx) (rule.Set, error) {
		if err := tx.Allow("home:read", authz.Object{Kind: "home"}); err != nil {
			return rule.Set{}, err
		}
		return rule.Load(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key  string
		on   calendar.Date
		want int64
	}{
		{rule.VerificationNational, calendar.Must(2023, 6, 19), 300_000_000},
		{rule.VerificationNational, calendar.Must(2023, 6, 20), 100_000_000},
		{rule.ObjectionNational, calendar.Must(2022, 5, 13), 20},
		{rule.ObjectionNational, calendar.Must(2026, 5, 13), 45},
	} {
		if got, _, err := set.Int(c.key, c.on); err != nil || got != c.want {
			t.Errorf("%s on %s = %d, %v; want %d", c.key, c.on, got, err, c.want)
		}
	}
	if got := set.Holidays().Name(calendar.Must(2025, 5, 5)); got != "부처님오신날·어린이날" {
		t.Errorf("5 May 2025 is %q", got)
	}
	last, _, err := set.Deadline(calendar.Must(2025, 12, 31), rule.SettlementOther)
	if err != nil || last != calendar.Must(2026, 3, 3) {
		t.Errorf("%s, %v", last, err)
	}
}
