package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/fault"
)

// AppRole is the role a server runs as: it reads and writes rows the schema
// grants to it and can change no table.
const AppRole = "eoul_app"

// OwnerRole owns the tables in a private cluster and runs upgrades.
const OwnerRole = "eoul_owner"

// An Option changes one thing about the connections of Connect.
type Option func(*settings)

type settings struct {
	runtime map[string]string
	pool    int
	name    string
}

// Pool limits the number of connections; the default is 20.
func Pool(n int) Option { return func(s *settings) { s.pool = n } }

// Named is how the connections introduce themselves in pg_stat_activity.
func Named(name string) Option { return func(s *settings) { s.name = name } }

// As makes every connection act as role. The signed-in user must be a member of it.
func As(role string) Option { return func(s *settings) { s.runtime["role"] = role } }

// Patient takes the time limits away, for the one who builds and checks databases.
func Patient() Option {
	return func(s *settings) {
		for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
			s.runtime[limit] = "0"
		}
	}
}

// Connect opens a pool and makes sure the database answers. Statements end after
// 15 s, lock waits after 3 s, idle transactions after 30 s, connections after
// 5 min. An sslmode of the address or of PGSSLMODE is taken as it is; without one,
// a server on another machine must show a certificate that fits its name.
// A database that does not answer is Unavailable.
func Connect(ctx context.Context, address string, options ...Option) (*sqlx.DB, error) {
	s := settings{pool: 20, name: "eoul", runtime: map[string]string{
		"statement_timeout":                   "15s",
		"lock_timeout":                        "3s",
		"idle_in_transaction_session_timeout": "30s",
		"timezone":                            "UTC",
		"jit":                                 "off", // compiling a query costs more than our longest export saves
	}}
	for _, o := range options {
		o(&s)
	}
	cfg, err := config(address, s)
	if err != nil {
		return nil, err
	}
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(s.pool)
	db.SetMaxIdleConns(s.pool)
	db.SetConnMaxLifetime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fault.Wrap(fault.Unavailable, "데이터베이스에 연결할 수 없습니다. 주소와 PostgreSQL의 상태를 확인해 주세요.", err)
	}
	return db, nil
}

func config(address string, s settings) (pq.Config, error) {
	cfg, err := pq.NewConfig(address)
	if err != nil {
		return cfg, fault.Wrap(fault.Invalid, "데이터베이스 주소를 읽을 수 없습니다.", err)
	}
	if cfg.SSLMode == "" {
		cfg.SSLMode = pq.SSLModeVerifyFull
		if loopback(cfg.Host) {
			cfg.SSLMode = pq.SSLModeDisable
		}
	}
	if cfg.ApplicationName == "" {
		cfg.ApplicationName = s.name
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	for name, value := range s.runtime {
		if _, given := cfg.Runtime[name]; !given {
			cfg.Runtime[name] = value
		}
	}
	return cfg, nil
}

func loopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}
