package report

// What is read of each noun; board.read puts select before it and the rows of whose
// turn it may be behind it. A due
// instant is asked for only where somebody can still act on it.
const (
	sqlInboxCalls = `
		v.who, c.state, count(*) as n,
		       min(case c.state when 'draft' then c.opens_at when 'open' then c.closes_at end) as due
		  from calls c`
	sqlInboxApplications = `
		v.who, s.state, count(*) as n, min(s.due) as due
		  from applications a
		  join calls c on c.id = a.call_id
		 cross join lateral (select
		       case when a.state <> 'selected' then a.state
		            when c.state = 'published' and not exists (select from awards w where w.application_id = a.id) then 'grantable'
		            else 'done' end as state,
		       (select max(d.at) from deadlines d
		         where d.call_id = a.call_id and (d.government_id is null or d.government_id = a.government_id)
		           and d.kind = case a.state when 'draft' then 'submit' when 'signing' then case when a.returned_by is null then 'submit' when a.returned_by = 'province' then 'endorse' else 'correct' end when 'returned' then 'correct' when 'endorsing' then 'endorse' end) as due) s`
	sqlInboxAssignments = `
		v.who, t.state, count(*) as n, null::timestamptz as due
		  from assignments a
		  join rounds o on o.id = a.round_id
		  join reviewers r on r.id = a.reviewer_id
		  left join conflicts c on c.assignment_id = a.id
		  left join exclusions x on x.assignment_id = a.id
		  left join sheets s on s.assignment_id = a.id
		 cross join lateral (select case when x.id is not null then 'done' when c.kind is null then 'undeclared' when s.state in ('draft', 'reopened') then 'open' else 'done' end as state) t`
	sqlInboxRounds = `
		v.who, t.state, count(*) as n, null::timestamptz as due
		  from rounds o
		 cross join lateral (select case when o.state = 'scoring' and o.discuss_requested_by is not null
		                                   or o.state = 'discussing' and o.lock_requested_by is not null then 'asked' else o.state end as state) t`
	sqlInboxSelections = `
		v.who, l.state, count(*) as n, null::timestamptz as due
		  from selections l`
	sqlInboxObjections = `
		v.who, o.state, count(*) as n, min((o.answer_due + time '23:59:59') at time zone 'Asia/Seoul') as due
		  from objections o`
	sqlInboxAwards = `
		v.who, w.state, count(*) as n, null::timestamptz as due
		  from awards w`
	sqlInboxTranches = `
		v.who, p.state, count(*) as n, null::timestamptz as due
		  from tranches t
		  join awards w on w.id = t.award_id
		 cross join lateral (select case when t.payer_kind = 'ministry' and t.state <> 'confirmed' then 'ministry_' || t.state else t.state end as state) p`
	sqlInboxSettlements = `
		v.who, t.state, count(*) as n,
		       min(case when t.state in ('preparing', 'correcting') then (s.due_on + time '23:59:59') at time zone 'Asia/Seoul' end) as due
		  from settlements s
		 cross join lateral (select case when s.state = 'checked' or s.state = 'submitted' and s.province_id is null then 'examinable' else s.state end as state) t`
	sqlInboxGrants = `
		v.who, g.state, count(*) as n, null::timestamptz as due
		  from role_grants g`
)

// boards is the whole inbox, noun by noun in the order money flows.
func boards() []board {
	return append([]board{callBoard(), applicationBoard(), assignmentBoard(), roundBoard(), selectionBoard(), objectionBoard(), awardBoard(), trancheBoard(), settlementBoard(), grantBoard()}, panelBoards()...)
}

func callBoard() board {
	return board{noun: "calls", query: sqlInboxCalls, where: "c.state in ('draft', 'open', 'closed', 'decided')",
		reach: []reach{
			{"manager", []string{"manager"}, programme, "c.program_id = any($$)"},
			{"writer", []string{"officer", "province"}, government, `c.state = 'open' and exists (select from organizations o
				where o.id = any($$) and o.kind = any(c.applicants)
				  and not exists (select from applications x where x.call_id = c.id and x.government_id = o.id and x.state <> 'withdrawn'))`},
		},
		turns: []turn{
			{who: "writer", states: "open", title: "신청할 수 있는 공모", link: "/calls?state=open"},
			{who: "manager", states: "draft", title: "공고할 공모", link: "/calls?state=draft"},
			{who: "manager", states: "closed", title: "심사를 시작할 공모", link: "/calls?state=closed"},
			{who: "manager", states: "decided", title: "결과를 공개할 공모", link: "/calls?state=decided"},
			{who: "manager", states: "open", title: "접수 중인 공모", link: "/calls?state=open", waiting: true},
		}}
}

