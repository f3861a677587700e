package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/program"
)

// Sample is one made-up application for trying a rubric: points per sheet, in the
// rubric's order, and what its bonus items add up to.
type Sample struct {
	Name   string
	Sheets [][]Points
	Bonus  int
}

// Trial is what the rule makes of a sample. Dropped are the positions of the totals that
// do not count.
type Trial struct {
	RankingRow
	Name    string
	Totals  []Points
	Dropped []bool
}

// ParseSamples reads one sheet in a line: a name, a colon, and the points of each of n
// criteria. Lines of one name are sheets of one application; +3 or -2 is its bonus or
// penalty. With n = 1 every number of a line is a reviewer's total. Every line that
// cannot be read is named.
func ParseSamples(text string, n int) ([]Sample, error) {
	f := fault.Fields{}
	var out []Sample
	for i, line := range strings.Split(text, "\n") {
		name, rest, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); name == "" && !ok {
			continue
		}
		if !ok || name == "" {
			f.Add("text", fmt.Sprintf("%d번째 줄:", i+1)+" 이름 뒤에 쌍점(:)을 찍고 점수를 적어 주십시오.")
			continue
		}
		at := slices.IndexFunc(out, func(s Sample) bool { return s.Name == name })
		if at < 0 {
			out = append(out, Sample{Name: name})
			at = len(out) - 1
		}
		if err := out[at].read(rest, n); err != nil {
			msg, _ := fault.Public(err)
			f.Add("text", fmt.Sprintf("%d번째 줄:", i+1)+" "+msg)
		}
	}
	if len(out) == 0 {
		f.Add("text", "시험 삼아 셈할 점수를 적어 주십시오.")
	}
	return out, f.Err()
}

func (s *Sample) read(text string, n int) error {
	var points []Points
	for _, word := range strings.Fields(strings.ReplaceAll(text, ",", " ")) {
		p, err := ParsePoints(strings.TrimPrefix(word, "+"))
		if err != nil {
			return err
		}
		if strings.HasPrefix(word, "+") || strings.HasPrefix(word, "-") {
			if p%1000 != 0 {
				return fault.New(fault.Invalid, "가점과 감점은 정수로 적어 주십시오.")
			}
			s.Bonus += int(p / 1000)
			continue
		}
		points = append(points, p)
	}
	switch {
	case n == 1:
		for _, p := range points {
			s.Sheets = append(s.Sheets, []Points{p})
		}
	case len(points) == n:
		s.Sheets = append(s.Sheets, points)
	case len(points) > 0:
		return fault.New(fault.Invalid, "평가항목의 수("+strconv.Itoa(n)+"개)만큼 점수를 적어 주십시오.")
	}
	return nil
}

// Try ranks samples by the rule of a call, with the code that ranks applications.
func Try(rubric program.Rubric, dropExtremes bool, from, totalFloor int, samples []Sample) ([]Trial, error) {
	rubric.WeightBps = 10_000
	in := Inputs{DropExtremes: dropExtremes, DropFrom: from, TotalFloor: totalFloor}
	in.rules([]program.Rubric{rubric})
	sheet := int64(0)
	for i, s := range samples {
		app := InputApplication{ID: application.ID(i + 1)}
		for _, points := range s.Sheets {
			sheet++
			given := InputSheet{ID: sheet, Stage: rubric.Stage, Points: map[int64]Points{}}
			for k, c := range rubric.Criteria {
				if points[k] < 0 || points[k] > Points(c.Max)*1000 {
					return nil, fault.Fields{"text": s.Name + "의 " + c.Title + " 점수가 배점(" + strconv.Itoa(c.Max) + "점)을 넘습니다."}.Err()
				}
				given.Points[c.ID] = points[k]
			}
			app.Sheets = append(app.Sheets, given)
		}
		if s.Bonus != 0 {
			app.Bonus = []InputBonus{{Item: 1, Points: s.Bonus}}
		}
		in.Applications = append(in.Applications, app)
	}
	rows, err := Rank(in)
	if err != nil {
		return nil, err
	}
	out := make([]Trial, len(rows))
	for i, row := range rows {
		out[i] = in.trial(row, samples[row.ApplicationID-1], rubric)
	}
	return out, nil
}

// trial adds the reviewers' totals, and which of them were dropped, to a row.
func (in Inputs) trial(row RankingRow, s Sample, rubric program.Rubric) Trial {
	t := Trial{RankingRow: row, Name: s.Name, Totals: make([]Points, len(s.Sheets)), Dropped: make([]bool, len(s.Sheets))}
	for i, points := range s.Sheets {
		for k, c := range rubric.Criteria {
			t.Totals[i] += points[k] * Points(max(c.Weight, 1))
		}
		t.Dropped[i] = true
	}
	if _, used, err := MeanRounded(t.Totals, in.DropExtremes, in.DropFrom, in.Rounding); err == nil {
		for _, i := range used {
			t.Dropped[i] = false
		}
	}
	return t
}
