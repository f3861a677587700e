package postgres_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/lib/pq"

	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/postgres"
)

func TestTranslate(t *testing.T) {
	code := func(code, constraint string) error {
		return fmt.Errorf("insert: %w", &pq.Error{Code: pq.ErrorCode(code), Constraint: constraint, Message: "secret text"})
	}
	for name, c := range map[string]struct {
		err  error
		kind fault.Kind
		part string // of the public sentence
	}{
		"range of won":       {code("23514", "won_check"), fault.Invalid, "15자리"},
		"unknown unique":     {code("23505", "nobody_knows"), fault.Internal, ""},
		"unknown foreign":    {code("23503", "nobody_knows"), fault.Internal, ""},
		"unknown check":      {code("23514", "nobody_knows"), fault.Internal, ""},
		"late":               {code("P0D01", ""), fault.Conflict, "마감 시각이 지나"},
		"rule without words": {code("P0E01", "nobody_knows"), fault.Conflict, "지금 상태에서는"},
		"statement timeout":  {code("57014", ""), fault.Unavailable, "잠시 뒤"},
		"lock timeout":       {code("55P03", ""), fault.Unavailable, "잠시 뒤"},
		"serialization":      {code("40001", ""), fault.Unavailable, "잠시 뒤"},
		"shutdown":           {code("57P01", ""), fault.Unavailable, "연결할 수 없습니다"},
		"disk full":          {code("53100", ""), fault.Unavailable, "잠시 뒤"},
		"syntax":             {code("42601", ""), fault.Internal, ""},
		"permission":         {code("42501", ""), fault.Internal, ""},
		"bad connection":     {driver.ErrBadConn, fault.Unavailable, "연결할 수 없습니다"},
		"network":            {&net.OpError{Op: "dial", Err: errors.New("refused")}, fault.Unavailable, "연결할 수 없습니다"},
		"deadline":           {context.DeadlineExceeded, fault.Unavailable, "잠시 뒤"},
		"a fault passes":     {fault.New(fault.NotFound, "없습니다."), fault.NotFound, "없습니다."},
		"anything else":      {errors.New("boom"), fault.Internal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := postgres.Translate(c.err)
			if !errors.Is(got, c.err) {
				t.Errorf("the cause is lost: %v", got)
			}
			msg, _ := fault.Public(got)
			if fault.KindOf(got) != c.kind || !strings.Contains(msg, c.part) || strings.Contains(msg, "secret") {
				t.Errorf("kind %d, message %q", fault.KindOf(got), msg)
			}
		})
	}
	if postgres.Translate(nil) != nil {
		t.Error("nil became an error")
	}
}

// TestSentencesName real constraints: a renamed constraint would otherwise turn
// a sentence into a 500.
func TestSentencesNameConstraints(t *testing.T) {
	d := dbtest.New(t)
	var source string
	if err := d.Owner.Get(&source, `select coalesce(string_agg(prosrc, ' '), '') from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'`); err != nil {
		t.Fatal(err)
	}
	var names []string
	if err := d.Owner.Select(&names, `
		select conname::text from pg_constraint
		union select relname::text from pg_class where relkind = 'i'
		union select tg.machine || '_flow' from (select distinct machine from transitions) tg
		union select relname::text || '_append_only' from pg_class where relkind = 'r'`); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	for _, n := range postgres.Constraints() {
		if !known[n] && !strings.Contains(source, "'"+n+"'") {
			t.Errorf("no constraint is named %s", n)
		}
	}
}
