package web

import (
	"fmt"
	"strconv"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
)

// mostMonths is how many months a chart has at most: two years and a half.
const mostMonths = 30

// monthChart shows 세부사업 over the months of the project period as a table: a mark
// in each month in which one goes on, and its period in words.
type monthChart struct {
	Years  []monthYear
	Months []string
	Rows   []monthRow
}

type monthYear struct {
	Label string
	Span  int
}

type monthRow struct {
	Title, Period string
	Cells         []string // "●" or empty, one per month
}

// month counts months from year 0, so that they can be compared and counted.
func month(d calendar.Date) int { return d.Year()*12 + int(d.Month()) - 1 }

// newMonthChart is nil when there is no period, or one too long to be drawn.
func newMonthChart(from, until calendar.Date, activities []application.Activity) *monthChart {
	if from.IsZero() || until.Before(from) || month(until)-month(from) >= mostMonths {
		return nil
	}
	c := &monthChart{}
	for m := month(from); m <= month(until); m++ {
		if m == month(from) || m%12 == 0 {
			c.Years = append(c.Years, monthYear{Label: strconv.Itoa(m/12) + "년"})
		}
		c.Years[len(c.Years)-1].Span++
		c.Months = append(c.Months, fmt.Sprintf("%d월", time.Month(m%12+1)))
	}
	for _, a := range activities {
		c.Rows = append(c.Rows, monthRowOf(a, from, until))
	}
	return c
}

func monthRowOf(a application.Activity, from, until calendar.Date) monthRow {
	row := monthRow{Title: a.Title, Cells: make([]string, month(until)-month(from)+1)}
	if a.Title == "" || a.StartsOn.IsZero() || a.EndsOn.IsZero() || a.EndsOn.Before(a.StartsOn) {
		row.Title = ""
		return row
	}
	row.Period = a.StartsOn.Korean() + " ~ " + a.EndsOn.Korean()
	for i := range row.Cells {
		if m := month(from) + i; month(a.StartsOn) <= m && m <= month(a.EndsOn) {
			row.Cells[i] = "●"
		}
	}
	return row
}

// Months is the chart of the plan's 세부사업 over the project period, or over their
// own time where the page does not know the period; nil without any.
func (v PlanView) Months() *monthChart {
	from, until := v.From, v.Until
	if len(v.Plan.Activities) == 0 {
		return nil
	}
	if from.IsZero() {
		from, until = v.Plan.Activities[0].StartsOn, v.Plan.Activities[0].EndsOn
		for _, a := range v.Plan.Activities {
			if a.StartsOn.Before(from) {
				from = a.StartsOn
			}
			if a.EndsOn.After(until) {
				until = a.EndsOn
			}
		}
	}
	return newMonthChart(from, until, v.Plan.Activities)
}

// months draws the rows of the form as typed; what cannot be drawn yet is left blank.
func (f *activitiesForm) months(from, until calendar.Date) *monthChart {
	rows := make([]application.Activity, len(f.Activities))
	for i, a := range f.Activities {
		if !a.Remove {
			rows[i] = a.activity()
		}
	}
	return newMonthChart(from, until, rows)
}

// outputs are the cells of the chart by the names the page gives them.
func (c *monthChart) outputs() map[string]string {
	out := map[string]string{}
	if c == nil {
		return out
	}
	for i, row := range c.Rows {
		out[fmt.Sprintf("month.%d.title", i)], out[fmt.Sprintf("month.%d.period", i)] = row.Title, row.Period
		for j, cell := range row.Cells {
			out[fmt.Sprintf("month.%d.%d", i, j)] = cell
		}
	}
	return out
}
