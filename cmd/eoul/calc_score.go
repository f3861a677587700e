package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/korean"
	"eoul/pkg/review"
)

type calcScore struct {
	Scores       []string `arg:"" optional:"" name:"s" help:"심사위원별 총점. 예: 92 88 85 85 70"`
	DropExtremes bool     `help:"최고점 하나와 최저점 하나를 뺍니다."`
	From         string   `placeholder:"3" help:"점수가 이 수 이상일 때만 뺍니다. 적지 않으면 3."`
	JSON         bool     `name:"json" help:"JSON으로 출력합니다."`
}

// Help explains the mean with an example.
func (calcScore) Help() string {
	return `심사위원 총점의 평균을 소수점 둘째 자리까지, 셋째 자리에서 반올림하여 계산합니다. --drop-extremes는 최고점과 최저점을
하나씩만 빼며, 같은 점수가 여럿이어도 하나만 뺍니다. 점수가 --from보다 적으면 빼지 않습니다.

예: eoul calc score --drop-extremes 92 88 85 85 70
    86.00
    반영한 점수: 88, 85, 85
    제외한 점수: 92, 70`
}

// Run prints the mean, then what was used and what was left out.
func (c *calcScore) Run(out *cliOut) error {
	from, err := c.from()
	if err != nil {
		return err
	}
	totals := make([]review.Points, len(c.Scores))
	for i, text := range c.Scores {
		if totals[i], err = review.ParsePoints(text); err != nil {
			return badInput(err)
		}
	}
	mean, used, err := review.Mean(totals, c.DropExtremes, from)
	if err != nil {
		return badInput(err)
	}
	kept, dropped := []review.Points{}, []review.Points{}
	for i, p := range totals {
		if slices.Contains(used, i) {
			kept = append(kept, p)
		} else {
			dropped = append(dropped, p)
		}
	}
	if c.JSON {
		return out.json(struct {
			Mean    json.Number     `json:"mean"`
			Used    []review.Points `json:"used"`
			Dropped []review.Points `json:"dropped"`
		}{json.Number(mean.String()), kept, dropped})
	}
	lines := []string{mean.String(), "반영한 점수: " + joinPoints(kept)}
	if len(dropped) > 0 {
		lines = append(lines, "제외한 점수: "+joinPoints(dropped))
	}
	return out.lines(lines)
}

// from reads --from, which says nothing without --drop-extremes.
func (c *calcScore) from() (int, error) {
	if c.From == "" {
		return 3, nil
	}
	n, err := strconv.ParseUint(c.From, 10, 31)
	if !c.DropExtremes || err != nil || n < 3 {
		return 0, Exit{exitInput, "--from은 --drop-extremes와 함께 3 이상의 정수로 적어 주십시오."}
	}
	return int(n), nil
}

func joinPoints(all []review.Points) string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = p.Short()
	}
	return strings.Join(texts, ", ")
}

type calcBizno struct {
	X    string `arg:"" optional:"" help:"사업자등록번호나 고유번호. 줄표는 있어도 없어도 됩니다."`
	JSON bool   `name:"json" help:"JSON으로 출력합니다."`
}

// Help explains the exit codes with an example.
func (calcBizno) Help() string {
	return `마지막 숫자(검증번호)가 앞의 아홉 숫자와 맞는지 확인합니다. 등록된 번호인지는 확인하지 않습니다.
맞으면 0, 맞지 않으면 1, 숫자 10자리가 아니면 2로 끝납니다.

예: eoul calc bizno 1248100998
    124-81-00998 검증번호가 맞습니다.`
}

// Run prints the number in its form; a wrong check digit ends with exitFailed.
func (c *calcBizno) Run(out *cliOut) error {
	type answer struct {
		Number string `json:"number"`
		Valid  bool   `json:"valid"`
	}
	n, err := korean.ParseBusinessNo(c.X)
	if errors.Is(err, korean.ErrCheckDigit) {
		if c.JSON {
			if err := out.json(answer{strings.TrimSpace(c.X), false}); err != nil {
				return err
			}
		}
		return Exit{exitFailed, "사업자등록번호의 검증번호(마지막 숫자)가 맞지 않습니다: " + strings.TrimSpace(c.X)}
	}
	if err != nil {
		return badInput(err)
	}
	if c.JSON {
		return out.json(answer{n.String(), true})
	}
	return out.line("%s 검증번호가 맞습니다.", n)
}
