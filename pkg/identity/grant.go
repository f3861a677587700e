package identity

import (
	"slices"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// GrantID identifies a role grant.
type GrantID int64

// Grant is a role held by a person in one scope: a government (or ministry), a
// programme, or everything.
type Grant struct {
	ID          GrantID        `db:"id" json:"id"`
	Person      authz.PersonID `db:"person_id" json:"person_id"`
	PersonName  string         `db:"person_name" json:"person_name"`
	Role        string         `db:"role" json:"role"`
	Government  int64          `db:"government_id" json:"government_id,omitempty"`
	Program     int64          `db:"program_id" json:"program_id,omitempty"`
	Any         bool           `db:"everything" json:"any,omitempty"`
	From        calendar.Date  `db:"valid_from" json:"valid_from"`
	To          calendar.Date  `db:"valid_to" json:"valid_to"`
	State       State          `db:"state" json:"state"`
	Reason      string         `db:"reason" json:"reason"`
	RequestedBy authz.PersonID `db:"requested_by" json:"requested_by"`
	ApprovedBy  authz.PersonID `db:"approved_by" json:"approved_by,omitempty"`
	Version     int            `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (g Grant) Object() authz.Object {
	return authz.Object{Kind: "grant", ID: int64(g.ID), Government: g.Government, Program: g.Program}
}

// Ref names the grant at its version.
func (g Grant) Ref() work.Ref { return work.Ref{Kind: "grant", ID: int64(g.ID), Version: g.Version} }

// RoleLabel is the Korean name of the role.
func (g Grant) RoleLabel() string { return RoleLabel(g.Role) }

// Role is one of the roles of roles.md and the scopes it may have.
type Role struct {
	Code, Label                string
	Government, Programme, Any bool
	TwoPeople                  bool // takes a second administrator
}

// Roles lists every role that can be granted.
func Roles() []Role {
	return []Role{
		{"officer", "시·군·구 담당자", true, false, false, false},
		{"approver", "결재자", true, false, false, false},
		{"province", "시·도 담당자", true, false, false, false},
		{"reviewer", "심사위원", false, true, false, false},
		{"chair", "위원장", false, true, false, false},
		{"manager", "부처 사업담당", false, true, true, false},
		{"decider", "부처 결재자", false, true, true, true},
		{"finance", "재무담당", true, true, true, true},
		{"auditor", "감사", true, false, true, true},
		{"admin", "시스템 관리자", false, false, true, true},
	}
}

// RoleLabel is the Korean name of a role.
func RoleLabel(code string) string {
	for _, r := range Roles() {
		if r.Code == code {
			return r.Label
		}
	}
	return code
}

// GrantInput asks for a role. Exactly one of Government, Program and Any is set.
type GrantInput struct {
	Person     authz.PersonID
	Role       string
	Government int64
	Program    int64
	Any        bool
	From, To   calendar.Date // no To: until it is ended
	Reason     string
}

// Check names every mistake of the input at once and finds the role.
func (in *GrantInput) Check() (Role, error) {
	f := fault.Fields{}
	roles := Roles()
	i := slices.IndexFunc(roles, func(r Role) bool { return r.Code == in.Role })
	if i < 0 {
		f.Add("role", "역할을 골라 주십시오.")
		return Role{}, f.Err()
	}
	role := roles[i]
	scopes := 0
	for _, given := range []bool{in.Government != 0, in.Program != 0, in.Any} {
		if given {
			scopes++
		}
	}
	switch {
	case scopes != 1:
		f.Add("scope", "범위를 하나만 골라 주십시오: 기관, 사업, 전체 가운데 하나입니다.")
	case in.Government != 0 && !role.Government, in.Program != 0 && !role.Programme, in.Any && !role.Any:
		f.Add("scope", role.Label+" 역할에는 이 범위를 줄 수 없습니다.")
	}
	if in.From.IsZero() {
		f.Add("valid_from", "언제부터인지 적어 주십시오.")
	}
	if !in.To.IsZero() && in.To.Before(in.From) {
		f.Add("valid_to", "끝나는 날이 시작하는 날보다 빠릅니다.")
	}
	in.Reason = strings.TrimSpace(in.Reason)
	if n := utf8.RuneCountInString(in.Reason); n == 0 || n > 500 {
		f.Add("reason", "사유를 500자 안으로 적어 주십시오.")
	}
	return role, f.Err()
}
