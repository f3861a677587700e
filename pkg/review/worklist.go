package review

import (
	"context"
	"strconv"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlTasksWhere = sqlTaskColumns
	sqlTasksCount = `select count(*)` + sqlTaskFrom
	sqlMine       = `r.person_id = $1`
	// What waits for the reviewer comes first.
	sqlTaskDone   = `(e.id is not null or coalesce(c.kind, 'none') <> 'none' or coalesce(s.state, '') in ('submitted', 'locked'))`
	sqlTasksOrder = ` order by ` + sqlTaskDone + `, a.id limit `

	sqlProgress = `
		select count(*) as all, count(*) filter (where c.kind is null and e.id is null) as undeclared,
		       count(*) filter (where c.kind <> 'none' or e.id is not null) as closed,
		       count(*) filter (where s.state in ('submitted', 'locked') and e.id is null) as submitted
		  from assignments a
		  join reviewers r on r.id = a.reviewer_id
		  left join conflicts c on c.assignment_id = a.id
		  left join exclusions e on e.assignment_id = a.id
		  left join sheets s on s.assignment_id = a.id
		 where r.person_id = $1 and ($2 = 0 or a.round_id = $2)`
	sqlNeighbours = `
		select coalesce(max(a.id) filter (where a.id < $3), 0) as previous, coalesce(min(a.id) filter (where a.id > $3), 0) as next
		  from assignments a join reviewers r on r.id = a.reviewer_id
		 where r.person_id = $1 and a.round_id = $2`
)

// Progress is how far one reviewer is with their own assignments.
type Progress struct {
	All        int `db:"all" json:"all"`
	Undeclared int `db:"undeclared" json:"undeclared"`
	Closed     int `db:"closed" json:"closed"` // conflicts
	Submitted  int `db:"submitted" json:"submitted"`
}

// Left is how many assignments still wait for the reviewer.
func (p Progress) Left() int { return p.All - p.Closed - p.Submitted }

// Worklist is a reviewer's own assignments and how far they are.
type Worklist struct {
	page.Slice[Task]
	Progress Progress `json:"progress"`
}

// Mine lists the asking reviewer's own assignments. Filters: round, and state
// (undeclared, open, done, closed); the search word is looked for in the
// government's name and the title. What still waits for them comes first.
func (s *Service) Mine(ctx context.Context, who authz.Actor, req page.Request) (Worklist, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Worklist, err error) {
		if _, err := tx.Scope("assignment:read"); err != nil {
			return out, err
		}
		round, _ := strconv.ParseInt(req.Filter("round"), 10, 64)
		if err := tx.Get(ctx, &out.Progress, sqlProgress, who.ID, round); err != nil {
			return out, err
		}
		where, args := mineWhere(who, req)
		var total int
		if err := tx.Get(ctx, &total, sqlTasksCount+where, args...); err != nil {
			return out, err
		}
		var after taskKey
		if more, err := req.Start(&after); err != nil {
			return out, err
		} else if more {
			args = append(args, after.Done, after.ID)
			where += " and (" + sqlTaskDone + ", a.id) > ($" + strconv.Itoa(len(args)-1) + ", $" + strconv.Itoa(len(args)) + ")"
		}
		var rows []Task
		if err := tx.Select(ctx, &rows, sqlTasksWhere+where+sqlTasksOrder+strconv.Itoa(req.Limit()+1), args...); err != nil {
			return out, err
		}
		out.Slice = page.Cut(req, rows, total, func(t Task) any { return taskKey{t.Done(), t.ID} })
		return out, nil
	})
}

// taskKey is the place of a task in a worklist.
type taskKey struct {
	Done bool         `json:"done"`
	ID   AssignmentID `json:"id"`
}

// mineWhere composes the condition of a worklist from constant fragments.
func mineWhere(who authz.Actor, req page.Request) (string, []any) {
	where, args := sqlMine, []any{who.ID}
	if round, err := strconv.ParseInt(req.Filter("round"), 10, 64); err == nil && round != 0 {
		args = append(args, round)
		where += " and a.round_id = $" + strconv.Itoa(len(args))
	}
	switch req.Filter("state") {
	case "undeclared":
		where += " and c.kind is null and e.id is null"
	case "open":
		where += " and s.state in ('draft', 'reopened') and e.id is null"
	case "done":
		where += " and s.state in ('submitted', 'locked') and e.id is null"
	case "closed":
		where += " and (c.kind <> 'none' or e.id is not null)"
	}
	if q := strings.TrimSpace(req.Query); q != "" {
		args = append(args, "%"+likeEscape(q)+"%")
		n := "$" + strconv.Itoa(len(args))
		where += " and (p.government_name like " + n + " or p.title like " + n + ")"
	}
	return where, args
}

