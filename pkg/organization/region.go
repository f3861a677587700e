package organization

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"eoul/pkg/calendar"
)

//go:embed regions-2022-03.csv
var regionsCSV string

// A row with certainty "prefix" follows from its 시·도: when 강원도 and 전라북도 were
// renamed, their districts kept the last eight digits of their codes.
//
//go:embed region-successors.csv
var successorsCSV string

// region is a row of the regions table.
type region struct {
	Code, Name, Level, Parent string
	From, To                  calendar.Date
	Successor                 string
}

// regionsFrom is the day from which the list of March 2022 holds: after the code of
// 인천 미추홀구 changed in July 2018 there was no other change before 2023.
var regionsFrom = calendar.Must(2018, 7, 1)

// seedRegions joins the list of March 2022 with what followed.
func seedRegions() ([]region, error) {
	rows, err := records(regionsCSV, "code,name,level,parent_code")
	if err != nil {
		return nil, err
	}
	out := make([]region, len(rows))
	byCode := map[string]int{}
	for i, c := range rows {
		out[i] = region{Code: c[0], Name: c[1], Level: c[2], Parent: c[3], From: regionsFrom}
		if c[3] == "5000000000" { // 제주시 and 서귀포시 have no self-government (제주특별법 §10)
			out[i].Level = "administrative_city"
		}
		byCode[c[0]] = i
	}
	next, err := records(successorsCSV, "code,name,valid_to,successor_code,successor_name,valid_from,certainty")
	if err != nil {
		return nil, err
	}
	for _, c := range next {
		i, ok := byCode[c[0]]
		if !ok {
			return nil, fmt.Errorf("organization: the successor of %s has no predecessor", c[0])
		}
		from, err := calendar.Parse(c[5])
		if err != nil {
			return nil, fmt.Errorf("organization: successor of %s: %w", c[0], err)
		}
		if out[i].To, err = calendar.Parse(c[2]); err != nil {
			return nil, fmt.Errorf("organization: end of %s: %w", c[0], err)
		}
		out[i].Successor = c[3]
		after := region{Code: c[3], Name: c[4], Level: out[i].Level, From: from}
		if after.Level != "sido" {
			after.Parent = c[3][:2] + "00000000"
		}
		out = append(out, after)
	}
	return out, nil
}

// records reads a CSV whose first line must be the header.
func records(text, header string) ([][]string, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("organization: read seed: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], strings.Split(header, ",")) {
		return nil, fmt.Errorf("organization: the seed does not begin with %q", header)
	}
	return rows[1:], nil
}
