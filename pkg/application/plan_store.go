package application

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// sqlAmounts is the nested form of the four sources for sqlx.
const sqlAmounts = `national as "amounts.national", sido as "amounts.sido", sigungu as "amounts.sigungu", own as "amounts.own"`

const (
	sqlParts       = `select part, version, updated_by, updated_at from plan_parts where application_id = $1`
	sqlPlanTitle   = `select title from plans where application_id = $1`
	sqlSections    = `select kind, body from plan_sections where application_id = $1`
	sqlLines       = `select code_set, code, description, unit_price, quantity, times, ` + sqlAmounts + ` from budget_lines where application_id = $1 order by position`
	sqlDeliberated = `select committee, held_on, agenda, decision, note, coalesce(document_id, 0) as document_id from deliberations where application_id = $1`
	sqlPartners    = `select name, coalesce(business_no, '') as business_no, role, agreed_on, coalesce(document_id, 0) as document_id from participations where application_id = $1 order by position`
	sqlActivities  = `select area, title, content, starts_on, ends_on from activities where application_id = $1 order by position`
	sqlIndicators  = `select name, formula, unit, baseline, target, evidence from indicators where application_id = $1 order by position`
	sqlAttachments = `select document_id, code from attachments where application_id = $1 order by document_id`
)

// partVersion is who last saved a part, and its version.
type partVersion struct {
	Part      string    `db:"part"`
	Version   int       `db:"version"`
	UpdatedBy int64     `db:"updated_by"`
	UpdatedAt time.Time `db:"updated_at"`
}

func parts(ctx context.Context, tx *work.Tx, id ID) (map[string]partVersion, error) {
	var rows []partVersion
	if err := tx.Select(ctx, &rows, sqlParts, id); err != nil {
		return nil, fmt.Errorf("read parts: %w", err)
	}
	out := make(map[string]partVersion, len(rows))
	for _, r := range rows {
		out[r.Part] = r
	}
	return out, nil
}

// readPlan reads the draft with the names the call gives to codes, sections and
// files: a fixed number of queries, however long the plan is.
func readPlan(ctx context.Context, tx *work.Tx, a Application, r rules) (Plan, error) {
	p := Plan{
		CallNumber: r.Call.Number, CallTitle: r.Call.Title, Government: a.GovernmentName, Sections: []Section{},
		Lines: []BudgetLine{}, Partners: []Partner{}, Activities: []Activity{}, Indicators: []Indicator{}, Attachments: []Attachment{},
	}
	var d Deliberation
	found, err := tx.Find(ctx, &d, sqlDeliberated, a.ID)
	if err != nil {
		return p, fmt.Errorf("read deliberation: %w", err)
	}
	if found {
		p.Deliberation = &d
	}
	if err := tx.Get(ctx, &p.Title, sqlPlanTitle, a.ID); err != nil {
		return p, fmt.Errorf("read title: %w", err)
	}
	for _, list := range []struct {
		into any
		q    string
	}{{&p.Lines, sqlLines}, {&p.Partners, sqlPartners}, {&p.Activities, sqlActivities}, {&p.Indicators, sqlIndicators}, {&p.Attachments, sqlAttachments}} {
		if err := tx.Select(ctx, list.into, list.q, a.ID); err != nil {
			return p, fmt.Errorf("read plan: %w", err)
		}
	}
	for i, partner := range p.Partners {
		p.Partners[i].BusinessNo = dashed(partner.BusinessNo)
	}
	if err := nameLines(ctx, tx, r.Call, p.Lines); err != nil {
		return p, err
	}
	if err := nameSections(ctx, tx, a.ID, r, &p); err != nil {
		return p, err
	}
	return p, nameAttachments(ctx, tx, r, &p)
}

// dashed prints ten stored digits as 124-81-00998.
func dashed(no string) string {
	if len(no) != 10 {
		return no
	}
	return no[:3] + "-" + no[3:5] + "-" + no[5:]
}

func nameLines(ctx context.Context, tx *work.Tx, c program.Call, lines []BudgetLine) error {
	codes, err := program.ExpenseCodes(ctx, tx, c.CodeSet)
	if err != nil {
		return err
	}
	known := make(map[string]program.ExpenseCode, len(codes))
	for _, code := range codes {
		known[code.Code] = code
	}
	for i, l := range lines {
		lines[i].Category, lines[i].CodeName = known[l.Code].Category, known[l.Code].Name
	}
	return nil
}

func nameSections(ctx context.Context, tx *work.Tx, id ID, r rules, p *Plan) error {
	var rows []struct {
		Kind string `db:"kind"`
		Body string `db:"body"`
	}
	if err := tx.Select(ctx, &rows, sqlSections, id); err != nil {
		return fmt.Errorf("read sections: %w", err)
	}
	bodies := map[string]string{}
	for _, row := range rows {
		bodies[row.Kind] = row.Body
	}
	for _, s := range r.Sections {
		p.Sections = append(p.Sections, Section{Kind: s.Kind, Title: s.Title, Body: bodies[s.Kind]})
	}
	return nil
}

// nameAttachments adds what package document knows of the files, and the title of
// the required document each one is.
func nameAttachments(ctx context.Context, tx *work.Tx, r rules, p *Plan) error {
	ids := make([]document.ID, len(p.Attachments))
	for i, a := range p.Attachments {
		ids[i] = a.DocumentID
	}
	files, err := document.ByIDs(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	titles := map[string]string{}
	for _, d := range r.Documents {
		titles[d.Code] = d.Title
	}
	for i, a := range p.Attachments {
		file := files[a.DocumentID]
		p.Attachments[i].Title, p.Attachments[i].Name = titles[a.Code], file.Name
		p.Attachments[i].MediaType, p.Attachments[i].Size = file.MediaType, file.Size
		p.Attachments[i].SHA256 = file.SHA256
	}
	return nil
}

// rulesOf reads what the call of an application demands.
func rulesOf(ctx context.Context, tx *work.Tx, a Application) (r rules, err error) {
	r.Today = calendar.Today(tx.Now)
	if r.Call, err = program.CallByID(ctx, tx, a.CallID); err != nil {
		return r, fmt.Errorf("read call: %w", err)
	}
	if r.Sections, err = program.SectionsOf(ctx, tx, a.CallID); err != nil {
		return r, fmt.Errorf("read sections of the call: %w", err)
	}
	if r.Documents, err = program.DocumentsOf(ctx, tx, a.CallID); err != nil {
		return r, fmt.Errorf("read documents of the call: %w", err)
	}
	return r, nil
}
