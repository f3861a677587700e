package demo

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/identity"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Seat is one sign-in of the demonstration.
type Seat struct {
	Login    string `json:"login"`
	Name     string `json:"name"`
	Role     string `json:"role"` // in words, for the list that is printed
	Password string `json:"password"`
}

// held is one role of a member of the cast, at a place or for programmes.
type held struct {
	role  string
	place string // empty: for both programmes, or everything
	any   bool
}

// member is one person of the cast. Who has no seat cannot be signed in as.
type member struct {
	login, name, says string
	roles             []held
	seat              bool
}

// The places of the fictitious programme.
const (
	ministry = "가상부"
	garam    = "가람도"
	naru     = "나루군"
	dasom    = "다솜시"
	maru     = "마루도"
	baram    = "바람군"
)

// The real places that act in the 2022 case.
const (
	haengan = "행정안전부"
	daegu   = "대구광역시"
	donggu  = "대구광역시 동구"
	namgu   = "대구광역시 남구"
)

func at(role, place string) []held { return []held{{role: role, place: place}} }

func forBoth(role string) []held { return []held{{role: role}} }

// members are the cast: first the seats in the order they are printed.
func members() []member {
	list := []member{
		{"officer", "나루군 담당자", "시·군·구 담당자, 가상 나루군", at("officer", naru), true},
		{"approver", "나루군 결재자", "결재자, 가상 나루군", at("approver", naru), true},
		{"province", "가람도 담당자", "시·도 담당자, 가상 가람도", at("province", garam), true},
		{"province2", "가람도 결재자", "결재자, 가상 가람도", at("approver", garam), true},
		{"reviewer", "가상 심사위원 1", "심사위원", forBoth("reviewer"), true},
		{"chair", "가상 위원장", "위원장", append(forBoth("chair"), held{role: "reviewer"}), true},
		{"manager", "부처 담당자", "부처 사업담당", forBoth("manager"), true},
		{"decider", "부처 결재자", "부처 결재자", forBoth("decider"), true},
		{"finance", "재무 담당자", "재무담당", forBoth("finance"), true},
		{"finance2", "재무 확인자", "재무담당(교부 확인)", forBoth("finance"), true},
		{"auditor", "감사관", "감사", []held{{role: "auditor", any: true}}, true},
		{"admin", "시스템 관리자", "시스템 관리자", []held{{role: "admin", any: true}}, true},
		{"daegu", "대구시 담당자(가상)", "시·도 담당자, 대구광역시의 2022년 사례", at("province", daegu), true},
		{"donggu", "동구 담당자(가상)", "시·군·구 담당자, 대구 동구의 2022년 사례", at("officer", donggu), true},
		{"daegu2", "대구시 결재자(가상)", "", at("approver", daegu), false},
		{"namgu", "남구 담당자(가상)", "", at("officer", namgu), false},
		{"dasom", "다솜시 담당자", "", at("officer", dasom), false},
		{"baram", "바람군 담당자", "", at("officer", baram), false},
		{"maru", "마루도 담당자", "", at("province", maru), false},
		{"maru2", "마루도 결재자", "", at("approver", maru), false},
		{"records", "자료 이관 담당(가상)", "", nil, false},
		{"records2", "자료 이관 확인(가상)", "", nil, false},
	}
	for i := 2; i <= 5; i++ {
		list = append(list, member{fmt.Sprintf("reviewer%d", i), fmt.Sprintf("가상 심사위원 %d", i), "", forBoth("reviewer"), false})
	}
	return list
}

// system makes people and grants, as `eoul user add` does at the machine.
var system = authz.System("시연 준비")

