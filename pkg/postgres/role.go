package postgres

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/fault"
)

// Leniency is one thing CheckRole may overlook.
type Leniency uint8

// What a caller may allow.
const (
	UnsafeDisk Leniency = iota + 1 // a test cluster that trades durability for speed
	SetRole                        // the person's own role, narrowed by "set role" (demo)
)

const sqlRole = `
	select current_user as acting, r.rolsuper or r.rolbypassrls or r.rolcreaterole as mighty,
	       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
	                where n.nspname = 'public' and pg_has_role(r.rolname, c.relowner, 'member'))
	       or (select pg_has_role(r.rolname, d.datdba, 'member') from pg_database d
	            where d.datname = current_database()) as owning,
	       current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on'
	       and current_setting('synchronous_commit') <> 'off' as durable
	  from pg_roles r
	 where r.rolname = case when $1 then current_user else session_user end`

// CheckRole refuses a connection that could get round the rules the database
// keeps: a superuser, an owner of tables, a role past row level security, and a
// cluster that may lose what it said was stored.
func CheckRole(ctx context.Context, db *sqlx.DB, allowed ...Leniency) error {
	lenient := map[Leniency]bool{}
	for _, l := range allowed {
		lenient[l] = true
	}
	var got struct {
		Acting                  string
		Mighty, Owning, Durable bool
	}
	if err := db.GetContext(ctx, &got, sqlRole, lenient[SetRole]); err != nil {
		return fmt.Errorf("check database role: %w", Translate(err))
	}
	switch {
	case got.Mighty:
		return fault.New(fault.Conflict, "데이터베이스 계정에 관리자 권한이 있어 시작하지 않습니다. DATABASE_URL에 "+AppRole+" 역할을 적어 주세요.")
	case got.Owning:
		return fault.New(fault.Conflict, "데이터베이스 계정이 표의 소유자라서 시작하지 않습니다. DATABASE_URL에 "+AppRole+" 역할을 적어 주세요.")
	case !got.Durable && !lenient[UnsafeDisk]:
		return fault.New(fault.Conflict, "PostgreSQL의 fsync, full_page_writes, synchronous_commit 가운데 꺼진 것이 있어 시작하지 않습니다.")
	}
	return nil
}
