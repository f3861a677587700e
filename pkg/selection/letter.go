package selection

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// LetterID identifies a result letter.
type LetterID int64

// Content is a result letter as it was issued. It tells a government its own result:
// its own points, nobody else's, and no reviewer.
type Content struct {
	Number         string         `json:"number"`
	IssuedOn       calendar.Date  `json:"issued_on"`
	Ministry       string         `json:"ministry"`
	CallNumber     string         `json:"call_number"`
	CallTitle      string         `json:"call_title"`
	FiscalYear     int            `json:"fiscal_year"`
	GovernmentName string         `json:"government_name"`
	Title          string         `json:"title"`
	ReceiptNo      string         `json:"receipt_no"`
	Outcome        Outcome        `json:"outcome"`
	Place          int            `json:"place"` // among its outcome, from 1
	Applied        int            `json:"applied"`
	Selected       int            `json:"selected"`
	Criteria       []LetterPoints `json:"criteria"`
	Mean           review.Points  `json:"mean"`
	Bonus          review.Points  `json:"bonus"`
	Total          review.Points  `json:"total"`
	FloorBroken    string         `json:"floor_broken"`
	Amounts        money.BySource `json:"amounts"`
	Reason         string         `json:"reason"`
	ObjectionOn    calendar.Date  `json:"objection_on"` // the last day
	Body           string         `json:"body"`
}

// LetterPoints is the mean of one criterion.
type LetterPoints struct {
	Title string        `json:"title"`
	Max   int           `json:"max"`
	Mean  review.Points `json:"mean"`
}

// Letter is an issued letter with what rules of permission and notices look at.
type Letter struct {
	ID             LetterID       `db:"id" json:"id"`
	Number         string         `db:"number" json:"number"`
	SelectionID    ID             `db:"selection_id" json:"selection_id"`
	CallID         program.CallID `db:"call_id" json:"call_id"`
	CallTitle      string         `db:"call_title" json:"call_title"`
	ApplicationID  application.ID `db:"application_id" json:"application_id"`
	ProgramID      program.ID     `db:"program_id" json:"program_id"`
	GovernmentID   int64          `db:"government_id" json:"government_id"`
	ProvinceID     int64          `db:"province_id" json:"province_id"`
	GovernmentName string         `db:"government_name" json:"government_name"`
	Title          string         `db:"title" json:"title"`
	Outcome        Outcome        `db:"outcome" json:"outcome"`
	SHA256         []byte         `db:"sha256" json:"sha256"` // of the content, byte for byte
	IssuedAt       time.Time      `db:"issued_at" json:"issued_at"`
	ObjectionUntil time.Time      `db:"objection_until" json:"objection_until"`
}

// Object is what the rules of permission look at.
func (l Letter) Object() authz.Object {
	return authz.Object{Kind: "letter", ID: int64(l.ID), Government: l.GovernmentID, Province: l.ProvinceID, Program: int64(l.ProgramID)}
}

const (
	sqlLetterRows = `
		select r.application_id, r.outcome, r.position, r.reason,` + sqlAmounts + `,
		       a.government_id, coalesce(a.province_id, 0) as province_id, a.government_name, a.title, coalesce(a.receipt_no, '') as receipt_no,
		       coalesce(k.mean, 0) as mean, coalesce(k.bonus, 0) as bonus, coalesce(k.total, 0) as total,
		       coalesce(k.floor_broken, '') as floor_broken, coalesce(k.averages, '[]') as averages, coalesce(b.outcome, '') as before
		  from selections s
		  join selection_rows r on r.selection_id = s.id
		  join applications a on a.id = r.application_id
		  left join ranking_rows k on k.ranking_id = s.ranking_id and k.application_id = r.application_id
		  left join selections p on p.call_id = s.call_id and p.no = s.no - 1
		  left join selection_rows b on b.selection_id = p.id and b.application_id = r.application_id
		 where s.id = $1 and r.outcome <> 'withdrawn'
		 order by r.position, r.application_id`
	sqlMinistry = `
		select o.name, (select count(*) from letters l join selections s on s.id = l.selection_id where s.call_id = $2) as issued
		  from programs p join organizations o on o.id = p.ministry_id where p.id = $1`
	sqlInsertLetter = `
		insert into letters (number, selection_id, application_id, program_id, government_id, province_id, outcome, content, sha256, issued_at, objection_until)
		select n.number, $1, n.application_id, $2, n.government_id, nullif(n.province_id, 0), n.outcome, n.content, sha256(convert_to(n.content, 'UTF8')), $3, $4
		  from unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[])
		       as n (number, application_id, government_id, province_id, outcome, content)`
)

