package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/identity"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/postgres"
	programmes "eoul/pkg/program"
	"eoul/pkg/work"
)

// UserCmd cares for people at the machine itself, above all for the first
// administrator: no installation comes with an account.
type UserCmd struct {
	Add   UserAddCmd   `cmd:"" help:"사람을 더하고 처음 비밀번호를 한 번 보여 줍니다."`
	Grant UserGrantCmd `cmd:"" help:"이미 있는 사람에게 역할을 줍니다."`
	Token UserTokenCmd `cmd:"" help:"API 토큰을 만들어 한 번 보여 줍니다."`
	Reset UserResetCmd `cmd:"" help:"비밀번호를 새로 만들고 그 사람의 로그인을 모두 끝냅니다."`
}

// Help is what eoul user --help says beyond its commands.
func (UserCmd) Help() string {
	return `여기서 한 일은 모두 시스템이 한 일로 감사 이력에 남습니다. 서버가 돌고 있어도 쓸 수 있습니다.

예: eoul user add --login hong --name 홍길동 --role admin --any
    eoul user add --login kim --name 김담당 --role officer --government 2714000000
    eoul user grant --login kim --role officer --government "대구광역시 남구"`
}

// scopeFlags say what for a role is given.
type scopeFlags struct {
	Role       string `placeholder:"역할" help:"officer, approver, province, reviewer, chair, manager, decider, finance, auditor, admin 가운데 하나."`
	Government string `placeholder:"코드|이름" xor:"scope" help:"기관: 행정구역 코드 열 자리나 전체 이름(대구광역시 동구)."`
	Program    string `placeholder:"번호|이름" xor:"scope" help:"사업: 번호나 이름."`
	Any        bool   `xor:"scope" help:"전체."`
}

// people is the services a user command needs, on an open database.
type people struct {
	identity      *identity.Service
	organizations *organization.Service
	programs      *programmes.Service
	system        authz.Actor
}

// people opens the database the way a server does and runs fn.
func (f databaseFlags) people(ctx context.Context, fn func(people) error) (err error) {
	d, err := f.open(ctx, postgres.Open)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	db, err := d.connectApp(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := postgres.CheckVersion(ctx, db); err != nil {
		return err
	}
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return err
	}
	r := work.New(db, policy)
	return fn(people{identity.New(r, db), &organization.Service{Work: r}, &programmes.Service{Work: r}, authz.System("명령")})
}

// grant reads the scope. It is done before anything is written.
func (p people) grant(ctx context.Context, f scopeFlags) (in identity.GrantInput, err error) {
	in = identity.GrantInput{Role: f.Role, Any: f.Any, From: calendar.Today(time.Now()), Reason: "명령으로 부여"}
	if f.Government != "" {
		if in.Government, err = p.government(ctx, f.Government); err != nil {
			return in, err
		}
	}
	if f.Program != "" {
		if in.Program, err = p.program(ctx, f.Program); err != nil {
			return in, err
		}
	}
	_, err = in.Check()
	return in, err
}

func (p people) government(ctx context.Context, name string) (int64, error) {
	today := calendar.Today(time.Now())
	list, err := p.organizations.List(ctx, p.system, page.Request{Query: name, Size: page.MaxSize, Filters: map[string]string{"on": today.String()}})
	if err != nil {
		return 0, err
	}
	for _, o := range list.Items {
		if o.RegionCode == name || o.FullName() == name {
			return int64(o.ID), nil
		}
	}
	return 0, fault.New(fault.NotFound, fmt.Sprintf("%q 기관을 찾지 못했습니다. 행정구역 코드 열 자리나 전체 이름을 적어 주십시오.", name))
}

func (p people) program(ctx context.Context, name string) (int64, error) {
	list, err := p.programs.Programs(ctx, p.system, page.Request{Size: page.MaxSize})
	if err != nil {
		return 0, err
	}
	for _, g := range list.Items {
		if g.Name == name || strconv.FormatInt(int64(g.ID), 10) == name {
			return int64(g.ID), nil
		}
	}
	return 0, fault.New(fault.NotFound, fmt.Sprintf("%q 사업을 찾지 못했습니다.", name))
}

