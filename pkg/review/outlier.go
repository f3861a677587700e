package review

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Bounds say from where on totals of one application lie far apart. Outlier is in
// hundredths of a standard deviation (rule.ReviewOutlier), Wide in percent of the
// maximum (rule.ReviewWideSpread).
type Bounds struct {
	Outlier int64 `json:"outlier"`
	Wide    int64 `json:"wide"`
}

// Spread is how far the reviewers of one application lie apart on one criterion.
type Spread struct {
	ApplicationID application.ID `db:"application_id" json:"-"`
	CriterionID   int64          `db:"criterion_id" json:"criterion_id"`
	Title         string         `db:"title" json:"title"`
	Max           int            `db:"max" json:"max"`
	Lowest        Points         `db:"lowest" json:"lowest"`
	Highest       Points         `db:"highest" json:"highest"`
	Spread        Points         `db:"-" json:"spread"`
	Wide          bool           `db:"-" json:"wide"`
}

// Times is the z-score in standard deviations with two decimals and its sign, as people
// compare it in a column.
func (h Heard) Times() string {
	sign, z := "", h.Z
	switch {
	case z < 0:
		sign, z = "-", -z
	case z > 0:
		sign = "+"
	}
	z = (z + 5) / 10
	return fmt.Sprintf("%s%d.%02d", sign, z/100, z%100)
}

const sqlSpreads = `
	select a.application_id, k.id as criterion_id, k.title, k.max, min(x.points) as lowest, max(x.points) as highest
	  from rounds o
	  join assignments a on a.round_id = o.id
	  join sheets s on s.assignment_id = a.id
	  join scores x on x.sheet_id = s.id and x.points is not null
	  join criteria k on k.id = x.criterion_id
	 where o.id = $1 and o.state <> 'scoring' and discusses(a.application_id, o.program_id, app_actor())
	   and not exists (select from exclusions e where e.assignment_id = a.id)
	 group by a.application_id, k.id
	 order by a.application_id, k.position, k.id`

// boundsOf reads the bounds in force on a day.
func boundsOf(ctx context.Context, tx *work.Tx) (b Bounds, err error) {
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return b, err
	}
	on := calendar.Today(tx.Now)
	if b.Outlier, _, err = rules.Int(rule.ReviewOutlier, on); err != nil {
		return b, err
	}
	b.Wide, _, err = rules.Int(rule.ReviewWideSpread, on)
	return b, err
}

// wide tells whether a spread reaches the bound for something of this maximum.
func (b Bounds) wide(spread Points, maximum int) bool {
	return int64(spread)*100 >= b.Wide*int64(maximum)*1000
}

// smallPanel is how many totals there must be before a deviation of 1.5 standard
// deviations can occur at all: among n totals none exceeds the root of n−1.
const smallPanel = 4

// mark fills in how far each counting sheet lies from the mean of them all, and which
// of them stand out: where the spread is wide, those from the bound in standard
// deviations on; of three, those as far from the middle one as a wide spread. Of two
// nobody can say who deviates.
func (d *Discussed) mark(b Bounds, maximum int) {
	var counting []int
	var totals []Points
	for i, sheet := range d.Sheets {
		if sheet.Excluded == "" {
			counting, totals = append(counting, i), append(totals, sheet.Total)
		}
	}
	d.Wide = len(totals) > 1 && b.wide(d.Spread, maximum)
	z, deviations := deviationsOf(totals)
	sorted := slices.Sorted(slices.Values(totals))
	for n, i := range counting {
		sheet := &d.Sheets[i]
		sheet.Deviation, sheet.Z = deviations[n], z[n]
		switch {
		case !d.Wide || len(totals) < 3:
		case len(totals) < smallPanel:
			middle := sorted[1]
			sheet.Outlier = b.wide(max(sheet.Total-middle, middle-sheet.Total), maximum)
		default:
			sheet.Outlier = int64(max(z[n], -z[n])) >= b.Outlier*10
		}
	}
}

// deviationsOf gives for every total its z-score in thousandths, cut towards zero, over
// the standard deviation of these totals (0 when they are equal), and its distance
// from their mean, rounded half up to two decimals. Everything is computed in whole
// numbers: with n totals and their sum, n·total − sum is n times the distance.
func deviationsOf(totals []Points) (z, deviations []Points) {
	n := int64(len(totals))
	z, deviations = make([]Points, n), make([]Points, n)
	var sum int64
	for _, t := range totals {
		sum += int64(t)
	}
	squares := new(big.Int)
	for _, t := range totals {
		far := big.NewInt(n*int64(t) - sum)
		squares.Add(squares, far.Mul(far, far))
	}
	for i, t := range totals {
		far := n*int64(t) - sum
		deviations[i] = Rounding{}.divide(far, n)
		if squares.Sign() == 0 {
			continue
		}
		// z² = far²·n / Σ far²
		q := new(big.Int).Mul(big.NewInt(far), big.NewInt(far))
		q.Mul(q, big.NewInt(n*1_000_000)).Quo(q, squares).Sqrt(q)
		if z[i] = Points(q.Int64()); far < 0 {
			z[i] = -z[i]
		}
	}
	return z, deviations
}

// spreadsOf adds the spread per criterion to what is discussed.
func spreadsOf(ctx context.Context, tx *work.Tx, round Round, rubric program.Rubric, rows []Discussed) error {
	b, err := boundsOf(ctx, tx)
	if err != nil {
		return err
	}
	var list []Spread
	if err := tx.Select(ctx, &list, sqlSpreads, round.ID); err != nil {
		return err
	}
	of := map[application.ID][]Spread{}
	for _, x := range list {
		x.Spread = x.Highest - x.Lowest
		x.Wide = b.wide(x.Spread, x.Max)
		of[x.ApplicationID] = append(of[x.ApplicationID], x)
	}
	for i := range rows {
		rows[i].Criteria = of[rows[i].ApplicationID]
		rows[i].mark(b, rubric.Max())
	}
	return nil
}
