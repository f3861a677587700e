package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"eoul/pkg/money"
)

//go:embed programme-case.json
var caseJSON []byte

// facts is what public sources tell of the real programme.
type facts struct {
	Programme struct {
		Name     string   `json:"name"`
		Ministry string   `json:"ministry"`
		Purpose  string   `json:"purpose"`
		Areas    []string `json:"agenda_areas"`
		Rate     int      `json:"national_rate_basis_points"`
	} `json:"programme"`
	Rounds []struct {
		FiscalYear int                 `json:"fiscal_year"`
		Known      []knownProject      `json:"known_projects"`
		Selected   map[string][]string `json:"selected"`
		Daegu      struct {
			Projects []daeguProject `json:"projects"`
		} `json:"daegu"`
	} `json:"rounds"`
	Budget []struct {
		Code   string       `json:"code"`
		Name   string       `json:"name"`
		Amount money.Amount `json:"amount"`
	} `json:"sample_budget_100m"`
	Rubric []struct {
		Criterion string `json:"criterion"`
		Max       int    `json:"max"`
	} `json:"default_rubric_100"`
	Bonus []struct {
		Reason string `json:"reason"`
		Points int    `json:"points"`
	} `json:"default_bonus"`
}

type knownProject struct {
	Region string `json:"region"`
	Name   string `json:"name"`
	Note   string `json:"note"`
}

type daeguProject struct {
	Region     string   `json:"region"`
	Name       string   `json:"name"`
	Partner    string   `json:"partner"`
	Activities []string `json:"activities"`
	money.BySource
}

// UnmarshalJSON reads a project beside its four amounts.
func (d *daeguProject) UnmarshalJSON(data []byte) error {
	var text struct {
		Region     string       `json:"region"`
		Name       string       `json:"name"`
		Partner    string       `json:"partner"`
		Activities []string     `json:"activities"`
		National   money.Amount `json:"national"`
		Sido       money.Amount `json:"sido"`
		Sigungu    money.Amount `json:"sigungu"`
		Own        money.Amount `json:"own"`
	}
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*d = daeguProject{Region: text.Region, Name: text.Name, Partner: text.Partner, Activities: text.Activities,
		BySource: money.BySource{National: text.National, Sido: text.Sido, Sigungu: text.Sigungu, Own: text.Own}}
	return nil
}

func readFacts() (f facts, err error) {
	if err := json.Unmarshal(caseJSON, &f); err != nil {
		return f, fmt.Errorf("read programme-case.json: %w", err)
	}
	return f, nil
}

// provinces are the 시·도 of 2022 by the short names of the press.
var provinces = map[string]string{
	"서울": "1100000000", "부산": "2600000000", "대구": "2700000000", "인천": "2800000000", "광주": "2900000000",
	"대전": "3000000000", "울산": "3100000000", "경기": "4100000000", "강원": "4200000000", "충남": "4400000000",
	"전북": "4500000000", "전남": "4600000000", "경북": "4700000000", "경남": "4800000000",
}