// likeEscape takes the meaning from the wildcards of like.
func likeEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Desk is everything a reviewer needs at one assignment. Before the declaration,
// and with a conflict, Submission and Content are nil.
type Desk struct {
	Task       Task                    `json:"task"`
	Submission *application.Submission `json:"submission"`
	Rubric     program.Rubric          `json:"rubric"`
	Sheet      *Sheet                  `json:"sheet"`
	Content    *Content                `json:"content"`
	Progress   Progress                `json:"progress"` // in this round
	Previous   AssignmentID            `json:"previous"` // 0 for none
	Next       AssignmentID            `json:"next"`
}

// Open shows one of the asking reviewer's assignments. Nobody else has it.
func (s *Service) Open(ctx context.Context, who authz.Actor, id AssignmentID) (Desk, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Desk, err error) {
		if err := tx.Get(ctx, &out.Task, sqlTask, id); err != nil {
			return out, err
		}
		if err := tx.Allow("assignment:read", out.Task.Object()); err != nil {
			return out, err
		}
		if out.Rubric, err = program.RubricOf(ctx, tx, out.Task.CallID, out.Task.Stage); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out.Progress, sqlProgress, who.ID, out.Task.RoundID); err != nil {
			return out, err
		}
		var near struct {
			Previous AssignmentID `db:"previous"`
			Next     AssignmentID `db:"next"`
		}
		if err := tx.Get(ctx, &near, sqlNeighbours, who.ID, out.Task.RoundID, id); err != nil {
			return out, err
		}
		out.Previous, out.Next = near.Previous, near.Next
		if out.Task.Conflict != NoConflict {
			return out, nil
		}
		sub, err := readPlan(ctx, tx, out.Task.ApplicationID, out.Task.PersonID)
		if err != nil {
			return out, err
		}
		sheet, err := readSheet(ctx, tx, out.Task.SheetID)
		if err != nil {
			return out, err
		}
		content, err := readContent(ctx, tx, out.Task.SheetID)
		out.Submission, out.Sheet, out.Content = &sub, &sheet, &content
		return out, err
	})
}

// readPlan reads what was handed in for somebody the application was given to.
func readPlan(ctx context.Context, tx *work.Tx, id application.ID, to authz.PersonID) (application.Submission, error) {
	app, err := application.Get(ctx, tx, id)
	if err != nil {
		return application.Submission{}, err
	}
	if err := tx.Allow("application:read", application.ObjectFor(app, []authz.PersonID{to})); err != nil {
		return application.Submission{}, err
	}
	return application.LatestSubmission(ctx, tx, id)
}

// Reading is one sheet with the plan it judges, for those who may hear it.
type Reading struct {
	Sheet      Sheet                  `json:"sheet"`
	Content    Content                `json:"content"`
	Rubric     program.Rubric         `json:"rubric"`
	Government string                 `json:"government_name"`
	Title      string                 `json:"title"`
	Submission application.Submission `json:"submission"`
	Changes    []ScoreChange          `json:"changes"` // made in the discussion
}

// Read shows a sheet: to its reviewer always, from the discussion on to those who
// discuss the application, and to the programme's officers once it is locked.
// For everybody else it is not there.
func (s *Service) Read(ctx context.Context, who authz.Actor, id SheetID) (Reading, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Reading, err error) {
		if out.Sheet, err = readSheet(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Allow("sheet:read", out.Sheet.Object(who.ID)); err != nil {
			return out, err
		}
		if out.Content, err = readContent(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Select(ctx, &out.Changes, sqlChangesOfSheet, id); err != nil {
			return out, err
		}
		if out.Rubric, err = program.RubricOf(ctx, tx, out.Sheet.CallID, out.Sheet.Stage); err != nil {
			return out, err
		}
		app, err := application.Get(ctx, tx, out.Sheet.ApplicationID)
		if err != nil {
			return out, err
		}
		out.Government = app.GovernmentName
		out.Submission, err = application.LatestSubmission(ctx, tx, app.ID)
		out.Title = app.Title
		return out, err
	})
}

// Attached finds a file of the plan that a sheet judges, for those who may read
// the sheet; another file is NotFound.
func (s *Service) Attached(ctx context.Context, who authz.Actor, id SheetID, file document.ID) (document.Document, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out document.Document, err error) {
		sheet, err := readSheet(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("sheet:read", sheet.Object(who.ID)); err != nil {
			return out, err
		}
		return application.SubmittedAttachment(ctx, tx, sheet.ApplicationID, file)
	})
}
