package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// deskConfig is what the bare desk needs to do the same reads as one reviewer, and how
// many bytes the product's page has.
type deskConfig struct {
	Database string
	Person   authz.PersonID
	Queries  []string
	Size     int
}

// bareDeskServer answers the scoring screen with prepared SQL and text written by hand.
func bareDeskServer(ctx context.Context, text string) error {
	var cfg deskConfig
	if err := json.Unmarshal([]byte(text), &cfg); err != nil {
		return err
	}
	db, err := bareDB(cfg.Database)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	queries, err := prepare(ctx, db, cfg.Queries, 11)
	if err != nil {
		return err
	}
	e := echo.New()
	e.GET("/desk/:id", func(c echo.Context) error { return bareDesk(c, queries, cfg) })
	return bareServe(ctx, e)
}

// bareDesk reads what the screen shows and writes it. What a page has around that is
// the same for all of them, so it is filled up with constant bytes to the same size.
func bareDesk(c echo.Context, q []*sqlx.Stmt, cfg deskConfig) error {
	ctx := c.Request().Context()
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return err
	}
	var d review.Desk
	if err := q[0].GetContext(ctx, &d.Task, id); err != nil {
		return err
	}
	var near struct {
		Previous review.AssignmentID `db:"previous"`
		Next     review.AssignmentID `db:"next"`
	}
	var app application.Application
	var sub struct {
		application.SubmissionInfo
		Content []byte `db:"content"`
	}
	var sheet review.Sheet
	var content review.Content
	t := d.Task
	for i, read := range []func(*sqlx.Stmt) error{
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &d.Rubric, t.CallID, t.Stage) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &d.Rubric.Criteria, t.CallID, t.Stage) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &d.Rubric.Bonus, t.CallID, t.Stage) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &d.Progress, cfg.Person, t.RoundID) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &near, cfg.Person, t.RoundID, t.ID) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &app, t.ApplicationID) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &sub, t.ApplicationID) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &sheet, t.SheetID) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &content, t.SheetID) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &content.Scores, t.SheetID) },
	} {
		if err := read(q[1+i]); err != nil {
			return fmt.Errorf("query %d: %w", 1+i, err)
		}
	}
	var plan application.Plan
	if err := jsonv2.Unmarshal(sub.Content, &plan); err != nil {
		return err
	}
	var b strings.Builder
	b.Grow(cfg.Size)
	writePlan(&b, plan)
	writeSheet(&b, d.Rubric, content)
	if rest := cfg.Size - b.Len(); rest > 0 {
		b.WriteString(strings.Repeat(" ", rest))
	}
	return c.HTML(http.StatusOK, b.String())
}

// row writes texts as the cells of a row.
func row(b *strings.Builder, texts ...string) {
	b.WriteString("<tr>")
	for _, text := range texts {
		b.WriteString("<td>")
		b.WriteString(html.EscapeString(text))
		b.WriteString("</td>")
	}
	b.WriteString("</tr>\n")
}

func writePlan(b *strings.Builder, p application.Plan) {
	b.WriteString("<!DOCTYPE html><table>")
	row(b, p.CallTitle, p.CallNumber, p.Government, p.Title, p.Totals().Total().Comma())
	for _, s := range p.Sections {
		row(b, s.Title, s.Body)
	}
	if d := p.Deliberation; d != nil {
		row(b, d.Committee, d.HeldOn.String(), d.Agenda, d.Decision, d.Note)
	}
	for _, a := range p.Activities {
		row(b, a.Title, a.Area, a.Content, a.StartsOn.String(), a.EndsOn.String())
	}
	for _, a := range p.Partners {
		row(b, a.Name, a.BusinessNo, a.Role, a.AgreedOn.String(), a.AgreementFrom.String(), a.AgreementUntil.String())
	}
	for _, l := range p.Lines {
		m := l.Amounts
		row(b, l.Code, l.Category, l.CodeName, l.Description, m.National.Comma(), m.Sido.Comma(), m.Sigungu.Comma(), m.Own.Comma(), m.Total().Comma())
	}
	for _, i := range p.Indicators {
		row(b, i.Name, i.Formula, i.Baseline, i.Target, i.Unit, i.Evidence)
	}
	for _, a := range p.Attachments {
		row(b, a.Title, a.Name, a.SizeText())
	}
	b.WriteString("</table>")
}

func writeSheet(b *strings.Builder, r program.Rubric, c review.Content) {
	b.WriteString("<form><table>")
	for i, k := range r.Criteria {
		row(b, k.Title, k.Guidance, strconv.Itoa(k.Max), c.Scores[i].Points.String(), c.Scores[i].Justification)
		for _, l := range k.Levels {
			row(b, l.Label, strconv.Itoa(l.Points), l.Description)
		}
	}
	row(b, c.Opinion)
	b.WriteString("</table></form>")
}
