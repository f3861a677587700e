package comment

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// MaxItems is how many items one return may have.
const MaxItems = 50

// Item is one thing to correct: pinned to a part, or to a row or cell of it.
type Item struct {
	Part  string `json:"part"`  // of the plan, so that it stands in the task list
	Field string `json:"field"` // lines.3.national, or empty
	Body  string `json:"body"`
}

const sqlInsertItems = `
	insert into comments (application_id, part, field, quote, submission_no, kind, visibility, side, body, at)
	select $1, i.part, i.field, i.quote, $2, 'return', 'next', $3, i.body, $4
	  from rows from (json_to_recordset($5) as (part text, field text, quote text, body text)) with ordinality as i (part, field, quote, body, n)
	 order by i.n
	returning id`

// Return is the 시·도's: before it endorses it sends the application back with a reason
// and items, each pinned to what was handed in.
func (s *Service) Return(ctx context.Context, who authz.Actor, id application.ID, version int, reason string, items []Item) (application.Application, error) {
	return s.sendBack(ctx, who, id, version, "return", Province, reason, items)
}

// Correct is the ministry's return of a received application. It is a Conflict
// outside the correction period.
func (s *Service) Correct(ctx context.Context, who authz.Actor, id application.ID, version int, reason string, items []Item) (application.Application, error) {
	return s.sendBack(ctx, who, id, version, "correct", Ministry, reason, items)
}

func (s *Service) sendBack(ctx context.Context, who authz.Actor, id application.ID, version int, verb string, side Side, reason string, items []Item) (application.Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (application.Application, error) {
		a, err := application.LockToReturn(ctx, tx, id, version, verb)
		if err != nil {
			return a, err
		}
		last, err := application.LatestSubmission(ctx, tx, id)
		if err != nil {
			return a, fmt.Errorf("read what was handed in: %w", err)
		}
		f := fault.Fields{}
		rows := checkItems(f, items, last.Content)
		out, err := application.SendBack(ctx, tx, a, verb, reason, f)
		if err != nil {
			return a, err
		}
		return out, addItems(ctx, tx, out, last.No, side, rows)
	})
}

// checkItems finds every mistake of the items and gives them as comments.
func checkItems(f fault.Fields, items []Item, plan application.Plan) []Comment {
	if len(items) > MaxItems {
		f.Add("items", fmt.Sprintf("보완 항목은 %d건까지 적을 수 있습니다.", MaxItems))
		return nil
	}
	out := make([]Comment, len(items))
	for i, item := range items {
		at := fmt.Sprintf("items.%d.", i)
		if item.Part == "" {
			f.Add(at+"part", "계획서의 어느 항목인지 골라 주십시오.")
		}
		out[i] = Comment{
			Part: item.Part, Field: item.Field, Kind: Return, Visibility: Next, Body: body(f, at+"body", item.Body),
			Quote: quote(plan, item.Part, item.Field, at+"part", at+"field", f),
		}
	}
	return out
}

// addItems writes the items of a return with their audit rows.
func addItems(ctx context.Context, tx *work.Tx, a application.Application, no int, side Side, rows []Comment) error {
	if len(rows) == 0 {
		return nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode items: %w", err)
	}
	var ids pq.Int64Array
	if err := tx.Select(ctx, &ids, sqlInsertItems, a.ID, no, side, tx.Now, string(text)); err != nil {
		return fmt.Errorf("insert items: %w", err)
	}
	events := make([]work.Event, len(rows))
	for i := range rows {
		c := rows[i]
		c.ID, c.Application, c.SubmissionNo, c.Side, c.At, c.Version = ID(ids[i]), a.ID, no, side, tx.Now, 1
		c.AuthorID, c.AuthorName, c.Mentions = tx.Actor.ID, tx.Actor.Name, pq.Int64Array{}
		events[i] = work.Event{Ref: c.Ref(), After: c}
	}
	return tx.RecordAll(ctx, "comment:create", events)
}