func applicationBoard() board {
	return board{noun: "applications", query: sqlInboxApplications, where: "a.state in ('draft', 'signing', 'endorsing', 'received', 'returned', 'reviewing', 'selected')",
		reach: []reach{
			{"own", []string{"officer", "province"}, government, "a.government_id = any($$)"},
			{"signer", []string{"approver"}, government, "a.government_id = any($$)"},
			{"above", []string{"province"}, government, "a.province_id = any($$)"},
			{"manager", []string{"manager"}, programme, "a.program_id = any($$)"},
		},
		turns: []turn{
			{who: "own", states: "draft", title: "작성 중인 신청", link: "/applications?state=draft&whose=own"},
			{who: "own", states: "returned", title: "보완할 신청", link: "/applications?state=returned&whose=own"},
			{who: "signer", states: "signing", title: "결재할 신청", link: "/applications?state=signing&whose=own"},
			{who: "own", states: "signing", title: "결재를 기다리는 신청", link: "/applications?state=signing&whose=own", waiting: true},
			{who: "own", states: "grantable", title: "교부를 신청할 사업", link: "/applications?state=selected&whose=own"},
			{who: "above", states: "endorsing", title: "검토하고 추천할 신청", link: "/applications?state=endorsing&whose=under"},
			{who: "own", states: "endorsing", title: "시·도 검토 중인 신청", link: "/applications?state=endorsing&whose=own", waiting: true},
			{who: "own", states: "received", title: "접수된 신청", link: "/applications?state=received&whose=own", waiting: true},
			{who: "own", states: "reviewing", title: "심사 중인 신청", link: "/applications?state=reviewing&whose=own", waiting: true},
			{who: "manager", states: "received", title: "접수된 신청", link: "/applications?state=received"},
			{who: "manager", states: "returned", title: "보완을 기다리는 신청", link: "/applications?state=returned", waiting: true},
		}}
}

func assignmentBoard() board {
	return board{noun: "assignments", query: sqlInboxAssignments, where: "o.state <> 'locked'",
		reach: []reach{{"reviewer", []string{"reviewer", "chair"}, self, "r.person_id = any($$)"}},
		turns: []turn{
			{who: "reviewer", states: "undeclared", title: "이해관계를 밝힐 신청", link: "/assignments?state=undeclared"},
			{who: "reviewer", states: "open", title: "채점할 신청", link: "/assignments?state=open"},
		}}
}

func roundBoard() board {
	return board{noun: "rounds", query: sqlInboxRounds, where: "o.state <> 'locked'",
		reach: []reach{
			{"second", []string{"manager", "decider"}, programme, "o.program_id = any($$)"},
			{"chair", []string{"chair"}, programme, "o.program_id = any($$)"},
		},
		turns: []turn{
			{who: "second", states: "asked", title: "두 번째 확인을 기다리는 심사", link: "/rounds"},
			{who: "second", states: "scoring discussing", title: "진행 중인 심사", link: "/rounds", waiting: true},
			{who: "chair", states: "scoring discussing", title: "이끌고 있는 심사", link: "/rounds"},
			{who: "chair", states: "asked", title: "두 번째 확인을 기다리는 심사", link: "/rounds", waiting: true},
		}}
}

func selectionBoard() board {
	return board{noun: "selections", query: sqlInboxSelections, where: "l.state in ('drafted', 'approved')",
		reach: []reach{
			{"decider", []string{"decider"}, programme, "l.program_id = any($$)"},
			{"manager", []string{"manager"}, programme, "l.program_id = any($$)"},
		},
		turns: []turn{
			{who: "decider", states: "drafted", title: "승인할 선정안", link: "/selections?state=drafted"},
			{who: "manager", states: "approved", title: "공개할 선정 결과", link: "/selections?state=approved"},
			{who: "manager", states: "drafted", title: "승인을 기다리는 선정안", link: "/selections?state=drafted", waiting: true},
		}}
}

// objectionBoard says nothing of an answer to its applicant before it counts.
func objectionBoard() board {
	return board{noun: "objections", query: sqlInboxObjections, where: "o.state in ('filed', 'attesting', 'upholding')",
		reach: []reach{
			{"manager", []string{"manager"}, programme, "o.program_id = any($$)"},
			{"decider", []string{"decider"}, programme, "o.program_id = any($$)"},
			{"chair", []string{"chair"}, programme, "o.program_id = any($$)"},
			{"own", []string{"officer", "province"}, government, "o.government_id = any($$)"},
		},
		turns: []turn{
			{who: "manager", states: "filed", title: "답변할 이의신청", link: "/objections?state=filed"},
			{who: "chair", states: "attesting", title: "점수 오기를 확인할 이의신청", link: "/objections?state=attesting"},
			{who: "decider", states: "upholding", title: "인용을 확정할 이의신청", link: "/objections?state=upholding"},
			{who: "manager", states: "attesting", title: "위원장의 확인을 기다리는 이의신청", link: "/objections?state=attesting", waiting: true},
			{who: "manager", states: "upholding", title: "확정을 기다리는 이의신청", link: "/objections?state=upholding", waiting: true},
			{who: "own", states: "filed attesting upholding", title: "답변을 기다리는 이의신청", link: "/objections?state=filed", waiting: true},
		}}
}

