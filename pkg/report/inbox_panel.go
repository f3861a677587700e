package report

// The boards around a round count by place: the records of a call are decided on one
// page, so each call is a task, and a single record is led to itself. A record of a
// person's own, which has a page of its own, is its own place.
const (
	sqlInboxInvitations = `
		v.who, r.state, case v.who when 'manager' then r.program_id else 0 end as place, case v.who when 'manager' then g.name else '' end as about,
		       min(r.id) as thing, min(p.name) as name, count(*) as n, null::timestamptz as due
		  from reviewers r
		  join people p on p.id = r.person_id
		  join programs g on g.id = r.program_id`
	sqlInboxScreenings = `
		v.who, case when s.state = 'noticed' and app_now() <= s.answer_until then 'noticed'
		            when v.who = 'second' and s.screened_by = app_actor() then 'sent'
		            when s.state = 'noticed' then 'silent' else s.state end as state,
		       case v.who when 'own' then s.application_id else s.call_id end as place, c.title as about,
		       min(s.application_id) as thing, min(a.government_name || ' · ' || a.title) as name, count(*) as n,
		       min(s.answer_until) filter (where s.state = 'noticed' and app_now() <= s.answer_until) as due
		  from screenings s
		  join applications a on a.id = s.application_id
		  join calls c on c.id = s.call_id`
	sqlInboxChallenges = `
		v.who, h.state, h.call_id as place, c.title as about, min(h.id) as thing, min(a.government_name || ' · ' || p.name || ' 위원') as name,
		       count(*) as n, null::timestamptz as due
		  from challenges h
		  join calls c on c.id = h.call_id
		  join applications a on a.id = h.application_id
		  join reviewers r on r.id = h.reviewer_id
		  join people p on p.id = r.person_id`
	sqlInboxExplanations = `
		v.who, 'asked' as state, x.sheet_id as place, a.government_name || ' · ' || a.title as about, x.sheet_id as thing,
		       a.government_name || ' · ' || a.title as name, count(*) as n, null::timestamptz as due
		  from explanations x
		  join sheets s on s.id = x.sheet_id
		  join assignments w on w.id = s.assignment_id
		  join rounds o on o.id = w.round_id
		  join reviewers r on r.id = w.reviewer_id
		  join applications a on a.id = w.application_id`
)

// panelBoards are what waits around a round: invitations, screenings, challenges,
// requests for an explanation.
func panelBoards() []board {
	return []board{
		{noun: "reviewers", query: sqlInboxInvitations, where: "r.state = 'invited' and r.active", placed: true,
			reach: []reach{
				{"reviewer", []string{"reviewer", "chair"}, self, "r.person_id = any($$)"},
				{"manager", []string{"manager"}, programme, "r.program_id = any($$)"},
			},
			turns: []turn{
				{who: "reviewer", states: "invited", title: "답할 심사위원 위촉 요청", link: "/assignments"},
				{who: "manager", states: "invited", title: "답을 기다리는 심사위원 위촉", link: "/programs/{place}/reviewers", waiting: true},
			}},
		{noun: "screenings", query: sqlInboxScreenings, where: "s.state in ('noticed', 'answered') and a.state = 'received'", placed: true,
			reach: []reach{
				{"own", []string{"officer", "province"}, government, "s.government_id = any($$)"},
				{"second", []string{"manager", "decider"}, programme, "s.program_id = any($$)"},
			},
			turns: []turn{
				{who: "own", states: "noticed", title: "소명할 부적격 통지", link: "/applications/{thing}/screening"},
				{who: "second", states: "answered silent", title: "결정할 부적격 통지", link: "/calls/{place}/screenings?waits=decision", one: "/applications/{thing}/screening"},
				{who: "second", states: "noticed", title: "소명을 기다리는 부적격 통지", link: "/calls/{place}/screenings?waits=answer", one: "/applications/{thing}/screening", waiting: true},
				{who: "second", states: "sent", title: "다른 사람의 결정을 기다리는 부적격 통지", link: "/calls/{place}/screenings?waits=other", one: "/applications/{thing}/screening", waiting: true},
			}},
		{noun: "challenges", query: sqlInboxChallenges, where: "h.state = 'filed'", placed: true,
			reach: []reach{{"manager", []string{"manager"}, programme, "h.program_id = any($$)"}},
			turns: []turn{{who: "manager", states: "filed", title: "결정할 심사위원 기피 신청", link: "/calls/{place}/pool?state=filed#filed", one: "/calls/{place}/pool#challenge-{thing}"}}},
		{noun: "explanations", query: sqlInboxExplanations, where: "x.answered_at is null and o.state = 'discussing' and not exists (select from exclusions e where e.assignment_id = w.id)", placed: true,
			reach: []reach{{"reviewer", []string{"reviewer", "chair"}, self, "r.person_id = any($$)"}},
			turns: []turn{{who: "reviewer", states: "asked", title: "답할 설명 요청", link: "/sheets/{place}/explanations"}}},
	}
}
