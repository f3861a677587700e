package e2e_test

import (
	"fmt"
	"strings"
	"time"

	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

var reviewers = []string{"reviewer1", "reviewer2", "reviewer3"}

// judge closes the call and takes its applications through the review.
func (p *pages) judge() {
	p.s.at(2022, time.February, 23, 10)
	p.s.tick()
	var id program.ID
	_, err := fmt.Sscanf(p.program, "/programs/%d", &id)
	p.s.must(err)
	p.s.seat(id)
	p.as("manager", p.program+"/reviewers")
	for _, login := range reviewers {
		p.fill("person_id", p.s.cast[login].Name, "employer", "지역연구원", "expertise", "사회적경제, 협동조합")
		p.press("등록", "main")
		p.told("심사위원을 등록했습니다. 수락하면 배정할 수 있습니다.")
	}
	for _, login := range reviewers {
		p.as(login, "/assignments")
		p.press("위촉 수락", "main")
		p.told("심사위원 위촉을 수락했습니다. 배정되면 알려 드립니다.")
	}
	p.as("manager", "/rounds")
	p.press("심사 시작", "2022년 사회적경제")
	p.round = "/rounds/" + p.number("/rounds")
	p.fill("per_application", "3")
	p.press("고르게 배정", "main")
	p.told("심사위원을 고르게 배정했습니다.")
	for i, login := range reviewers {
		p.score(i, login)
	}
	p.agree()
}

// score is one reviewer's work. The first writes every sheet by hand, the others one
// and the rest by a program.
func (p *pages) score(place int, login string) {
	p.t.Helper()
	p.as(login, "/assignments")
	p.Follow("main tbody a")
	for n := range 3 {
		p.look()
		p.choose("kind", string(review.NoConflict))
		p.press("확인", "main")
		p.told("이해관계 확인을 기록했습니다.")
		for i := range p.Count(`textarea[id$="-justification"]`) {
			field := fmt.Sprintf("scores.%d.", i)
			p.fill(field+"points", fmt.Sprint(9-(place+n+i)%3), field+"justification", "계획서의 내용에 따른 판단입니다.")
		}
		p.press("저장하고 제출 전 확인", "main")
		p.press("평가표 제출", "main")
		p.told("평가표를 제출했습니다.")
		if place > 0 {
			break
		}
		if n < 2 {
			p.press("다음 신청", "평가표")
		}
	}
	p.rest(place, login)
}

// rest declares and hands in by a program what a reviewer has left.
func (p *pages) rest(place int, login string) {
	p.t.Helper()
	reviews, who, ctx := p.s.services.Reviews, p.s.who(login), p.t.Context()
	tasks, err := reviews.Mine(ctx, who, page.Request{Size: page.MaxSize})
	p.s.must(err)
	for n, task := range tasks.Items {
		if task.SheetID != 0 {
			continue
		}
		task, err := reviews.Declare(ctx, who, task.ID, review.Declaration{Kind: review.NoConflict})
		p.s.must(err)
		sheet, err := reviews.Read(ctx, who, task.SheetID)
		p.s.must(err)
		in := review.Input{Draft: sheet.Content.Draft}
		for i, k := range sheet.Rubric.Criteria {
			in.Scores = append(in.Scores, review.ScoreInput{CriterionID: k.ID, Points: fmt.Sprint(k.Max - (place+n+i)%3), Justification: "판단 근거입니다."})
		}
		content, err := reviews.SaveDraft(ctx, who, task.SheetID, in)
		p.s.must(err)
		_, err = reviews.Submit(ctx, who, task.SheetID, content.Draft)
		p.s.must(err)
	}
}

// agree opens the discussion and locks the round, each by the chair and one more.
func (p *pages) agree() {
	p.t.Helper()
	p.as("manager", p.round)
	if text := p.Text("main"); strings.Contains(text, "평균") {
		p.t.Error("the ministry sees means before the lock")
	}
	p.as("chair", p.round)
	p.press("토의 열기 요청", "main")
	p.as("manager", p.round)
	p.press("토의 열기 확인", "main")
	p.as("chair", p.round+"/discussion")
	p.told("최고와 최저의 차")
	p.as("chair", p.round+"/minutes/edit")
	p.fill("place", "가상정부청사 회의실", "body", "점수가 갈린 신청부터 차례로 토의하였습니다.")
	p.press("회의록 저장", "main")
	p.told("회의록을 저장했습니다.")
	p.as("chair", p.round)
	p.press("심사 확정 요청", "main")
	p.as("decider", p.round)
	p.Follow(`a[href="` + p.round + `/minutes"]`)
	p.told("점수가 갈린 신청부터 차례로 토의하였습니다.")
	p.as("decider", p.round)
	p.press("심사 확정 확인", "main")
	p.as("decider", p.round+"/ranking")
	p.told("순위를 낸 방법")
}

// decide makes, approves and publishes the selection: two people, then everybody.
func (p *pages) decide() {
	p.s.at(2022, time.February, 28, 14)
	p.as("manager", "/selections")
	p.press("선정안 만들기", "2022년 사회적경제")
	p.choice = "/selections/" + p.number("/selections")
	p.press("선정안 고치기", "지금 할 일")
	p.fill("note", "세 사업을 모두 선정합니다.")
	p.press("저장", "main")
	p.told("선정안을 저장했습니다.")
	p.asNobody("/results")
	p.told("공개된 선정 결과가 없습니다")
	p.as("decider", p.choice)
	p.press("선정안 승인", "main")
	p.s.at(2022, time.March, 1, 9)
	p.as("manager", p.choice)
	p.press("결과 공개", "main")
	p.asNobody("/results")
	p.press("2022년 사회적경제 민·관 협업체계 구축사업", "main")
	for _, a := range p.parts {
		p.told(a.title)
	}
	p.told("300,000,000")
	for _, login := range append(reviewers, "chair") {
		if name := p.s.cast[login].Name; strings.Contains(p.Text("html"), name) {
			p.t.Errorf("everybody can read the name of %s", name)
		}
	}
}
