package identity

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Person is somebody who can sign in. The password hash is not part of it.
type Person struct {
	ID         authz.PersonID `db:"id" json:"id"`
	Login      string         `db:"login" json:"login"`
	Name       string         `db:"name" json:"name"`
	Email      string         `db:"email" json:"email,omitempty"`
	DisabledAt *time.Time     `db:"disabled_at" json:"disabled_at,omitempty"`
	CreatedAt  time.Time      `db:"created_at" json:"created_at"`
	Version    int            `db:"version" json:"version"`
}

// Object is what the rules of permission look at: a person is assigned to themself.
func (p Person) Object() authz.Object {
	return authz.Object{Kind: "person", ID: int64(p.ID), Assigned: []authz.PersonID{p.ID}}
}

// Ref names the person at their version.
func (p Person) Ref() work.Ref { return work.Ref{Kind: "person", ID: int64(p.ID), Version: p.Version} }

// PersonInput is what an administrator writes about a person. An empty Password is
// made up and told once.
type PersonInput struct {
	Login    string
	Name     string
	Email    string
	Password string
}

var (
	loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)
	emailShape = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
)

// tidy puts the input in its stored form and names every mistake at once.
func (in *PersonInput) tidy() error {
	in.Login = NormalLogin(in.Login)
	in.Name = norm.NFC.String(strings.TrimSpace(in.Name))
	in.Email = strings.TrimSpace(in.Email)
	f := fault.Fields{}
	if !loginShape.MatchString(in.Login) {
		f.Add("login", "아이디는 영문 소문자, 숫자, 점, 밑줄, 붙임표로 2자에서 64자까지 적어 주십시오.")
	}
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 50 {
		f.Add("name", "이름을 50자 안으로 적어 주십시오.")
	}
	if in.Email != "" && (len(in.Email) > 254 || !emailShape.MatchString(in.Email)) {
		f.Add("email", "전자우편 주소를 확인해 주십시오.")
	}
	if in.Password != "" {
		if msg := weakness(in.Password, in.Login, in.Name); msg != "" {
			f.Add("password", msg)
		}
	}
	return f.Err()
}

// NormalLogin is the form in which logins are stored and compared. It is cut to a
// length no login has, so that nothing long is kept of what strangers type.
func NormalLogin(login string) string {
	login = strings.ToLower(strings.TrimSpace(norm.NFC.String(login)))
	if len(login) > 64 {
		login = strings.ToValidUTF8(login[:64], "")
	}
	return strings.ReplaceAll(login, "\x00", "")
}