// letterRow is what a letter is written from.
type letterRow struct {
	Row
	GovernmentID   int64           `db:"government_id"`
	ProvinceID     int64           `db:"province_id"`
	GovernmentName string          `db:"government_name"`
	Title          string          `db:"title"`
	ReceiptNo      string          `db:"receipt_no"`
	Mean           review.Points   `db:"mean"`
	Bonus          review.Points   `db:"bonus"`
	Total          review.Points   `db:"total"`
	FloorBroken    string          `db:"floor_broken"`
	Averages       review.Averages `db:"averages"`
	Before         Outcome         `db:"before"`
}

// objectionDays is the last day to object to a result published at an instant, and
// that day's last second.
func objectionDays(ctx context.Context, tx *work.Tx) (calendar.Date, time.Time, error) {
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return calendar.Date{}, time.Time{}, err
	}
	last, _, err := rules.Deadline(calendar.Today(tx.Now), rule.SelectionObjection)
	if err != nil {
		return last, time.Time{}, fmt.Errorf("period to object: %w", err)
	}
	return last, time.Date(last.Year(), last.Month(), last.Day(), 23, 59, 59, 0, calendar.KST), nil
}

// issue writes the letters of a selection that is published now: to everybody by the
// first, by a later one to those whose outcome changed. History taken over from
// elsewhere has its letters elsewhere. What is issued never changes.
func issue(ctx context.Context, tx *work.Tx, sel Selection, call program.Call) error {
	if sel.RankingID == nil {
		return nil
	}
	var rows []letterRow
	if err := tx.Select(ctx, &rows, sqlLetterRows, sel.ID); err != nil {
		return fmt.Errorf("read rows of letters: %w", err)
	}
	texts, err := bodies(ctx, tx, call.ID)
	if err != nil {
		return err
	}
	frame, issued, err := frameOf(ctx, tx, call)
	if err != nil {
		return err
	}
	kept, err := review.RankingByID(ctx, tx, *sel.RankingID)
	if err != nil {
		return err
	}
	_, until, err := objectionDays(ctx, tx)
	if err != nil {
		return err
	}
	frame.Applied = len(rows)
	for _, r := range rows {
		if r.Outcome == Selected {
			frame.Selected++
		}
	}
	place := map[Outcome]int{}
	var out pack
	for _, r := range rows {
		place[r.Outcome]++
		if r.Before == r.Outcome {
			continue
		}
		issued++
		c := frame
		c.Number, c.Place = fmt.Sprintf("%s-통지-%03d", call.Number, issued), place[r.Outcome]
		c.take(r, kept.Inputs.Criteria)
		c.Body = write(texts[r.Outcome], c)
		if err := out.add(r, c); err != nil {
			return err
		}
	}
	return out.send(ctx, tx, sel, until)
}

// take fills in what a row says.
func (c *Content) take(r letterRow, criteria []review.InputCriterion) {
	c.GovernmentName, c.Title, c.ReceiptNo = r.GovernmentName, r.Title, r.ReceiptNo
	c.Outcome, c.Amounts, c.Reason = r.Outcome, r.Amounts, r.Reason
	c.Mean, c.Bonus, c.Total, c.FloorBroken = r.Mean, r.Bonus, r.Total, r.FloorBroken
	c.Criteria = []LetterPoints{}
	for i, k := range criteria {
		if i < len(r.Averages) {
			title := k.Title
			if k.Stage != "" && k.Stage != program.Paper {
				title = program.StageLabel(k.Stage) + ": " + title
			}
			c.Criteria = append(c.Criteria, LetterPoints{title, k.Max, r.Averages[i]})
		}
	}
}

// frameOf is what all letters of a call have in common, and how many were issued.
func frameOf(ctx context.Context, tx *work.Tx, call program.Call) (Content, int, error) {
	var from struct {
		Name   string `db:"name"`
		Issued int    `db:"issued"`
	}
	if err := tx.Get(ctx, &from, sqlMinistry, call.ProgramID, call.ID); err != nil {
		return Content{}, 0, err
	}
	last, _, err := objectionDays(ctx, tx)
	return Content{IssuedOn: calendar.Today(tx.Now), Ministry: from.Name, CallNumber: call.Number, CallTitle: call.Title, FiscalYear: call.FiscalYear, ObjectionOn: last}, from.Issued, err
}

// encode is the content as it is stored and hashed.
func (c Content) encode() (string, [sha256.Size]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", [sha256.Size]byte{}, fmt.Errorf("encode letter: %w", err)
	}
	return string(text), sha256.Sum256(text), nil
}
