package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jmoiron/sqlx"

	"eoul/pkg/authz"
	"eoul/pkg/postgres"
)

// How long a session lives, by the database clock.
const (
	sessionIdle = 30 * time.Minute // known to the minute
	sessionLife = 10 * time.Hour
)

// CookieName is the name of the session cookie; browsers bind __Host- cookies to
// this host and to secure connections.
const CookieName = "__Host-eoul"

const personKey = "person"

const (
	sqlSession = `
		select s.data, s.seen_at < app_now() - interval '1 minute' as stale, p.id, p.name,` + sqlGrantsToday + `
		  from sessions s
		  join people p on p.id = s.person_id and p.disabled_at is null
		 where s.token_hash = $1 and s.expires_at > app_now() and s.seen_at > app_now() - $2 * interval '1 second'`
	sqlSaveSession = `
		insert into sessions (token_hash, data, person_id, created_at, seen_at, expires_at)
		values ($1, $2, $3, app_now(), app_now(), app_now() + $4 * interval '1 second')
		on conflict (token_hash) do update set data = excluded.data, person_id = excluded.person_id, seen_at = excluded.seen_at`
	sqlTouchSession = `update sessions set seen_at = app_now() where token_hash = $1`
	sqlDropSession  = `delete from sessions where token_hash = $1`
	sqlDropOld      = `delete from sessions where expires_at < app_now() or seen_at < app_now() - $1 * interval '1 second'`
)

// Sessions keeps who is signed in. A request costs one query, which reads the
// session, the person and the grants that count today; a write happens at most
// once a minute. Only the hash of a session's token is stored.
type Sessions struct {
	manager *scs.SessionManager
	store   *sessionStore
	failed  func(http.ResponseWriter, *http.Request, error)
}

// NewSessions keeps sessions in db. failed answers a request whose session cannot
// be read or written.
func NewSessions(ctx context.Context, db *sqlx.DB, failed func(http.ResponseWriter, *http.Request, error)) (*Sessions, error) {
	find, err := db.PreparexContext(ctx, sqlSession)
	if err != nil {
		return nil, fmt.Errorf("prepare session query: %w", postgres.Translate(err))
	}
	store := &sessionStore{db: db, find: find}
	m := scs.New()
	m.Lifetime, m.IdleTimeout = sessionLife, 0 // idleness is kept by the store, see touch
	m.Store, m.Codec, m.ErrorFunc = store, codec{}, failed
	m.Cookie.Name, m.Cookie.Path = CookieName, "/"
	m.Cookie.Secure, m.Cookie.HttpOnly, m.Cookie.SameSite = true, true, http.SameSiteLaxMode
	m.Cookie.Persist = false // the browser forgets it when it is closed
	return &Sessions{manager: m, store: store, failed: failed}, nil
}

// found is what the one query of a request learned.
type found struct {
	hash  []byte
	stale bool
	actor authz.Actor
}

type foundKey struct{}

// Authenticate loads the session before a handler and saves it when it changed.
func (s *Sessions) Authenticate(next http.Handler) http.Handler {
	inner := s.manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := foundIn(r.Context()); f.stale {
			if err := s.store.change(r.Context(), sqlTouchSession, f.hash); err != nil {
				s.failed(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), foundKey{}, &found{actor: authz.Anonymous()})))
	})
}

func foundIn(ctx context.Context) *found {
	if f, ok := ctx.Value(foundKey{}).(*found); ok {
		return f
	}
	return &found{actor: authz.Anonymous()}
}

// Actor is who sent the request, Anonymous without a session.
func (s *Sessions) Actor(ctx context.Context) authz.Actor { return foundIn(ctx).actor }

// Start begins a session for somebody who has just proved who they are. The token
// is a new one; one that came with the request is worth nothing any more.
func (s *Sessions) Start(ctx context.Context, person authz.PersonID) error {
	if err := s.manager.RenewToken(ctx); err != nil {
		return postgres.Translate(fmt.Errorf("renew session: %w", err))
	}
	s.manager.Put(ctx, personKey, strconv.FormatInt(int64(person), 10))
	if _, _, err := s.manager.Commit(ctx); err != nil {
		return postgres.Translate(fmt.Errorf("start session: %w", err))
	}
	return postgres.Translate(s.store.change(ctx, sqlDropOld, sessionIdle.Seconds()))
}

// End ends the session of the request, here and everywhere.
func (s *Sessions) End(ctx context.Context) error {
	return postgres.Translate(s.manager.Destroy(ctx))
}

// codec writes session values, which are all text, as JSON.
type codec struct{}

type coded struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	c := coded{Deadline: deadline, Values: map[string]string{}}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("identity: session value %s is not text", k)
		}
		c.Values[k] = text
	}
	return json.Marshal(c)
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var c coded
	if err := json.Unmarshal(b, &c); err != nil {
		return time.Time{}, nil, fmt.Errorf("identity: session data: %w", err)
	}
	values := make(map[string]any, len(c.Values))
	for k, v := range c.Values {
		values[k] = v
	}
	return c.Deadline, values, nil
}

// sessionStore is the table of sessions as scs wants to see it.
type sessionStore struct {
	db   *sqlx.DB
	find *sqlx.Stmt
}

// FindCtx finds a living session and notes for this request who it belongs to.
func (s *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row struct {
		Data  []byte `db:"data"`
		Stale bool   `db:"stale"`
		actorRow
	}
	hash := hashSecret(token)
	err := s.find.GetContext(ctx, &row, hash, sessionIdle.Seconds())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	f := foundIn(ctx)
	f.hash, f.stale = hash, row.Stale
	if f.actor, err = row.actor(); err != nil {
		return nil, false, err
	}
	return row.Data, true, nil
}

// CommitCtx saves a session of a person. The expiry of scs is not used: it comes
// from another clock.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, _ time.Time) error {
	_, values, err := codec{}.Decode(b)
	if err != nil {
		return err
	}
	text, _ := values[personKey].(string)
	person, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("identity: a session belongs to nobody: %w", err)
	}
	return s.change(ctx, sqlSaveSession, hashSecret(token), b, person, sessionLife.Seconds())
}

// DeleteCtx ends a session.
func (s *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.change(ctx, sqlDropSession, hashSecret(token))
}

// change runs one statement between begin and commit: outside of a transaction
// lib/pq may send a statement again after its connection broke.
func (s *sessionStore) change(ctx context.Context, q string, args ...any) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, q, args...); err != nil {
		return err
	}
	return tx.Commit()
}

// Find, Commit and Delete complete scs.Store; scs calls the forms with a context.
func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a request.
func (s *sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a request.
func (s *sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
