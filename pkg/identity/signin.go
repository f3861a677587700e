package identity

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// How many failed sign-ins are let through before the door stays shut for a while.
// They count per login and address together, so that a stranger cannot lock an
// officer out of their own device, and per address.
const (
	failureWindow = 15 * time.Minute
	failuresLogin = 5
	failuresIP    = 20
)

const (
	// Two attempts from one address wait for each other, so that none slips past the count.
	sqlSignInLock   = `select pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))`
	sqlSignInCounts = `
		select count(*) filter (where login = $1) as by_login, count(*) as by_ip,
		       coalesce(min(at) filter (where login = $1), $3) as first_login, coalesce(min(at), $3) as first_ip
		  from sign_in_failures where ip = $2 and at > $3`
	sqlSignInNote   = `insert into sign_in_failures (login, ip, at) values ($1, $2, $3)`
	sqlSignInForget = `delete from sign_in_failures where login = $1 and ip = $2`
	sqlSignInTidy   = `delete from sign_in_failures where at < $1`
	sqlSignInPerson = `
		select p.id, coalesce(p.password_hash, '') as hash, p.disabled_at is not null as disabled
		  from people p where p.login = $1`
)

// candidate is who a sign-in is for; the zero value is nobody.
type candidate struct {
	ID       authz.PersonID `db:"id"`
	Hash     string         `db:"hash"`
	Disabled bool           `db:"disabled"`
}

// session is what the trail keeps of a sign-in or sign-out.
type session struct {
	Login   string `json:"login"`
	Outcome string `json:"outcome"`
}

// SignIn is the person who signed in, with the grants that count today. An unknown
// login, a wrong password and a disabled person get the same Invalid answer after
// the same time; too many attempts are TooMany with the time to wait, a full queue
// is Unavailable. Success and failure stand in the trail.
func (s *Service) SignIn(ctx context.Context, login, password, ip string) (authz.Actor, error) {
	login = NormalLogin(login)
	who, err := s.attempt(ctx, login, ip)
	if err != nil {
		return authz.Anonymous(), err
	}
	if who.Disabled {
		who.Hash = ""
	}
	if len(password) > 4*passwordMax {
		password = ""
	}
	fits, err := s.Hash.Verify(ctx, who.Hash, password)
	if err != nil {
		return authz.Anonymous(), err
	}
	return s.settle(ctx, who, login, ip, fits)
}

// attempt counts this try before anything is known of it, and refuses one too many.
// The count is taken back when the password fits.
func (s *Service) attempt(ctx context.Context, login, ip string) (candidate, error) {
	return work.Draft(ctx, s.Work, authz.Anonymous(), func(ctx context.Context, tx *work.Tx) (who candidate, err error) {
		if err := tx.Allow("session:create", authz.Object{Kind: "session"}); err != nil {
			return who, err
		}
		if _, err := tx.ExecAll(ctx, sqlSignInLock, ip); err != nil {
			return who, fmt.Errorf("lock sign-in: %w", err)
		}
		var n struct {
			ByLogin    int       `db:"by_login"`
			ByIP       int       `db:"by_ip"`
			FirstLogin time.Time `db:"first_login"`
			FirstIP    time.Time `db:"first_ip"`
		}
		if err := tx.Get(ctx, &n, sqlSignInCounts, login, ip, tx.Now.Add(-failureWindow)); err != nil {
			return who, fmt.Errorf("count failures: %w", err)
		}
		var first time.Time
		switch {
		case n.ByLogin >= failuresLogin:
			first = n.FirstLogin
		case n.ByIP >= failuresIP:
			first = n.FirstIP
		default:
			if err := tx.Exec(ctx, sqlSignInNote, login, ip, tx.Now); err != nil {
				return who, fmt.Errorf("note attempt: %w", err)
			}
			_, err := tx.Find(ctx, &who, sqlSignInPerson, login)
			return who, err
		}
		wait := first.Add(failureWindow).Sub(tx.Now)
		return who, &fault.Error{Kind: fault.TooMany, Retry: max(wait, time.Second),
			Msg: fmt.Sprintf("로그인에 여러 번 실패했습니다. %d분 뒤에 다시 시도해 주십시오.", int(wait/time.Minute)+1)}
	})
}

// settle leaves the outcome in the trail: a success as the person, a failure as
// the system. What was typed as a login is kept only when somebody has it, because
// people type passwords there.
func (s *Service) settle(ctx context.Context, who candidate, login, ip string, fits bool) (authz.Actor, error) {
	if !fits {
		_, err := work.Do(ctx, s.Work, authz.System("로그인"), func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
			if err := tx.Allow("session:create", authz.Object{Kind: "session"}); err != nil {
				return none, err
			}
			if who.ID == 0 {
				login = "(모르는 아이디)"
			}
			return none, tx.Record(ctx, "session:refuse", work.Ref{Kind: "session", ID: int64(who.ID)}, nil, session{login, "실패"})
		})
		if err != nil {
			return authz.Anonymous(), err
		}
		return authz.Anonymous(), fault.New(fault.Invalid, "아이디나 비밀번호가 맞지 않습니다.")
	}
	return work.Do(ctx, s.Work, authz.Actor{ID: who.ID, Name: login}, func(ctx context.Context, tx *work.Tx) (authz.Actor, error) {
		if err := tx.Allow("session:create", authz.Object{Kind: "session"}); err != nil {
			return authz.Anonymous(), err
		}
		a, err := ActorOf(ctx, tx, who.ID)
		if err != nil {
			return a, err
		}
		if _, err := tx.ExecAll(ctx, sqlSignInForget, login, ip); err != nil {
			return a, fmt.Errorf("forget failures: %w", err)
		}
		if _, err := tx.ExecAll(ctx, sqlSignInTidy, tx.Now.Add(-24*time.Hour)); err != nil {
			return a, fmt.Errorf("tidy failures: %w", err)
		}
		tx.Actor.Name = a.Name
		return a, tx.Record(ctx, "session:create", work.Ref{Kind: "session", ID: int64(who.ID)}, nil, session{login, "성공"})
	})
}

// SignOut leaves the end of a session in the trail; Sessions.End ends it.
func (s *Service) SignOut(ctx context.Context, who authz.Actor) error {
	_, err := work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("session:end", authz.Object{Kind: "session"}); err != nil {
			return none, err
		}
		return none, tx.Record(ctx, "session:end", work.Ref{Kind: "session", ID: int64(who.ID)}, nil, nil)
	})
	return err
}