func awardBoard() board {
	return board{noun: "awards", query: sqlInboxAwards, where: "w.state in ('applied', 'examined', 'granted', 'running', 'ended')",
		reach: []reach{
			{"own", []string{"officer", "province"}, government, "w.government_id = any($$)"},
			{"manager", []string{"manager"}, programme, "w.program_id = any($$)"},
			{"decider", []string{"decider"}, programme, "w.program_id = any($$)"},
		},
		turns: []turn{
			{who: "manager", states: "applied", title: "검토할 교부신청", link: "/awards?state=applied"},
			{who: "decider", states: "examined", title: "교부결정할 사업", link: "/awards?state=examined"},
			{who: "own", states: "granted", title: "집행을 시작할 사업", link: "/awards?state=granted"},
			{who: "own", states: "ended", title: "정산을 시작할 사업", link: "/awards?state=ended"},
			{who: "own", states: "running", title: "집행 중인 사업", link: "/awards?state=running"},
			{who: "own", states: "applied examined", title: "교부결정을 기다리는 사업", link: "/awards", waiting: true},
			{who: "manager", states: "examined", title: "교부결정을 기다리는 사업", link: "/awards?state=examined", waiting: true},
		}}
}

func trancheBoard() board {
	return board{noun: "tranches", query: sqlInboxTranches, where: "t.state in ('requested', 'drafted', 'confirmed')",
		reach: []reach{
			{"own", []string{"officer", "province"}, government, "w.government_id = any($$)"},
			{"payer", []string{"province"}, government, "t.payer_id = any($$)"},
			{"signer", []string{"approver"}, government, "t.payer_id = any($$)"},
			{"finance", []string{"finance"}, programme, "t.program_id = any($$)"},
		},
		turns: []turn{
			{who: "payer", states: "requested", title: "보낼 시도비", link: "/tranches?state=requested"},
			{who: "signer", states: "drafted", title: "확인할 시도비 교부", link: "/tranches?state=drafted"},
			{who: "finance", states: "ministry_requested", title: "보낼 교부금", link: "/tranches?state=requested"},
			{who: "finance", states: "ministry_drafted", title: "확인할 교부", link: "/tranches?state=drafted"},
			{who: "own", states: "confirmed", title: "수령을 확인할 교부금", link: "/tranches?state=confirmed"},
			{who: "own", states: "requested drafted ministry_requested ministry_drafted", title: "기다리는 교부금", link: "/tranches", waiting: true},
		}}
}

func settlementBoard() board {
	return board{noun: "settlements", query: sqlInboxSettlements, where: "s.state <> 'closed'",
		reach: []reach{
			{"own", []string{"officer", "province"}, government, "s.government_id = any($$)"},
			{"above", []string{"province"}, government, "s.province_id = any($$)"},
			{"manager", []string{"manager"}, programme, "s.program_id = any($$)"},
			{"decider", []string{"decider"}, programme, "s.program_id = any($$)"},
			{"finance", []string{"finance"}, programme, "s.program_id = any($$)"},
		},
		turns: []turn{
			{who: "own", states: "preparing", title: "작성 중인 정산", link: "/settlements?state=preparing"},
			{who: "own", states: "correcting", title: "시정할 정산", link: "/settlements?state=correcting"},
			{who: "own", states: "notified", title: "반납할 정산", link: "/settlements?state=notified"},
			{who: "above", states: "submitted", title: "확인할 정산", link: "/settlements?state=submitted"},
			{who: "manager", states: "examinable", title: "검토할 정산", link: "/settlements"},
			{who: "decider", states: "examined", title: "확정할 정산", link: "/settlements?state=examined"},
			{who: "finance", states: "fixed", title: "반납을 고지할 정산", link: "/settlements?state=fixed"},
			{who: "finance", states: "repaid", title: "종결할 정산", link: "/settlements?state=repaid"},
			{who: "finance", states: "notified", title: "수납을 기다리는 반납", link: "/settlements?state=notified", waiting: true},
			{who: "own", states: "submitted checked examinable examined fixed", title: "처리를 기다리는 정산", link: "/settlements", waiting: true},
		}}
}

func grantBoard() board {
	return board{noun: "grants", query: sqlInboxGrants, where: "g.state = 'requested'",
		reach: []reach{{"admin", []string{"admin"}, self, "g.requested_by <> all($$)"}},
		turns: []turn{{who: "admin", states: "requested", title: "승인할 역할", link: "/people/grants"}}}
}
