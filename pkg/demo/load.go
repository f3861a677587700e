package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/identity"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/screening"
	"eoul/pkg/selection"
	"eoul/pkg/settlement"
	"eoul/pkg/work"
)

// Databases are the two roles a demonstration is made with: the app's for every
// use case, and the owner's to move the clock.
type Databases struct{ App, Owner *sqlx.DB }

const (
	sqlLoaded     = `select exists (select from settings where key = 'demo_loaded')`
	sqlMarkLoaded = `insert into settings (key, value) values ('demo_loaded', 'true')`
	sqlMoveClock  = `update app_clock set shift = $1::timestamptz - clock_timestamp()`
	sqlTrueClock  = `update app_clock set shift = '0'`
	// What was announced long ago would only bury what is new in everybody's inbox.
	sqlOldNews = `update outbox set done_at = due_at where due_at < clock_timestamp() - interval '7 days'`
)

// Loaded tells whether the demonstration was filled to its end.
func Loaded(ctx context.Context, owner *sqlx.DB) (done bool, err error) {
	if err := owner.GetContext(ctx, &done, sqlLoaded); err != nil {
		return false, fmt.Errorf("look for the demonstration: %w", err)
	}
	return done, nil
}

// Load fills an installed, empty database up to now and gives the sign-ins with
// their passwords. Whatever goes wrong leaves the database not Loaded. tell is
// called with a Korean sentence as each part begins.
func Load(ctx context.Context, dbs Databases, az *authz.Authorizer, store document.Store, now time.Time, tell func(string)) (seats []Seat, err error) {
	defer func() {
		if f, ok := recover().(failure); ok {
			err = fmt.Errorf("fill the demonstration: %w", f.err)
		}
	}()
	p := newPlay(ctx, dbs, az, store, now)
	for _, part := range []struct {
		say string
		do  func()
	}{
		{"사람과 역할을 만듭니다.", p.everybody},
		{"2021년 사업을 옮깁니다.", p.history2021},
		{"2022년 공모와 선정 결과를 옮깁니다.", p.call2022},
		{"대구의 세 사업을 집행하고 정산합니다.", p.daegu},
		{"가상 사업의 지난해를 만듭니다.", p.lastYear},
		{"가상 사업의 올해를 만듭니다.", p.thisYear},
	} {
		tell(part.say)
		part.do()
	}
	for _, q := range []string{sqlTrueClock, sqlOldNews, sqlMarkLoaded} {
		p.write(q)
	}
	return p.seats, nil
}

// play is a run through the use cases.
type play struct {
	ctx   context.Context
	owner *sqlx.DB
	run   *work.Runner
	now   time.Time // when the demonstration is made
	facts facts

	orgs       *organization.Service
	people     *identity.Service
	documents  *document.Service
	programs   *program.Service
	apps       *application.Service
	reviews    *review.Service
	screenings *screening.Service
	selections *selection.Service
	awards     *award.Service
	spending   *execution.Service
	settling   *settlement.Service

	cast   map[string]authz.Actor // by sign-in
	places map[string]organization.ID
	real   program.ID // 사회적경제 민·관 협업체계 구축사업
	made   program.ID // the fictitious programme
	seats  []Seat

	call22 program.Call
	won22  map[organization.ID]award.Award
}

func newPlay(ctx context.Context, dbs Databases, az *authz.Authorizer, store document.Store, now time.Time) *play {
	run := work.New(dbs.App, az)
	docs := &document.Service{Work: run, Store: store}
	return &play{
		ctx: ctx, owner: dbs.Owner, run: run, now: now, facts: must(readFacts()),
		orgs: &organization.Service{Work: run}, people: identity.New(run, dbs.App), documents: docs,
		programs: &program.Service{Work: run}, apps: &application.Service{Work: run, Documents: docs},
		reviews: &review.Service{Work: run}, screenings: &screening.Service{Work: run}, selections: &selection.Service{Work: run},
		awards: &award.Service{Work: run}, spending: &execution.Service{Work: run}, settling: &settlement.Service{Work: run},
		cast: map[string]authz.Actor{}, places: map[string]organization.ID{}, won22: map[organization.ID]award.Award{},
	}
}

// failure carries the first error of a run to Load.
type failure struct{ err error }

// must gives the result of a use case, or ends the run.
func must[T any](v T, err error) T {
	if err != nil {
		panic(failure{err})
	}
	return v
}

// write changes something that is the owner's alone.
func (p *play) write(q string, args ...any) {
	tx := must(p.owner.BeginTxx(p.ctx, nil))
	defer func() { _ = tx.Rollback() }()
	must(tx.ExecContext(p.ctx, q, args...))
	if err := tx.Commit(); err != nil {
		panic(failure{err})
	}
}

// at moves the product's clock to a day and hour in Korea.
func (p *play) at(day calendar.Date, hour int) { p.write(sqlMoveClock, calendar.Instant(day, hour, 0)) }

// on is a day, for stories whose days are facts.
func on(year int, month time.Month, day int) calendar.Date { return calendar.Must(year, month, day) }

// today is the day the demonstration is made.
func (p *play) today() calendar.Date { return calendar.Today(p.now) }

// tick lets the timed job open and close what is due.
func (p *play) tick() { must(p.programs.Tick(p.ctx)) }

// who is a member of the cast.
func (p *play) who(login string) authz.Actor {
	a, ok := p.cast[login]
	if !ok {
		panic(failure{fmt.Errorf("nobody is called %s", login)})
	}
	return a
}
