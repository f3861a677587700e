package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/execution"
	"eoul/pkg/fixture"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
	"eoul/pkg/settlement"
)

// world is a product that people live in, with what they did to its money.
type world struct {
	t   *testing.T
	ctx context.Context
	d   *dbtest.DB
	c   fixture.Company

	programs   *program.Service
	apps       *application.Service
	reviews    *review.Service
	selections *selection.Service
	awards     *award.Service
	spending   *execution.Service
	settling   *settlement.Service

	call            program.CallID
	turns, closings map[string][]string
	cast            []authz.Actor
	verbs           map[string]verb
	names           []string
	tame            bool // only what comes next, by whose turn it is

	purses   map[award.ID]*purse
	rejected map[execution.ID]bool

	done, refused map[string]int
	story         []string
}

// newWorld begins with an open call; with a published one, one of whose projects has
// a budget of odd won; or with two of its projects under way, all their money there.
func newWorld(t *testing.T, begin string) *world {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, calendar.Instant(calendar.Must(2022, time.February, 7), 10, 0))
	w := &world{
		t: t, ctx: t.Context(), d: d, c: fixture.Cast(t, d), apps: fixture.Applications(t, d), programs: &program.Service{Work: d.Work},
		reviews: fixture.Reviews(d), selections: fixture.Selections(d), awards: fixture.Awards(d), spending: fixture.Executions(d), settling: fixture.Settlements(d),
		purses: map[award.ID]*purse{}, rejected: map[execution.ID]bool{}, done: map[string]int{}, refused: map[string]int{}, verbs: map[string]verb{},
		turns: turns(), closings: closings(),
	}
	c := w.c
	w.cast = append([]authz.Actor{c.Officer, c.Approver, c.Officer2, c.OfficerOther, c.Province, c.Province2, c.ProvinceApprover, c.ProvinceFinance,
		c.ProvinceOther, c.Chair, c.Manager, c.Manager2, c.Decider, c.Decider2, c.Finance, c.Finance2, c.Auditor, c.Admin, c.Nobody}, c.Reviewers...)
	for _, verbs := range []map[string]verb{applying(), judging(), deciding(), granting(), disbursing(), buying(), settlingUp(), paying()} {
		maps.Copy(w.verbs, verbs)
	}
	w.names = slices.Sorted(maps.Keys(w.verbs))
	fixture.Panel(t, d, c)
	call := fixture.Call(t, d, c)
	w.call = call.ID
	if begin == "call" {
		return w
	}
	apps := fixture.Published(t, d, call, c.NaruProject(), c.GaramProject(), fixture.Project{Government: c.Baram, Province: c.Maru, Title: "바람 장터", Lines: []application.BudgetLine{
		{CodeSet: program.NationalCodes, Code: "210-01", Description: "홍보물", Amounts: fixture.Sources(7_000_001, 3_333_333, 3_000_001, 666_665)},
		{CodeSet: program.NationalCodes, Code: "240-01", Description: "설명회", Amounts: fixture.Sources(1, 1, 0, 0)},
	}})
	if begin == "money" {
		for i, who := range []authz.Actor{c.Officer, c.Province} {
			a := fixture.Started(t, d, c, who, fixture.Awarded(t, d, c, who, apps[i]))
			*w.purse(a.ID) = w.counted(a.ID)
		}
	}
	return w
}

func (w *world) now() time.Time { return fixture.Now(w.t, w.d) }

func (w *world) today() calendar.Date { return calendar.Today(w.now()) }

// look reads past the product, as its owner.
func (w *world) look(dst any, q string, args ...any) {
	w.t.Helper()
	if err := w.d.Owner.SelectContext(context.WithoutCancel(w.ctx), dst, q, args...); err != nil {
		w.t.Fatalf("look: %v\n%s", err, q)
	}
}