// everybody makes the places, the programmes and the cast, at the start of 2021.
func (p *play) everybody() {
	p.at(on(2021, 1, 4), 9)
	for _, m := range members() {
		w := must(p.people.AddPerson(p.ctx, system, identity.PersonInput{Login: m.login, Name: m.name}))
		p.cast[m.login] = authz.Actor{ID: w.ID, Name: w.Name}
		if m.seat {
			p.seats = append(p.seats, Seat{Login: m.login, Name: m.name, Role: m.says, Password: w.Password})
		}
	}
	p.grant("admin", identity.GrantInput{Role: "admin", Any: true})
	p.settle()
	// Programmes are a manager's to make; until they exist, of any programme.
	first := p.grant("manager", identity.GrantInput{Role: "manager", Any: true})
	f := p.facts.Programme
	p.real = must(p.programs.CreateProgram(p.ctx, p.who("manager"), program.ProgramInput{
		MinistryID: p.places[haengan], Name: f.Name, Purpose: f.Purpose, LegalBasis: "보조금 관리에 관한 법률", Agenda: f.Areas})).ID
	p.made = must(p.programs.CreateProgram(p.ctx, p.who("manager"), program.ProgramInput{
		MinistryID: p.places[ministry], Name: "지역상생 민·관 협업사업", Fictitious: true, Agenda: program.Words{"판로 확대", "돌봄", "인재 양성"},
		Purpose: "시연을 위해 지어낸 사업입니다. 지역 현안을 민간과 함께 풀도록 지원합니다.", LegalBasis: "보조금 관리에 관한 법률"})).ID
	must(p.people.EndGrant(p.ctx, p.who("admin"), first.ID, first.Version))
	p.cast["manager"] = authz.Actor{ID: p.cast["manager"].ID, Name: p.cast["manager"].Name}
	for _, m := range members() {
		if m.login != "admin" {
			p.hold(m)
		}
	}
}

// hold gives a member its roles.
func (p *play) hold(m member) {
	for _, h := range m.roles {
		switch {
		case h.any:
			p.grant(m.login, identity.GrantInput{Role: h.role, Any: true})
		case h.place != "":
			p.grant(m.login, identity.GrantInput{Role: h.role, Government: int64(p.places[h.place])})
		default:
			for _, id := range []program.ID{p.real, p.made} {
				p.grant(m.login, identity.GrantInput{Role: h.role, Program: int64(id)})
			}
		}
	}
}

// grant gives a role from 2021 on and remembers that it is held.
func (p *play) grant(login string, in identity.GrantInput) identity.Grant {
	who := p.who(login)
	in.Person, in.From, in.Reason = who.ID, on(2021, 1, 1), "시연"
	g := must(p.people.RequestGrant(p.ctx, system, in))
	who.Grants = append(who.Grants, authz.Grant{Role: in.Role, Any: in.Any, Government: in.Government, Program: in.Program})
	p.cast[login] = who
	return g
}

// settle puts the fictitious places beside the real ones.
func (p *play) settle() {
	admin := p.who("admin")
	add := func(name, kind, parent string) {
		p.places[name] = must(p.orgs.Create(p.ctx, admin, organization.Input{Kind: kind, Name: name, Parent: p.places[parent],
			ValidFrom: on(2015, 1, 1), Fictitious: true})).ID
	}
	add(ministry, organization.Ministry, "")
	add(garam, organization.Sido, "")
	add(maru, organization.Sido, "")
	add(naru, organization.Sigungu, garam)
	add(dasom, organization.Sigungu, garam)
	add(baram, organization.Sigungu, maru)
	p.look(func(ctx context.Context, tx *work.Tx) error {
		for name, code := range map[string]string{daegu: "2700000000", donggu: "2714000000", namgu: "2720000000",
			"대구광역시 수성구": "2726000000", "대구광역시 달성군": "2771000000"} {
			o, err := organization.ByRegion(ctx, tx, code)
			if err != nil {
				return err
			}
			p.places[name] = o.ID
		}
		list, err := organization.OfKinds(ctx, tx, calendar.Today(tx.Now), organization.Ministry)
		for _, o := range list {
			if o.Name == haengan {
				p.places[haengan] = o.ID
			}
		}
		return err
	})
}

// look reads as the administrator, who may read every organization.
func (p *play) look(fn func(context.Context, *work.Tx) error) {
	must(work.View(p.ctx, p.run, p.who("admin"), func(ctx context.Context, tx *work.Tx) (struct{}, error) {
		if _, err := tx.Scope("organization:read"); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, fn(ctx, tx)
	}))
}

// Reset gives every seat a new password, for a demonstration whose passwords were lost.
func Reset(ctx context.Context, people *identity.Service) (seats []Seat, err error) {
	for _, m := range members() {
		if !m.seat {
			continue
		}
		who, err := people.ByLogin(ctx, system, m.login)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", m.login, err)
		}
		w, err := people.ResetPassword(ctx, system, who.ID)
		if err != nil {
			return nil, fmt.Errorf("reset %s: %w", m.login, err)
		}
		seats = append(seats, Seat{Login: m.login, Name: m.name, Role: m.says, Password: w.Password})
	}
	return seats, nil
}
