package review

import (
	"context"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Cell is where one application meets one reviewer. AssignmentID 0 means not
// assigned, Barred that the application is of the reviewer's own jurisdiction.
// It tells how far the sheet is and nothing of what was scored.
type Cell struct {
	AssignmentID  AssignmentID   `db:"id" json:"assignment_id"`
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	ReviewerID    ReviewerID     `db:"reviewer_id" json:"reviewer_id"`
	Conflict      string         `db:"conflict" json:"conflict"` // empty: not declared
	Excluded      string         `db:"excluded" json:"excluded"` // why the sheet does not count, empty: it does
	Late          string         `db:"late" json:"late"`         // what the facts say now against the assignment, while it can be acted on
	SheetID       SheetID        `db:"sheet_id" json:"sheet_id"`
	SheetState    SheetState     `db:"sheet_state" json:"sheet_state"`
	Barred        bool           `db:"-" json:"barred"`
	Why           string         `db:"-" json:"why"` // why the facts forbid it
}

// Label is the one Korean word of the cell.
func (c Cell) Label() string {
	switch {
	case c.Excluded != "":
		return "제외(" + ConflictLabel(c.Conflict) + ")"
	case c.AssignmentID == 0 && c.Barred:
		return "관할 지역"
	case c.AssignmentID == 0:
		return "–"
	case c.Conflict == "":
		return "확인 전"
	case c.Conflict != NoConflict:
		return ConflictLabel(c.Conflict)
	}
	return SheetFlow.Label(c.SheetState)
}

// untold is the cell for those who must not know whether the sheet is handed in: while
// the round is scoring, everybody but the chair (decisions 26).
func (c Cell) untold() Cell {
	if c.SheetState != "" {
		c.SheetState = SheetDraft
	}
	return c
}

// MatrixRow is one application of the round with a cell per reviewer, in their order.
type MatrixRow struct {
	ID             application.ID `db:"id" json:"application_id"`
	Number         string         `db:"number" json:"number"`
	GovernmentName string         `db:"government_name" json:"government_name"`
	Title          string         `db:"title" json:"title"`
	SidoID         int64          `db:"sido_id" json:"-"`
	SigunguID      int64          `db:"sigungu_id" json:"-"`
	Cells          []Cell         `db:"-" json:"cells"`
	Bonus          []Bonus        `db:"-" json:"bonus"`
}

// View is a round for its page. Only those who may see assignments get the
// matrix; a reviewer learns nothing of the others.
type View struct {
	Round     Round           `json:"round"`
	Reviewers []Reviewer      `json:"reviewers"`
	Rows      []MatrixRow     `json:"rows"`
	Rubric    program.Rubric  `json:"rubric"`
	Counts    Counts          `json:"counts"`
	Can       map[string]bool `json:"can"`
}

// Counts is how far a round is, without scores. While it is scoring only the chair has
// Submitted; for all others those sheets are among Draft.
type Counts struct {
	Applications int `json:"applications"`
	Assignments  int `json:"assignments"`
	Undeclared   int `json:"undeclared"`
	Conflicts    int `json:"conflicts"`
	Draft        int `json:"draft"`
	Submitted    int `json:"submitted"`
}

const (
	sqlMatrixRows = `
		select p.id, p.number, p.government_name, p.title, p.sido_id, p.sigungu_id
		  from rounds o
		  join applications p on p.call_id = o.call_id
		 where o.id = $1
		   and (p.state = 'reviewing' or exists (select from assignments a where a.round_id = o.id and a.application_id = p.id))
		 order by p.number`
	sqlMatrixReviewers = sqlReviewerColumns + `r.program_id = (select program_id from rounds where id = $1)
		and (r.active and r.state = 'accepted' and (select state from rounds where id = $1) = 'scoring'
		     or exists (select from assignments a where a.reviewer_id = r.id and a.round_id = $1))
		order by r.id`
	sqlCells = `
		select a.id, a.application_id, a.reviewer_id, coalesce(e.kind, c.kind, '') as conflict, coalesce(s.id, 0) as sheet_id, coalesce(s.state, '') as sheet_state,
		       coalesce(e.reason, '') as excluded,
		       case when e.id is null and coalesce(c.kind, 'none') = 'none' then coalesce(d.why, '') else '' end as late
		  from assignments a
		  left join conflicts c on c.assignment_id = a.id
		  left join exclusions e on e.assignment_id = a.id
		  left join sheets s on s.assignment_id = a.id
		  left join conflicts_by_data(array(select application_id from assignments where round_id = $1), array(select reviewer_id from assignments where round_id = $1)) d
		    on d.application_id = a.application_id and d.reviewer_id = a.reviewer_id
		 where a.round_id = $1`
)

// Show reads a round for its page.
func (s *Service) Show(ctx context.Context, who authz.Actor, id RoundID) (View, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out View, err error) {
		if err := tx.Get(ctx, &out.Round, sqlRound, id); err != nil {
			return out, err
		}
		if err := tx.Allow("round:read", out.Round.Object()); err != nil {
			return out, err
		}
		out.Can = abilities(tx, out.Round)
		if out.Rubric, err = program.RubricOf(ctx, tx, out.Round.CallID, out.Round.Stage); err != nil {
			return out, err
		}
		if !out.Can["matrix"] {
			return out, nil
		}
		return out, matrix(ctx, tx, &out)
	})
}

