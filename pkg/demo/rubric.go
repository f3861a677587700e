package demo

import (
	"eoul/pkg/program"
)

// described gives the rubric of the fictitious programme what a real one tells its
// applicants: what is looked at, what a plan of each level is like, what proves a bonus.
func described(in *program.CallInput) {
	guidance := []string{
		"지역 현안이 통계와 주민 의견으로 드러나고, 사업이 그 현안을 바로 다루는지 봅니다.",
		"위원회가 실제로 운영되고, 참여하는 기관마다 맡은 일이 정해져 있는지 봅니다.",
		"누가 언제 무엇을 하는지 적혀 있고, 정한 기간 안에 마칠 수 있는지 봅니다.",
		"항목마다 산출 근거가 있고, 지방비를 확보했거나 확보할 계획이 분명한지 봅니다.",
		"성과지표를 잴 수 있고, 다른 지역에도 쓸 수 있는지 봅니다.",
		"보조금이 끝난 뒤에도 이어 갈 사람과 재원이 있는지 봅니다.",
	}
	levels := []string{"근거 자료가 모두 갖추어져 있고 보완할 점이 없습니다.", "근거가 분명하고 작은 보완만 필요합니다.", "방향은 맞으나 근거가 일부 부족합니다.",
		"근거가 부족해 많은 보완이 필요합니다.", "해당하는 내용이 없거나 사업과 맞지 않습니다."}
	for i := range in.Rubric.Criteria {
		c := &in.Rubric.Criteria[i]
		if i < len(guidance) {
			c.Guidance = guidance[i]
		}
		c.Levels = program.FiveLevels(c.Max)
		for j := range c.Levels {
			c.Levels[j].Description = levels[j]
		}
	}
	evidence := []string{"행정안전부의 인구감소지역 지정 고시", "관계 부처의 선정 통보 공문"}
	for i := range in.Rubric.Bonus {
		if i < len(evidence) {
			in.Rubric.Bonus[i].Evidence = evidence[i]
		}
	}
}
