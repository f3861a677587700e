package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// judged is how many applications the measured round has; every reviewer has them all.
const judged = 8

// The plans of the measured round, written in sets as the owner: all that a plan can
// hold, of the length people write, beside the 40 budget lines it has.
const (
	ownerJudged = `
		create temporary table judged on commit drop as
		select a.id, a.government_id, c.id as call_id, c.project_from, c.project_to
		  from applications a join calls c on c.id = a.call_id where c.number = $1 order by a.id limit $2`
	ownerTexts   = `insert into plan_sections (application_id, kind, body) select j.id, s.kind, repeat($1, 15) from judged j join call_sections s on s.call_id = j.call_id`
	ownerMeeting = `
		insert into deliberations (application_id, committee, held_on, agenda, decision)
		select id, '가상 사회적경제위원회', project_from - 60, '지역상생 사업의 신청', 'approved' from judged`
	ownerWorks = `
		insert into activities (application_id, position, area, title, content, starts_on, ends_on)
		select id, n, '판로 확대', n || '번째 세부사업', repeat($1, 3), project_from, project_to from judged, generate_series(2, 10) n`
	ownerGoals = `
		insert into indicators (application_id, position, name, formula, unit, baseline, target, evidence)
		select id, n, n || '번째 지표', '참여 기업의 수', '곳', '10', '30', '협약서' from judged, generate_series(2, 6) n`
	ownerPartners = `
		insert into participations (application_id, position, name, role, agreed_on)
		select id, n, '가상 협동조합 ' || n, '공동 판매와 교육', project_from - 30 from judged, generate_series(1, 5) n`
	ownerFiles = `
		insert into stored_objects (sha256, size, claimed_at)
		select sha256(('desk ' || j.id || '/' || n)::bytea), 120000, app_now() from judged j, generate_series(1, 4) n;
		insert into documents (sha256, name, media_type, size, government_id, uploaded_by, uploaded_at)
		select sha256(('desk ' || j.id || '/' || n)::bytea), '붙임 ' || n || '.pdf', 'application/pdf', 120000, j.government_id, -1, app_now() from judged j, generate_series(1, 4) n;
		insert into attachments (application_id, document_id)
		select j.id, d.id from judged j cross join generate_series(1, 4) n join documents d on d.sha256 = sha256(('desk ' || j.id || '/' || n)::bytea)`

	// What lies between handing in and the review, in two steps: everything handed in
	// has arrived, and the call is closed with its rubric.
	ownerReceived = `update applications set state = 'received' where call_id = (select id from calls where number = $1) and state = 'endorsing'`
	ownerClosed   = `update calls set state = 'closed' where number = $1`
	ownerRubric   = `
		with r as (insert into rubrics (call_id) select id from calls where number = $1 returning id)
		insert into criteria (rubric_id, position, title, guidance, max, tie_order, levels)
		select r.id, n, n || '번째 평가항목', $2, 20, n,
		       (select jsonb_agg(jsonb_build_object('label', l, 'points', 20 - 4 * (i - 1), 'description', $2::text) order by i)
		          from unnest(array['수', '우', '미', '양', '가']) with ordinality as x (l, i))
		  from r, generate_series(1, 6) n`
	ownerReviewers = `
		insert into role_grants (person_id, role, program_id, valid_from, state, reason, requested_by, approved_by)
		select p.id, 'reviewer', c.program_id, current_date - 1, 'active', '속도 측정', -1, -1
		  from people p, calls c where p.login like $2 || '.%' and c.number = $1`
	selectReviewers = `select id as person_id from people where login like $1 || '.%' order by id`
)

// words is a sentence of a plan.
const words = "지역의 사회적경제 조직이 함께 여는 장터를 매달 운영하고 참여 기업의 판로를 넓힙니다. "

// seat is a reviewer at work, signed in, with their assignments.
type seat struct {
	typist
	tasks []review.Task
}

