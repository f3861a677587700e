package identity

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Service holds the use cases of people. DB is for the one question that comes
// before anybody is known: whose token this is.
type Service struct {
	Work *work.Runner
	DB   *sqlx.DB
	Hash *Hasher

	lookup atomic.Pointer[sqlx.Stmt] // sqlActorByHash, once prepared
}

// New makes the service on one database.
func New(r *work.Runner, db *sqlx.DB) *Service { return &Service{Work: r, DB: db, Hash: NewHasher()} }

// Welcome is a new or reset person with the password to tell them, once.
type Welcome struct {
	Person
	Password string `json:"-"`
}

// AddPerson lets somebody sign in. A login that is taken is Invalid.
func (s *Service) AddPerson(ctx context.Context, who authz.Actor, in PersonInput) (Welcome, error) {
	if err := in.tidy(); err != nil {
		return Welcome{}, err
	}
	if in.Password == "" {
		in.Password = madeUp()
	}
	hash, err := s.Hash.Hash(ctx, in.Password)
	if err != nil {
		return Welcome{}, err
	}
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Welcome, err error) {
		if err := tx.Allow("person:create", authz.Object{Kind: "person"}); err != nil {
			return out, err
		}
		var id authz.PersonID
		if err := tx.Get(ctx, &id, sqlInsertPerson, in.Login, in.Name, in.Email, hash, tx.Now); err != nil {
			return out, fmt.Errorf("insert person: %w", err)
		}
		if err := tx.Get(ctx, &out.Person, sqlPerson, id); err != nil {
			return out, err
		}
		out.Password = in.Password
		return out, tx.Record(ctx, "person:create", out.Ref(), nil, out.Person)
	})
}

// UpdatePerson changes name and address. A version other than the one looked at is a Conflict.
func (s *Service) UpdatePerson(ctx context.Context, who authz.Actor, id authz.PersonID, version int, in PersonInput) (Person, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Person, err error) {
		before, err := lockPerson(ctx, tx, id, "person:update")
		if err != nil {
			return p, err
		}
		in.Login, in.Password = before.Login, ""
		if err := in.tidy(); err != nil {
			return p, err
		}
		if err := tx.Exec(ctx, sqlUpdatePerson, id, version, in.Name, in.Email); err != nil {
			return p, err
		}
		return recordPerson(ctx, tx, "person:update", before)
	})
}

// Disable shuts somebody out at once: the password is forgotten, sessions end and
// tokens are revoked. The person stays, because the trail names them.
func (s *Service) Disable(ctx context.Context, who authz.Actor, id authz.PersonID, version int) (Person, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Person, err error) {
		before, err := lockPerson(ctx, tx, id, "person:disable")
		if err != nil {
			return p, err
		}
		if before.DisabledAt != nil {
			return p, fault.New(fault.Conflict, "이미 사용이 중지된 사람입니다.")
		}
		if err := tx.Exec(ctx, sqlDisablePerson, id, version, tx.Now); err != nil {
			return p, err
		}
		if _, err := tx.ExecAll(ctx, sqlEndSessions, id); err != nil {
			return p, fmt.Errorf("end sessions: %w", err)
		}
		var tokens []Token
		if err := tx.Select(ctx, &tokens, sqlTokensOfLock, id); err != nil {
			return p, err
		}
		for _, t := range tokens { // a person has a few
			if _, err := revoke(ctx, tx, t, t.Version); err != nil {
				return p, err
			}
		}
		return recordPerson(ctx, tx, "person:disable", before)
	})
}

// ResetPassword gives somebody a made-up password, told once, and ends their sessions.
func (s *Service) ResetPassword(ctx context.Context, who authz.Actor, id authz.PersonID) (Welcome, error) {
	password := madeUp()
	hash, err := s.Hash.Hash(ctx, password)
	if err != nil {
		return Welcome{}, err
	}
	p, err := s.setPassword(ctx, who, id, "person:reset", hash)
	return Welcome{Person: p, Password: password}, err
}

// ChangePassword lets a person choose a new password, which ends all their
// sessions. A wrong present password is Invalid, and throttled like a sign-in.
func (s *Service) ChangePassword(ctx context.Context, who authz.Actor, present, next, ip string) error {
	me, err := work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Person, err error) {
		if err := tx.Get(ctx, &p, sqlPerson, who.ID); err != nil {
			return p, err
		}
		return p, tx.Allow("person:password", p.Object())
	})
	if err != nil {
		return err
	}
	f := fault.Fields{}
	if msg := weakness(next, me.Login, me.Name); msg != "" {
		f.Add("password", msg)
		return f.Err()
	}
	if _, err := s.SignIn(ctx, me.Login, present, ip); err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return err
		}
		f.Add("present", "지금 비밀번호가 맞지 않습니다.")
		return f.Err()
	}
	hash, err := s.Hash.Hash(ctx, next)
	if err != nil {
		return err
	}
	_, err = s.setPassword(ctx, who, who.ID, "person:password", hash)
	return err
}