// abilities are the buttons of a round's page: what state and permission allow now.
func abilities(tx *work.Tx, r Round) map[string]bool {
	may := func(noun, verb string) bool {
		on := r.Object()
		on.Kind = noun
		return tx.Can(noun+":"+verb, on)
	}
	scoring, discussing := r.State == Scoring, r.State == Discussing
	return map[string]bool{
		"matrix":     may("assignment", "read"),
		"assign":     scoring && may("assignment", "create"),
		"unassign":   scoring && may("assignment", "remove"),
		"discuss":    scoring && r.Pending() == "" && may("round", "discuss"),
		"lock":       discussing && r.Pending() == "" && may("round", "lock"),
		"confirm":    r.Pending() != "" && r.RequestedBy() != tx.Actor.ID && may("round", "confirm"),
		"exclude":    may("assignment", "exclude") && (r.State != Locked || may("ranking", "renew")),
		"reopen":     r.State != Locked && may("sheet", "reopen"),
		"bonus":      r.State != Locked && may("bonus", "confirm"),
		"see_bonus":  may("bonus", "read"),
		"discussion": r.State != Scoring && (tx.Actor.Has("chair") || tx.Actor.Has("reviewer")),
		"ranking":    r.State == Locked && may("ranking", "read"),
		"minutes":    minutesShown(tx, r),
		"progress":   !scoring || may("round", "discuss"),
	}
}

// matrix fills in who scores what and how far they are.
func matrix(ctx context.Context, tx *work.Tx, out *View) error {
	id := out.Round.ID
	if err := tx.Select(ctx, &out.Reviewers, sqlMatrixReviewers, id); err != nil {
		return err
	}
	if err := tx.Select(ctx, &out.Rows, sqlMatrixRows, id); err != nil {
		return err
	}
	var cells []Cell
	if err := tx.Select(ctx, &cells, sqlCells, id); err != nil {
		return err
	}
	at := make(map[Pair]Cell, len(cells))
	for _, c := range cells {
		if !out.Can["progress"] {
			c = c.untold()
		}
		at[Pair{c.ApplicationID, c.ReviewerID}] = c
		out.Counts.add(c)
	}
	out.Counts.Applications = len(out.Rows)
	row := make(map[application.ID]*MatrixRow, len(out.Rows))
	for i := range out.Rows {
		r := &out.Rows[i]
		row[r.ID] = r
		of := Jurisdiction{r.SidoID, r.SigunguID}
		for _, person := range out.Reviewers {
			c := at[Pair{r.ID, person.ID}]
			c.ApplicationID, c.ReviewerID, c.Barred = r.ID, person.ID, person.jurisdiction().Overlaps(of)
			r.Cells = append(r.Cells, c)
		}
	}
	if !out.Can["see_bonus"] {
		return nil
	}
	var bonus []Bonus
	if err := tx.Select(ctx, &bonus, sqlBonuses, id); err != nil {
		return err
	}
	for _, b := range bonus {
		if r := row[b.ApplicationID]; r != nil {
			r.Bonus = append(r.Bonus, b)
		}
	}
	return nil
}

func (n *Counts) add(c Cell) {
	n.Assignments++
	switch {
	case c.Conflict == "":
		n.Undeclared++
	case c.Conflict != NoConflict:
		n.Conflicts++
	case c.SheetState == SheetSubmitted || c.SheetState == SheetLocked:
		n.Submitted++
	default:
		n.Draft++
	}
}

func listReviewers(ctx context.Context, tx *work.Tx, in program.ID, req page.Request) (out page.Slice[Reviewer], err error) {
	where, args := "r.program_id = $1", []any{in}
	if q := strings.TrimSpace(req.Query); q != "" {
		where, args = where+" and (p.name like $2 or r.employer like $2)", append(args, page.Like(q))
	}
	if err := tx.Select(ctx, &out.Items, sqlReviewersWhere+where+sqlReviewersOrder, args...); err != nil {
		return out, err
	}
	out.Total = len(out.Items)
	return out, nil
}