// panel makes a round under way by the product's own use cases, of plans written in
// sets: every reviewer has declared for every application and scored all of it, and has
// handed nothing in.
func (l *lab) panel(ctx context.Context) ([]seat, error) {
	call, plans, err := l.judgedCall(ctx)
	if err != nil {
		return nil, err
	}
	people, err := l.reviewers(ctx, call)
	if err != nil {
		return nil, err
	}
	service, in := &review.Service{Work: l.run}, plans[0].Program
	manager := authz.Actor{ID: -1, Name: "bench", Grants: []authz.Grant{{Role: "manager", Program: in}}}
	var pairs []review.Pair
	for _, p := range people {
		r, err := service.AddReviewer(ctx, manager, program.ID(in), review.ReviewerInput{Person: authz.PersonID(p.Person)})
		if err != nil {
			return nil, fmt.Errorf("add a reviewer: %w", err)
		}
		if _, err := service.AcceptInvitation(ctx, p.reviewer(in), r.ID); err != nil {
			return nil, fmt.Errorf("accept: %w", err)
		}
		for _, d := range plans {
			pairs = append(pairs, review.Pair{Application: application.ID(d.ID), Reviewer: r.ID})
		}
	}
	round, err := service.CreateRound(ctx, manager, program.CallID(plans[0].CallID))
	if err != nil {
		return nil, fmt.Errorf("begin the review: %w", err)
	}
	if _, err := service.Assign(ctx, manager, round.ID, pairs); err != nil {
		return nil, fmt.Errorf("assign: %w", err)
	}
	seats := make([]seat, len(people))
	for i, p := range people {
		seats[i].typist = p
		if seats[i].tasks, err = scored(ctx, service, p.reviewer(in)); err != nil {
			return nil, err
		}
	}
	return seats, nil
}

func (t typist) reviewer(program int64) authz.Actor {
	return authz.Actor{ID: authz.PersonID(t.Person), Name: "bench", Grants: []authz.Grant{{Role: "reviewer", Program: program}}}
}

// scored declares no conflict for any assignment of a reviewer and fills the sheets in.
func scored(ctx context.Context, service *review.Service, who authz.Actor) ([]review.Task, error) {
	mine, err := service.Mine(ctx, who, page.Request{Size: judged})
	if err != nil || len(mine.Items) != judged {
		return nil, fmt.Errorf("a reviewer has %d assignments, not %d: %w", len(mine.Items), judged, err)
	}
	for i, t := range mine.Items {
		task, err := service.Declare(ctx, who, t.ID, review.Declaration{Kind: review.NoConflict})
		if err != nil {
			return nil, fmt.Errorf("declare: %w", err)
		}
		desk, err := service.Open(ctx, who, t.ID)
		if err != nil {
			return nil, fmt.Errorf("open: %w", err)
		}
		in := review.Input{Draft: desk.Content.Draft, Opinion: strings.Repeat(words, 5)}
		for _, k := range desk.Rubric.Criteria {
			in.Scores = append(in.Scores, review.ScoreInput{CriterionID: k.ID, Points: "17.5", Justification: strings.Repeat(words, 3)})
		}
		if _, err := service.SaveDraft(ctx, who, task.SheetID, in); err != nil {
			return nil, fmt.Errorf("score: %w", err)
		}
		mine.Items[i] = task
	}
	return mine.Items, nil
}

// judgedCall makes a closed call with full plans that were handed in, and gives its
// number and them.
func (l *lab) judgedCall(ctx context.Context) (call string, plans []draft, err error) {
	if call, err = l.written(ctx); err != nil {
		return "", nil, err
	}
	if err := l.sets(ctx, []set{
		{ownerJudged, []any{call, judged}}, {ownerTexts, []any{words}}, {ownerMeeting, nil}, {ownerWorks, []any{words}},
		{ownerGoals, nil}, {ownerPartners, nil}, {ownerFiles, nil},
	}); err != nil {
		return "", nil, err
	}
	if err := l.owner.SelectContext(ctx, &plans, selectDrafts, call, judged); err != nil {
		return "", nil, err
	}
	service := application.Service{Work: l.run}
	for _, d := range plans {
		both := authz.Actor{ID: -1, Name: "bench", Grants: []authz.Grant{{Role: "officer", Government: d.Government}, {Role: "approver", Government: d.Government}}}
		if _, err := service.Submit(ctx, both, application.ID(d.ID), d.Version, d.Draft); err != nil {
			return "", nil, fmt.Errorf("submit: %w", err)
		}
	}
	return call, plans, l.sets(ctx, []set{{ownerTriggersOff, nil}, {ownerReceived, []any{call}}, {ownerClosed, []any{call}}, {ownerRubric, []any{call, words}}, {ownerTriggersOn, nil}})
}

// reviewers makes as many signed-in reviewers as a measurement has visitors.
func (l *lab) reviewers(ctx context.Context, call string) (out []typist, err error) {
	stamp := fmt.Sprintf("judge%d", time.Now().Unix())
	if err := l.sets(ctx, []set{
		{ownerTriggersOff, nil}, {ownerPeopleOff, nil}, {ownerPeople, []any{stamp, visitors}}, {ownerKnown, []any{stamp}},
		{ownerReviewers, []any{call, stamp}}, {ownerTrail, nil}, {ownerPeopleOn, nil}, {ownerTriggersOn, nil},
	}); err != nil {
		return nil, err
	}
	if err := l.owner.SelectContext(ctx, &out, selectReviewers, stamp); err != nil {
		return nil, err
	}
	return out, l.sessions(ctx, out)
}
