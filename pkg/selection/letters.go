package selection

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// pack is the letters of one publication, column by column.
type pack struct {
	numbers, outcomes, contents          []string
	applications, governments, provinces []int64
}

func (p *pack) add(r letterRow, c Content) error {
	text, _, err := c.encode()
	if err != nil {
		return err
	}
	p.numbers, p.outcomes, p.contents = append(p.numbers, c.Number), append(p.outcomes, string(c.Outcome)), append(p.contents, text)
	p.applications, p.governments, p.provinces = append(p.applications, int64(r.ApplicationID)), append(p.governments, r.GovernmentID), append(p.provinces, r.ProvinceID)
	return nil
}

// send stores the letters in one statement, with trail and a notice each.
func (p pack) send(ctx context.Context, tx *work.Tx, sel Selection, until time.Time) error {
	if len(p.numbers) == 0 {
		return nil
	}
	if _, err := tx.ExecAll(ctx, sqlInsertLetter, sel.ID, sel.ProgramID, tx.Now, until, pq.Array(p.numbers), pq.Array(p.applications),
		pq.Array(p.governments), pq.Array(p.provinces), pq.Array(p.outcomes), pq.Array(p.contents)); err != nil {
		return fmt.Errorf("store letters: %w", err)
	}
	var letters []Letter
	if err := tx.Select(ctx, &letters, sqlLettersOfSelection, sel.ID); err != nil {
		return err
	}
	events := make([]work.Event, len(letters))
	for i, l := range letters {
		events[i] = work.Event{Ref: work.Ref{Kind: "letter", ID: int64(l.ID)}, After: l}
	}
	if err := tx.RecordAll(ctx, "letter:issue", events); err != nil {
		return err
	}
	return tx.EmitAll(ctx, "letter.issue", events)
}

const (
	letterColumns = `
		select l.id, l.number, l.selection_id, s.call_id, c.title as call_title, l.application_id, l.program_id, l.government_id,
		       coalesce(l.province_id, 0) as province_id, a.government_name, a.title, l.outcome, l.sha256, l.issued_at, l.objection_until`
	letterFrom = `
		  from letters l join selections s on s.id = l.selection_id join calls c on c.id = s.call_id join applications a on a.id = l.application_id
		 where `
	sqlLetter             = letterColumns + `, l.content` + letterFrom + `l.id = $1`
	sqlLettersOfSelection = letterColumns + letterFrom + `l.selection_id = $1 order by l.id`
	sqlLettersOfCall      = letterColumns + `, l.content` + letterFrom + `s.call_id = $1 and `
	sqlLettersOrder       = ` order by l.id`
	sqlLettersWhere       = letterColumns + letterFrom
	sqlLettersCount       = `select count(*)` + letterFrom
	sqlLettersNewest      = ` order by l.id desc limit `
)

// Issued is a letter with its words.
type Issued struct {
	Letter  Letter          `json:"letter"`
	Content Content         `json:"content"`
	Can     map[string]bool `json:"can"`

	ApplicationVersion int       `json:"application_version"` // for giving the outcome up
	Objection          *Answered `json:"objection"`           // against it, nil without one
}

// Answered is how an objection to a letter stands, as far as its reader may know.
type Answered struct {
	ID    ObjectionID    `json:"id"`
	State ObjectionState `json:"state"`
	Told  string         `json:"told"` // what was corrected, in one sentence
}

// StateLabel is the Korean word for its state.
func (a Answered) StateLabel() string { return ObjectionFlow.Label(a.State) }

// objectionTo reads the objection to a letter that was not taken back.
func objectionTo(ctx context.Context, tx *work.Tx, id LetterID) (*Answered, error) {
	var o Objection
	if found, err := tx.Find(ctx, &o, sqlObjectionTo, id); err != nil || !found || !tx.Can("objection:read", o.Object()) {
		return nil, err
	}
	inside := ministry(tx, o)
	told, err := o.tell(ctx, tx, inside)
	return &Answered{o.ID, o.open(inside).State, told}, err
}

type issuedRow struct {
	Letter
	Text []byte `db:"content"`
}

func (r issuedRow) read() (out Issued, err error) {
	out.Letter = r.Letter
	if err := json.Unmarshal(r.Text, &out.Content); err != nil {
		return out, fmt.Errorf("read letter %d: %w", r.ID, err)
	}
	return out, nil
}

// Letter reads one issued letter; of another government it is NotFound.
func (s *Service) Letter(ctx context.Context, who authz.Actor, id LetterID) (Issued, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Issued, err error) {
		var row issuedRow
		if err := tx.Get(ctx, &row, sqlLetter, id); err != nil {
			return out, err
		}
		if err := tx.Allow("letter:read", row.Object()); err != nil {
			return out, err
		}
		if out, err = row.read(); err != nil {
			return out, err
		}
		app, err := application.Get(ctx, tx, row.ApplicationID)
		if err != nil {
			return out, err
		}
		out.ApplicationVersion = app.Version
		if out.Objection, err = objectionTo(ctx, tx, id); err != nil {
			return out, err
		}
		out.Can = map[string]bool{
			"object":  out.Objection == nil && !tx.Now.After(row.ObjectionUntil) && tx.Can("objection:create", objectionOf(row.Letter).Object()),
			"forfeit": application.Flow.Can(app.State, "forfeit") && tx.Can("application:forfeit", app.Object()),
		}
		return out, nil
	})
}

// Letters lists the letters the actor may see, the newest first. Filters: call and
// outcome; the search word is looked for in number, government and title.
func (s *Service) Letters(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Letter], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Letter], err error) {
		scope, err := tx.Scope("letter:read")
		if err != nil {
			return out, err
		}
		where := page.Begin(scope.Where(letterScope(), 1))
		if call, err := strconv.ParseInt(req.Filter("call"), 10, 64); err == nil {
			where.And("s.call_id = $$", call)
		}
		if o := req.Filter("outcome"); o != "" {
			where.And("l.outcome = $$", o)
		}
		if q := strings.TrimSpace(req.Query); q != "" {
			where.And("(l.number like $$ or a.government_name like $$ or a.title like $$)", page.Like(q))
		}
		var total int
		if err := tx.Get(ctx, &total, sqlLettersCount+where.String(), where.Args...); err != nil {
			return out, err
		}
		var before LetterID
		if more, err := req.Start(&before); err != nil {
			return out, err
		} else if more {
			where.And("l.id < $$", before)
		}
		var rows []Letter
		if err := tx.Select(ctx, &rows, sqlLettersWhere+where.String()+sqlLettersNewest+strconv.Itoa(req.Limit()+1), where.Args...); err != nil {
			return out, err
		}
		return page.Cut(req, rows, total, func(l Letter) any { return l.ID }), nil
	})
}

func letterScope() authz.Columns {
	return authz.Columns{Government: "l.government_id", Province: "l.province_id", Program: "l.program_id"}
}

// LettersOf reads all letters of a call that the actor may see, in the order they were
// issued, for printing them at once.
func (s *Service) LettersOf(ctx context.Context, who authz.Actor, call program.CallID) ([]Issued, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Issued, err error) {
		scope, err := tx.Scope("letter:read")
		if err != nil {
			return nil, err
		}
		cond, args := scope.Where(letterScope(), 2)
		var rows []issuedRow
		if err := tx.Select(ctx, &rows, sqlLettersOfCall+cond+sqlLettersOrder, append([]any{call}, args...)...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			one, err := r.read()
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		return out, nil
	})
}
