package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/postgres"
	"eoul/pkg/work"
)

// TokenID identifies an API token.
type TokenID int64

// Token lets a program act as a person until it expires. The secret is not part of it.
type Token struct {
	ID        TokenID        `db:"id" json:"id"`
	Person    authz.PersonID `db:"person_id" json:"person_id"`
	Name      string         `db:"name" json:"name"`
	CreatedAt time.Time      `db:"created_at" json:"created_at"`
	ExpiresAt time.Time      `db:"expires_at" json:"expires_at"`
	RevokedAt *time.Time     `db:"revoked_at" json:"revoked_at,omitempty"`
	Version   int            `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (t Token) Object() authz.Object {
	return authz.Object{Kind: "token", ID: int64(t.ID), Assigned: []authz.PersonID{t.Person}}
}

// Ref names the token at its version.
func (t Token) Ref() work.Ref { return work.Ref{Kind: "token", ID: int64(t.ID), Version: t.Version} }

// Secret is a new token with the text to hand over, once.
type Secret struct {
	Token
	Text string `json:"-"`
}

const (
	tokenPrefix  = "eoul_" // lets secret scanners find a leaked token
	tokenMaxDays = 366
)

// CreateToken makes a token for somebody, for at most a year.
func (s *Service) CreateToken(ctx context.Context, who authz.Actor, person authz.PersonID, name string, days int) (Secret, error) {
	f := fault.Fields{}
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 100 {
		f.Add("name", "무엇에 쓰는 토큰인지 100자 안으로 적어 주십시오.")
	}
	if days < 1 || days > tokenMaxDays {
		f.Add("days", fmt.Sprintf("쓸 수 있는 날수는 1일에서 %d일까지입니다.", tokenMaxDays))
	}
	if err := f.Err(); err != nil {
		return Secret{}, err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	text := tokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Secret, err error) {
		if err := tx.Allow("token:create", authz.Object{Kind: "token", Assigned: []authz.PersonID{person}}); err != nil {
			return out, err
		}
		var p Person
		if err := tx.Get(ctx, &p, sqlPerson, person); err != nil {
			return out, err
		}
		if p.DisabledAt != nil {
			return out, fault.New(fault.Conflict, "사용이 중지된 사람에게는 토큰을 만들 수 없습니다.")
		}
		var id TokenID
		if err := tx.Get(ctx, &id, sqlInsertToken, person, name, hashSecret(text), tx.Now, tx.Now.AddDate(0, 0, days)); err != nil {
			return out, fmt.Errorf("insert token: %w", err)
		}
		if err := tx.Get(ctx, &out.Token, sqlTokenLock, id); err != nil {
			return out, err
		}
		out.Text = text
		return out, tx.Record(ctx, "token:create", out.Ref(), nil, out.Token)
	})
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, who authz.Actor, id TokenID, version int) (Token, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (t Token, err error) {
		if err := tx.Get(ctx, &t, sqlTokenLock, id); err != nil {
			return t, err
		}
		if err := tx.Allow("token:revoke", t.Object()); err != nil {
			return t, err
		}
		return revoke(ctx, tx, t, version)
	})
}

func revoke(ctx context.Context, tx *work.Tx, before Token, version int) (t Token, err error) {
	if before.RevokedAt != nil {
		return t, fault.New(fault.Conflict, "이미 폐기된 토큰입니다.")
	}
	if err := tx.Exec(ctx, sqlRevokeToken, before.ID, version, tx.Now); err != nil {
		return t, err
	}
	if err := tx.Get(ctx, &t, sqlTokenLock, before.ID); err != nil {
		return t, err
	}
	return t, tx.Record(ctx, "token:revoke", t.Ref(), before, t)
}

// ActorByToken is whose token this is, with the grants that count today. An
// unknown, expired or revoked token, or one of a disabled person, is Unauthenticated.
func (s *Service) ActorByToken(ctx context.Context, bearer string) (authz.Actor, error) {
	refused := fault.New(fault.Unauthenticated, "토큰이 맞지 않거나 쓸 수 있는 기간이 지났습니다.")
	if !strings.HasPrefix(bearer, tokenPrefix) {
		return authz.Anonymous(), refused
	}
	lookup, err := s.actorByHash(ctx) //nolint:sqlclosecheck // it serves every request and closes with the pool
	if err != nil {
		return authz.Anonymous(), postgres.Translate(fmt.Errorf("prepare token look-up: %w", err))
	}
	var row actorRow
	err = lookup.GetContext(ctx, &row, hashSecret(bearer))
	if errors.Is(err, sql.ErrNoRows) {
		return authz.Anonymous(), refused
	}
	if err != nil {
		return authz.Anonymous(), postgres.Translate(fmt.Errorf("look up token: %w", err))
	}
	return row.actor()
}

// actorByHash is the look-up of every request of a program, prepared at the first one:
// unprepared it costs lib/pq two round trips and PostgreSQL a plan each time.
func (s *Service) actorByHash(ctx context.Context) (*sqlx.Stmt, error) {
	if st := s.lookup.Load(); st != nil {
		return st, nil
	}
	st, err := s.DB.PreparexContext(ctx, sqlActorByHash)
	if err != nil {
		return nil, err
	}
	if !s.lookup.CompareAndSwap(nil, st) {
		_ = st.Close() //nolint:sqlclosecheck // another request was first; the one that stays must not close
	}
	return s.lookup.Load(), nil
}

// hashSecret is how a random secret is stored. It needs no salt and no slow hash:
// 32 random bytes cannot be guessed.
func hashSecret(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