// number reads one number as the owner; 0 when there is none.
func (w *world) number(q string, args ...any) int64 {
	w.t.Helper()
	var n []int64
	w.look(&n, q, args...)
	if len(n) == 0 {
		return 0
	}
	return n[0]
}

// The verbs that come next, by the kind and state of an object. What is said twice
// happens twice as often.
func turns() map[string][]string {
	return map[string][]string{
		"government idle":       {"application:create"},
		"application draft":     {"application:write", "application:budget", "application:submit", "application:submit"},
		"application returned":  {"application:budget", "application:submit", "application:submit"},
		"application endorsing": {"application:endorse", "application:endorse", "application:return"},
		"application unawarded": {"award:create"},
		"call received":         {"round:create"},
		"round unassigned":      {"assignment:create"},
		"assignment open":       {"assignment:declare"},
		"sheet draft":           {"sheet:score", "sheet:submit"},
		"sheet reopened":        {"sheet:score", "sheet:submit"},
		"round unselected":      {"selection:create"},
		"selection drafted":     {"selection:update", "selection:approve"},
		"selection approved":    {"selection:publish"},
		"award applied":         {"award:examine"},
		"award examined":        {"award:grant"},
		"award granted":         {"award:start", "award:secure", "tranche:create"},
		"award running":         {"award:secure", "tranche:create", "expenditure:create", "expenditure:create", "expenditure:create", "expenditure:create"},
		"award suspended":       {"award:resume"},
		"award ended":           {"settlement:create"},
		"tranche requested":     {"tranche:draft", "tranche:draft", "tranche:draft", "tranche:withdraw"},
		"tranche drafted":       {"tranche:confirm", "tranche:confirm", "tranche:confirm", "tranche:undo"},
		"tranche confirmed":     {"tranche:receive"},
		"expenditure recent":    {"expenditure:accept", "expenditure:reject", "expenditure:reverse"},
		"settlement preparing":  {"settlement:enter", "settlement:enter", "settlement:void", "settlement:write", "settlement:submit"},
		"settlement correcting": {"settlement:enter", "settlement:submit"},
		"settlement submitted":  {"settlement:check", "settlement:examine"},
		"settlement checked":    {"settlement:examine", "settlement:examine", "settlement:correct"},
		"settlement examined":   {"settlement:fix"},
		"settlement fixed":      {"settlement:notify"},
		"repayment owed":        {"repayment:pay"},
		"settlement repaid":     {"settlement:close"},
	}
}

// What closes a stage and is done only now and then, or when nothing else is left.
func closings() map[string][]string {
	return map[string][]string{
		"call open":        {"call:close"},
		"round scoring":    {"round:discuss"},
		"round discussing": {"round:lock", "round:lock", "sheet:reopen"},
		"award running":    {"award:end", "award:end", "award:suspend"},
	}
}

const standing = `
	select 'government' as kind, o.id, 'idle' as state from organizations o
	 where o.id = any($1) and exists (select from calls where id = $2 and state = 'open')
	   and not exists (select from applications a where a.government_id = o.id and a.call_id = $2 and a.state <> 'withdrawn')
	union all select 'application', a.id, 'unawarded' from applications a join calls c on c.id = a.call_id
	 where a.state = 'selected' and c.state = 'published' and not exists (select from awards w where w.application_id = a.id and w.state <> 'cancelled')
	union all select 'assignment', a.id, 'open' from assignments a join rounds r on r.id = a.round_id
	 where r.state = 'scoring' and not exists (select from conflicts c where c.assignment_id = a.id)
	union all select 'round', r.id, 'unselected' from rounds r where r.state = 'locked' and not exists (select from selections s where s.call_id = r.call_id)
	union all select 'round', r.id, 'unassigned' from rounds r join applications p on p.call_id = r.call_id
	 where r.state = 'scoring' and p.state = 'reviewing' and not exists (select from assignments a where a.application_id = p.id)
	union all select 'call', c.id, 'received' from calls c where c.state = 'closed' and exists (select from applications a where a.call_id = c.id and a.state = 'received')
	union all (select 'expenditure', id, 'recent' from expenditures where state in ('unreviewed', 'rejected') order by id desc limit 2)
	union all select 'repayment', r.id, 'owed' from repayments r where r.paid < r.amount
	union all select kind, id, state from tracked_states where kind <> 'grant' and (kind <> 'sheet' or id in (
	          select s.id from sheets s join assignments a on a.id = s.assignment_id join rounds r on r.id = a.round_id where r.state <> 'locked'))
	   and (kind <> 'application' or state not in ('draft', 'returned') or exists (select from calls where id = $2 and state = 'open'))
	 order by 1, 2, 3`