// UserAddCmd adds a person, with a role when one is named.
type UserAddCmd struct {
	databaseFlags
	scopeFlags
	Login string `required:"" placeholder:"아이디" help:"로그인할 아이디."`
	Name  string `required:"" placeholder:"이름" help:"화면과 감사 이력에 적힐 이름."`
	Email string `placeholder:"주소" help:"전자우편 주소."`
}

// Run adds the person and prints the password, once.
func (c *UserAddCmd) Run(ctx context.Context, out *cliOut) error {
	return c.people(ctx, func(p people) error {
		var in identity.GrantInput
		var err error
		if c.Role != "" {
			if in, err = p.grant(ctx, c.scopeFlags); err != nil {
				return told(err)
			}
		}
		w, err := p.identity.AddPerson(ctx, p.system, identity.PersonInput{Login: c.Login, Name: c.Name, Email: c.Email})
		if err != nil {
			return told(err)
		}
		if c.Role != "" {
			in.Person = w.ID
			if _, err := p.identity.RequestGrant(ctx, p.system, in); err != nil {
				return told(err)
			}
		}
		return out.line("아이디 %s, 처음 비밀번호 %s\n비밀번호는 다시 볼 수 없습니다. 로그인한 뒤 바꾸도록 알려 주십시오.", w.Login, w.Password)
	})
}

// UserGrantCmd gives a role to somebody who is there.
type UserGrantCmd struct {
	databaseFlags
	scopeFlags
	Login string `required:"" placeholder:"아이디" help:"역할을 받을 사람의 아이디."`
}

// Run gives the role.
func (c *UserGrantCmd) Run(ctx context.Context, out *cliOut) error {
	return c.people(ctx, func(p people) error {
		in, err := p.grant(ctx, c.scopeFlags)
		if err != nil {
			return told(err)
		}
		person, err := p.identity.ByLogin(ctx, p.system, c.Login)
		if err != nil {
			return err
		}
		in.Person = person.ID
		if _, err := p.identity.RequestGrant(ctx, p.system, in); err != nil {
			return told(err)
		}
		return out.line("%s에게 %s 역할을 주었습니다.", person.Name, identity.RoleLabel(c.Role))
	})
}

// UserTokenCmd makes an API token.
type UserTokenCmd struct {
	databaseFlags
	Login string `required:"" placeholder:"아이디" help:"토큰이 대신할 사람의 아이디."`
	Name  string `required:"" placeholder:"쓰임" help:"무엇에 쓰는 토큰인지."`
	Days  int    `default:"90" placeholder:"날수" help:"며칠 동안 쓸 수 있는지, 366일까지."`
}

// Run makes the token and prints it, once.
func (c *UserTokenCmd) Run(ctx context.Context, out *cliOut) error {
	return c.people(ctx, func(p people) error {
		person, err := p.identity.ByLogin(ctx, p.system, c.Login)
		if err != nil {
			return err
		}
		t, err := p.identity.CreateToken(ctx, p.system, person.ID, c.Name, c.Days)
		if err != nil {
			return told(err)
		}
		return out.line("%s\n%s까지 쓸 수 있습니다. 토큰은 다시 볼 수 없습니다.", t.Text, calendar.FormatInstant(t.ExpiresAt))
	})
}

// UserResetCmd gives somebody a new password.
type UserResetCmd struct {
	databaseFlags
	Login string `required:"" placeholder:"아이디" help:"비밀번호를 잊은 사람의 아이디."`
}

// Run resets the password and prints the new one, once.
func (c *UserResetCmd) Run(ctx context.Context, out *cliOut) error {
	return c.people(ctx, func(p people) error {
		person, err := p.identity.ByLogin(ctx, p.system, c.Login)
		if err != nil {
			return err
		}
		w, err := p.identity.ResetPassword(ctx, p.system, person.ID)
		if err != nil {
			return err
		}
		return out.line("아이디 %s, 새 비밀번호 %s\n비밀번호는 다시 볼 수 없습니다.", w.Login, w.Password)
	})
}

// told makes one sentence of all field messages, for there is no form to show them at.
func told(err error) error {
	_, fields := fault.Public(err)
	if len(fields) == 0 {
		return err
	}
	var all []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		all = append(all, fields[field])
	}
	return fault.Wrap(fault.Invalid, strings.Join(all, " "), err)
}
