package main

import (
	"fmt"
	"strconv"

	"eoul/pkg/calendar"
	"eoul/pkg/rule"
)

type calcDeadline struct {
	From   string `placeholder:"DATE" help:"사건이 있은 날(기산일). 예: 2022-12-31"`
	Months string `placeholder:"N" help:"기간의 개월 수."`
	Days   string `placeholder:"N" help:"기간의 일수. --months와 --days 중 하나만 씁니다."`
	JSON   bool   `name:"json" help:"JSON으로 출력합니다."`
}

// Help explains the count with an example.
func (calcDeadline) Help() string {
	return `첫날은 세지 않고(민법 제157조), 개월은 달력에 따라 세며 마지막 달에 그 날이 없으면 그 달의 말일로 하고(제160조),
마지막 날이 토요일이나 공휴일이면 그다음 근무일로 넘깁니다(제161조). 공휴일은 프로그램에 들어 있는 해만 압니다.

예: eoul calc deadline --from 2025-12-31 --months 2
    2026-03-03 (화)
    …
예: eoul calc deadline --from 2022-05-13 --days 30
    2022-06-13 (월)
    …`
}

// Run prints the last day, then each step that leads to it.
func (c *calcDeadline) Run(out *cliOut) error {
	if c.From == "" {
		return Exit{exitInput, "--from에 기산일을 2022-12-31과 같은 형식으로 적어 주십시오."}
	}
	from, err := calendar.Parse(c.From)
	if err != nil {
		return badInput(err)
	}
	months, days, err := c.period()
	if err != nil {
		return err
	}
	set, err := rule.FromSeed()
	if err != nil {
		return err
	}
	r, err := calendar.Reckon(from, months, days, set.Holidays())
	if err != nil {
		return badInput(err)
	}
	if c.JSON {
		return out.json(deadlineJSON(r, months, days))
	}
	return out.lines(deadlineLines(r, months))
}

// period reads the one of --months and --days that is given.
func (c *calcDeadline) period() (months, days int, err error) {
	if (c.Months == "") == (c.Days == "") {
		return 0, 0, Exit{exitInput, "--months와 --days 중 하나를 적어 주십시오."}
	}
	name, text, into := "--months", c.Months, &months
	if c.Days != "" {
		name, text, into = "--days", c.Days, &days
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, 0, Exit{exitInput, fmt.Sprintf("%s는 1 이상의 정수여야 합니다: %s", name, text)}
	}
	*into = int(n)
	return months, days, nil
}

func weekday(d calendar.Date) string {
	long := d.KoreanWeekday()
	return long[len(long)-len("금)") : len(long)-len(")")]
}

func deadlineLines(r calendar.Reckoning, months int) []string {
	lines := []string{
		fmt.Sprintf("%s (%s)", r.Last, weekday(r.Last)),
		fmt.Sprintf("- 기산일 %s: 첫날은 세지 않습니다(민법 제157조).", r.From.KoreanWeekday()),
		fmt.Sprintf("- 세기 시작하는 날 %s", r.Start.KoreanWeekday()),
	}
	if months > 0 {
		lines = append(lines, fmt.Sprintf("- %d개월의 마지막 날 %s: 달력에 따라 셉니다(민법 제160조).", months, r.Nominal.KoreanWeekday()))
	} else {
		lines = append(lines, fmt.Sprintf("- %d일의 마지막 날 %s", r.Start.DaysUntil(r.Nominal)+1, r.Nominal.KoreanWeekday()))
	}
	for _, s := range r.Skipped {
		lines = append(lines, fmt.Sprintf("- %s: 쉬는 날(%s)이어서 다음 날로 넘깁니다(민법 제161조).", s.Day.KoreanWeekday(), s.Why))
	}
	return append(lines, fmt.Sprintf("- 기한 %s까지", r.Last.KoreanWeekday()))
}

func deadlineJSON(r calendar.Reckoning, months, days int) any {
	type skip struct {
		Date calendar.Date `json:"date"`
		Why  string        `json:"why"`
	}
	skipped := make([]skip, len(r.Skipped))
	for i, s := range r.Skipped {
		skipped[i] = skip{s.Day, s.Why}
	}
	return struct {
		From     calendar.Date `json:"from"`
		Months   int           `json:"months,omitempty"`
		Days     int           `json:"days,omitempty"`
		Start    calendar.Date `json:"start"`
		Nominal  calendar.Date `json:"nominal"`
		Skipped  []skip        `json:"skipped"`
		Deadline calendar.Date `json:"deadline"`
		Weekday  string        `json:"weekday"`
	}{r.From, months, days, r.Start, r.Nominal, skipped, r.Last, weekday(r.Last)}
}
