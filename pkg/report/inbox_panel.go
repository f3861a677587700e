package report

const (
	sqlInboxInvitations = `
		v.who, r.state, count(*) as n, null::timestamptz as due
		  from reviewers r`
	sqlInboxScreenings = `
		v.who, t.state, count(*) as n, min(s.answer_until) filter (where s.state = 'noticed') as due
		  from screenings s
		 cross join lateral (select case when s.state = 'noticed' and app_now() > s.answer_until then 'silent' else s.state end as state) t`
	sqlInboxChallenges = `
		v.who, h.state, count(*) as n, null::timestamptz as due
		  from challenges h`
)

// panelBoards are what waits around a round: invitations, screenings, challenges. Their
// lists are of a call; the inbox leads to the list of calls or rounds.
func panelBoards() []board {
	return []board{
		{noun: "reviewers", query: sqlInboxInvitations, where: "r.state = 'invited' and r.active",
			reach: []reach{
				{"reviewer", []string{"reviewer", "chair"}, self, "r.person_id = any($$)"},
				{"manager", []string{"manager"}, programme, "r.program_id = any($$)"},
			},
			turns: []turn{
				{who: "reviewer", states: "invited", title: "답할 심사위원 위촉 요청", link: "/assignments"},
				{who: "manager", states: "invited", title: "답을 기다리는 심사위원 위촉", link: "/rounds", waiting: true},
			}},
		{noun: "screenings", query: sqlInboxScreenings, where: "s.state in ('noticed', 'answered')",
			reach: []reach{
				{"own", []string{"officer", "province"}, government, "s.government_id = any($$)"},
				{"second", []string{"manager", "decider"}, programme, "s.program_id = any($$)"},
			},
			turns: []turn{
				{who: "own", states: "noticed", title: "소명할 부적격 통지", link: "/applications?state=received&whose=own"},
				{who: "second", states: "answered silent", title: "결정할 부적격 통지", link: "/calls?state=closed"},
				{who: "second", states: "noticed", title: "소명을 기다리는 부적격 통지", link: "/calls?state=closed", waiting: true},
			}},
		{noun: "challenges", query: sqlInboxChallenges, where: "h.state = 'filed'",
			reach: []reach{{"manager", []string{"manager"}, programme, "h.program_id = any($$)"}},
			turns: []turn{{who: "manager", states: "filed", title: "결정할 심사위원 기피 신청", link: "/calls"}}},
	}
}
