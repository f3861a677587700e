package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"eoul/pkg/korean"
	"eoul/pkg/money"
)

// maxWeights is the number of sources.
const maxWeights = 4

type calcSplit struct {
	Amount  string `placeholder:"N" help:"나눌 금액(원). 쉼표를 넣어도 됩니다."`
	Weights string `placeholder:"A,B,…" help:"나눌 비율. 0 이상의 정수를 1개에서 4개까지 쉼표로 잇습니다."`
	Unit    string `default:"1" placeholder:"1|10" help:"이 단위 아래를 버리고 버린 금액을 알려 줍니다. 1 또는 10."`
	JSON    bool   `name:"json" help:"JSON으로 출력합니다."`
}

// Help explains the method with an example.
func (calcSplit) Help() string {
	return `최대잉여법으로 나눕니다. 나눈 금액의 합은 늘 원래 금액과 같고, 나머지가 같으면 앞선 쪽이 1원을 받습니다.
--unit 10은 나눈 뒤에 각 금액의 10원 미만을 버립니다.

예: eoul calc split --amount 12345 --weights 50,50 --unit 10
    1   6,170원   (버린 금액 3원)
    2   6,170원   (버린 금액 2원)
    계  12,340원  (버린 금액 5원)`
}

// Run prints the parts in the order of the weights.
func (c *calcSplit) Run(out *cliOut) error {
	amount, err := money.Parse(c.Amount)
	if err != nil {
		return badInput(err)
	}
	weights, err := parseWeights(c.Weights)
	if err != nil {
		return err
	}
	unit, ok := map[string]int64{"1": 1, "10": 10}[c.Unit]
	if !ok {
		return Exit{exitInput, "--unit은 1 또는 10이어야 합니다."}
	}
	parts, err := amount.Split(weights...)
	if err != nil {
		return badInput(err)
	}
	cuts := make([]money.Amount, len(parts))
	for i, p := range parts {
		parts[i], cuts[i] = p.Cut(unit)
	}
	if c.JSON {
		return out.json(struct {
			Amount  money.Amount   `json:"amount"`
			Weights []int64        `json:"weights"`
			Unit    int64          `json:"unit"`
			Parts   []money.Amount `json:"parts"`
			Total   money.Amount   `json:"total"`
			Cuts    []money.Amount `json:"cuts"`
			Cut     money.Amount   `json:"cut"`
		}{amount, weights, unit, parts, money.Sum(parts...), cuts, money.Sum(cuts...)})
	}
	var texts []string
	row := func(name string, part, cut money.Amount) {
		text := fmt.Sprintf("%s\t%s원", name, part.Comma())
		if unit > 1 {
			text += fmt.Sprintf("\t(버린 금액 %s원)", cut.Comma())
		}
		texts = append(texts, text)
	}
	for i := range parts {
		row(fmt.Sprint(i+1), parts[i], cuts[i])
	}
	row("계", money.Sum(parts...), money.Sum(cuts...))
	return out.lines(texts)
}

func parseWeights(text string) ([]int64, error) {
	items := strings.Split(text, ",")
	if strings.TrimSpace(text) == "" || len(items) > maxWeights {
		return nil, Exit{exitInput, "--weights에는 나눌 비율을 1개에서 4개까지 쉼표로 이어 적어 주십시오."}
	}
	weights := make([]int64, len(items))
	for i, item := range items {
		w, err := money.Parse(item)
		if err != nil || w.Sign() < 0 {
			return nil, Exit{exitInput, "나눌 비율은 0 이상의 정수여야 합니다: " + item}
		}
		weights[i] = w.Int64()
	}
	return weights, nil
}

type calcWords struct {
	N    string `arg:"" optional:"" help:"금액(원)."`
	JSON bool   `name:"json" help:"JSON으로 출력합니다."`
}

// Help explains the form with an example.
func (calcWords) Help() string {
	return `공문서 규정(행정업무의 운영 및 혁신에 관한 규정 시행규칙 제2조제2항)에 따라 모든 자리에 '일'을 적고 띄어 쓰지 않습니다.

예: eoul calc words 113560
    금일십일만삼천오백육십원`
}

// Run prints the words.
func (c *calcWords) Run(out *cliOut) error {
	amount, err := money.Parse(c.N)
	if err != nil {
		return badInput(err)
	}
	if !c.JSON {
		return out.line("%s", korean.Words(amount))
	}
	return out.json(struct {
		Amount money.Amount `json:"amount"`
		Words  string       `json:"words"`
		Text   string       `json:"text"`
	}{amount, korean.Words(amount), korean.AmountWithWords(amount)})
}

type calcRate struct {
	A    string `arg:"" optional:"" help:"비율을 구할 금액(원)."`
	B    string `arg:"" optional:"" help:"기준 금액(원). 0보다 커야 합니다."`
	JSON bool   `name:"json" help:"JSON으로 출력합니다."`
}

// Help explains the rounding with an example.
func (calcRate) Help() string {
	return `A가 B의 몇 퍼센트인지 소수점 첫째 자리까지, 둘째 자리에서 반올림하여 계산합니다.

예: eoul calc rate 14354212 87500000
    16.4%`
}

// Run prints the rate in per cent.
func (c *calcRate) Run(out *cliOut) error {
	part, err := money.Parse(c.A)
	if err != nil {
		return badInput(err)
	}
	whole, err := money.Parse(c.B)
	if err != nil {
		return badInput(err)
	}
	rate, err := money.RateOf(part, whole)
	if err != nil {
		return badInput(err)
	}
	if !c.JSON {
		return out.line("%s%%", rate)
	}
	return out.json(struct {
		Part  money.Amount `json:"part"`
		Whole money.Amount `json:"whole"`
		Rate  json.Number  `json:"rate"`
	}{part, whole, json.Number(rate.String())})
}
