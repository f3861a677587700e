package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/work"
)

// Task is one kind of work that waits for a person: how often, by when, and the
// list that shows exactly these records, or the one record itself.
type Task struct {
	Title   string     `db:"title" json:"title"`
	About   string     `db:"about" json:"about,omitempty"` // which record or call, where the title does not say
	Count   int        `db:"n" json:"count"`
	Link    string     `db:"link" json:"link"`
	Due     *time.Time `db:"due" json:"due,omitempty"` // the nearest deadline of them
	Waiting bool       `db:"waiting" json:"waiting"`   // it is somebody else's turn
}

// Inbox is what waits for a person, by the roles they hold today: their own turn
// first, in it what is due soonest first. Nothing that counts zero is in it.
func (s *Service) Inbox(ctx context.Context, who authz.Actor) ([]Task, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Task, err error) {
		if err := tx.Allow("home:read", authz.Object{Kind: "home"}); err != nil {
			return nil, err
		}
		for _, b := range boards() { // a fixed handful, whatever the person holds
			tasks, err := b.read(ctx, tx, who)
			if err != nil {
				return nil, fmt.Errorf("inbox of %s: %w", b.noun, err)
			}
			out = append(out, tasks...)
		}
		slices.SortStableFunc(out, func(a, b Task) int {
			return cmp.Or(cmp.Compare(weight(a), weight(b)), compareDue(a.Due, b.Due))
		})
		return out, nil
	})
}

func weight(t Task) int {
	if t.Waiting {
		return 1
	}
	return 0
}

// compareDue puts what has no deadline last.
func compareDue(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(*b)
}

// board is one noun of the inbox: a query that counts its records by whose turn it
// is, and what each count is called.
type board struct {
	noun   string
	query  string // what is counted, without the rows of whose turn it may be
	where  string // which records can be anybody's turn at all
	placed bool   // the query counts by place; each place is a task of its own
	reach  []reach
	turns  []turn
}

// reach is how a role comes to the records: by the governments or the programmes
// of its grants. cond is true for such a record; $$ stands for the ids.
type reach struct {
	name  string // who, in turns
	roles []string
	by    by
	cond  string
}

type by uint8

const (
	government by = iota // of the grant
	programme            // of the grant; a grant for everything reaches all
	self                 // the person
)

// turn is a count with words: the records in these states are the turn of who. In the
// links of a placed board {place} and {thing} stand for the ids.
type turn struct {
	who     string
	states  string // separated by blanks
	title   string
	link    string
	one     string // the link to a single record, empty: link
	waiting bool
}

// count is how many records of a state are somebody's turn. Placed boards count by
// place, which is such as a call; Thing is one of the records and Name what it is called.
type count struct {
	Who   string     `db:"who"`
	State string     `db:"state"`
	Place int64      `db:"place"`
	About string     `db:"about"` // what the place is called
	Thing int64      `db:"thing"`
	Name  string     `db:"name"`
	N     int        `db:"n"`
	Due   *time.Time `db:"due"`
}

// add puts a count to a task.
func (t *Task) add(c count) {
	t.Count += c.N
	if c.Due != nil && compareDue(c.Due, t.Due) < 0 {
		t.Due = c.Due
	}
}

// tasks are the counts that are this turn: one task, or one for each place.
func (t turn) tasks(counts []count) (out []Task) {
	at := map[int64]int{}
	for _, c := range counts {
		if c.Who != t.who || !slices.Contains(strings.Fields(t.states), c.State) {
			continue
		}
		i, found := at[c.Place]
		if !found {
			i, at[c.Place] = len(out), len(out)
			out = append(out, Task{Title: t.title, Waiting: t.waiting})
		}
		out[i].add(c)
		link := t.link
		if out[i].About = c.About; out[i].Count == 1 {
			out[i].About = c.Name
			link = cmp.Or(t.one, link)
		}
		out[i].Link = strings.NewReplacer("{place}", strconv.FormatInt(c.Place, 10), "{thing}", strconv.FormatInt(c.Thing, 10)).Replace(link)
	}
	return out
}

// ids are the values for $$; all is a grant for everything, none no such grant.
func (r reach) ids(who authz.Actor) (ids []int64, all bool) {
	if r.by == self {
		if len(r.roles) == 0 || slices.ContainsFunc(r.roles, who.Has) {
			return []int64{int64(who.ID)}, false
		}
		return nil, false
	}
	for _, g := range who.Grants {
		if !slices.Contains(r.roles, g.Role) {
			continue
		}
		switch {
		case r.by == government && g.Government != 0:
			ids = append(ids, g.Government)
		case r.by == programme && g.Any:
			return nil, true
		case r.by == programme && g.Program != 0:
			ids = append(ids, g.Program)
		}
	}
	return ids, false
}

// read counts a noun in one query, or in none when no grant reaches it.
func (b board) read(ctx context.Context, tx *work.Tx, who authz.Actor) ([]Task, error) {
	var rows, conds []string
	var args []any
	for _, r := range b.reach {
		ids, all := r.ids(who)
		cond := "true"
		switch {
		case all:
		case len(ids) == 0:
			continue
		default:
			args = append(args, pq.Array(ids))
			cond = strings.ReplaceAll(r.cond, "$$", "$"+strconv.Itoa(len(args)))
		}
		rows, conds = append(rows, "('"+r.name+"', "+cond+")"), append(conds, cond)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	var counts []count
	groups := " group by 1, 2"
	if b.placed {
		groups = " group by 1, 2, 3, 4 order by 3, 2"
	}
	q := "select " + b.query + " cross join lateral (values " + strings.Join(rows, ", ") + ") v (who, yes)" +
		" where " + b.where + " and (" + strings.Join(conds, " or ") + ") and v.yes" + groups
	if err := tx.Select(ctx, &counts, q, args...); err != nil {
		return nil, err
	}
	var out []Task
	for _, t := range b.turns {
		out = append(out, t.tasks(counts)...)
	}
	return out, nil
}