func (s *Service) setPassword(ctx context.Context, who authz.Actor, id authz.PersonID, action, hash string) (Person, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Person, err error) {
		before, err := lockPerson(ctx, tx, id, action)
		if err != nil {
			return p, err
		}
		if before.DisabledAt != nil {
			return p, fault.New(fault.Conflict, "사용이 중지된 사람입니다.")
		}
		if err := tx.Exec(ctx, sqlSetPassword, id, hash); err != nil {
			return p, err
		}
		if _, err := tx.ExecAll(ctx, sqlEndSessions, id); err != nil {
			return p, fmt.Errorf("end sessions: %w", err)
		}
		return recordPerson(ctx, tx, action, before)
	})
}

func lockPerson(ctx context.Context, tx *work.Tx, id authz.PersonID, action string) (p Person, err error) {
	if err := tx.Get(ctx, &p, sqlPersonLock, id); err != nil {
		return p, err
	}
	return p, tx.Allow(action, p.Object())
}

func recordPerson(ctx context.Context, tx *work.Tx, action string, before Person) (p Person, err error) {
	if err := tx.Get(ctx, &p, sqlPerson, before.ID); err != nil {
		return p, err
	}
	return p, tx.Record(ctx, action, p.Ref(), before, p)
}

// Detail is a person with roles and tokens and what the viewer may do.
type Detail struct {
	Person
	Grants []Grant
	Tokens []Token
	May    map[string]bool // action -> the button is there
}

// Person shows one person; an unknown one is NotFound.
func (s *Service) Person(ctx context.Context, who authz.Actor, id authz.PersonID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d Detail, err error) {
		if err := tx.Get(ctx, &d.Person, sqlPerson, id); err != nil {
			return d, err
		}
		if err := tx.Allow("person:read", d.Object()); err != nil {
			return d, err
		}
		d.May = map[string]bool{}
		for _, action := range []string{"person:update", "person:reset", "person:disable", "grant:create", "grant:approve", "grant:end", "token:create", "token:revoke"} {
			d.May[action] = tx.Can(action, authz.Object{Kind: "person", ID: int64(id)})
		}
		if err := tx.Select(ctx, &d.Grants, sqlGrantsOf, id); err != nil {
			return d, err
		}
		return d, tx.Select(ctx, &d.Tokens, sqlTokensOf, id)
	})
}

// People lists persons by page, searched by login and name. Filter state: active or disabled.
func (s *Service) People(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Person], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Person], err error) {
		if _, err := tx.Scope("person:read"); err != nil {
			return out, err
		}
		cond, args := []string{"true"}, []any{}
		switch req.Filter("state") {
		case "active":
			cond = append(cond, "p.disabled_at is null")
		case "disabled":
			cond = append(cond, "p.disabled_at is not null")
		}
		if q := strings.TrimSpace(req.Query); q != "" {
			args = append(args, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)+"%")
			cond = append(cond, "(p.login like $1 or p.name like $1)")
		}
		var total int
		if err := tx.Get(ctx, &total, sqlPeopleCount+strings.Join(cond, " and "), args...); err != nil {
			return out, err
		}
		var after authz.PersonID
		if ok, err := req.Start(&after); err != nil {
			return out, err
		} else if ok {
			args = append(args, after)
			cond = append(cond, "p.id > $"+strconv.Itoa(len(args)))
		}
		var rows []Person
		q := sqlPeopleWhere + strings.Join(cond, " and ") + " order by p.id limit " + strconv.Itoa(req.Limit()+1)
		if err := tx.Select(ctx, &rows, q, args...); err != nil {
			return out, err
		}
		return page.Cut(req, rows, total, func(p Person) any { return p.ID }), nil
	})
}

// ByLogin finds a person by login; it is for commands at the machine.
func (s *Service) ByLogin(ctx context.Context, who authz.Actor, login string) (Person, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (p Person, err error) {
		if err := tx.Get(ctx, &p, sqlPersonLogin, NormalLogin(login)); err != nil {
			return p, err
		}
		return p, tx.Allow("person:read", p.Object())
	})
}

// Names gives the names of people, for records that hold only their ids.
func Names(ctx context.Context, tx *work.Tx, ids []authz.PersonID) (map[authz.PersonID]string, error) {
	var rows []Person
	if err := tx.Select(ctx, &rows, sqlPeopleByIDs, pq.Array(ids)); err != nil {
		return nil, err
	}
	out := make(map[authz.PersonID]string, len(rows))
	for _, p := range rows {
		out[p.ID] = p.Name
	}
	return out, nil
}