// next is something that waits to be done, or nothing.
func (w *world) next(c *choice) (name string, id int64) {
	w.t.Helper()
	var rows []struct {
		Kind, State string
		ID          int64
	}
	w.look(&rows, standing, governments(w.c), w.call)
	type job struct {
		name string
		id   int64
	}
	var now, last []job
	for _, r := range rows {
		if all := w.turns[r.Kind+" "+r.State]; len(all) > 0 {
			now = append(now, job{pick(c, all), r.ID})
		}
		if all := w.closings[r.Kind+" "+r.State]; len(all) > 0 {
			last = append(last, job{pick(c, all), r.ID})
		}
	}
	if len(last) > 0 && (len(now) == 0 || c.one(25)) {
		now = last
	}
	if len(now) == 0 {
		return "", 0
	}
	j := pick(c, now)
	return j.name, j.id
}

// anything is some verb and an object of its kind, now and then one that is not there.
func (w *world) anything(c *choice) (name string, id int64) {
	w.t.Helper()
	for range 5 {
		name = pick(c, w.names)
		kind := w.verbs[name].kind
		ids := []int64(governments(w.c))
		if kind != "government" {
			w.look(&ids, `select id from `+kind+`s order by id`)
		}
		if len(ids) > 0 && !c.one(20) {
			return name, pick(c, ids)
		}
	}
	return name, 1_000_000 + c.Int64N(9)
}

// stranger tells whether the object exists, belongs to a government, and is neither
// the actor's own, nor of their districts, nor of their programme.
func (w *world) stranger(who authz.Actor, kind string, id int64) bool {
	w.t.Helper()
	from := map[string]string{"award": "awards o", "settlement": "settlements o", "expenditure": "expenditures x join awards o on o.id = x.award_id",
		"tranche": "tranches x join awards o on o.id = x.award_id"}[kind]
	if from == "" {
		return false
	}
	for _, g := range who.Grants {
		if g.Government == 0 && g.Role != "reviewer" && g.Role != "admin" {
			return false
		}
	}
	at := "o.id"
	if kind == "expenditure" || kind == "tranche" {
		at = "x.id"
	}
	var own, above int64
	var rows []struct{ Government, Province int64 }
	w.look(&rows, fmt.Sprintf(`select o.government_id as government, coalesce(o.province_id, 0) as province from %s where %s = $1`, from, at), id)
	for _, r := range rows {
		own, above = r.Government, r.Province
	}
	return len(rows) > 0 && !slices.ContainsFunc(who.Grants, func(g authz.Grant) bool { return g.Government != 0 && (g.Government == own || g.Government == above) })
}

// officer is who works for a government, province who for the 시·도 above it.
func (w *world) officer(government int64) authz.Actor {
	switch organization.ID(government) {
	case w.c.Naru:
		return w.c.Officer
	case w.c.Dasom:
		return w.c.Officer2
	case w.c.Baram:
		return w.c.OfficerOther
	case w.c.Garam:
		return w.c.Province
	}
	return w.c.ProvinceOther
}

func (w *world) province(government int64) authz.Actor {
	if g := organization.ID(government); g == w.c.Baram || g == w.c.Maru {
		return w.c.ProvinceOther
	}
	return w.c.Province
}
