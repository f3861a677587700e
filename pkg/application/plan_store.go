package application

import (
	"context"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// sqlAmounts is the nested form of the four sources for sqlx.
const sqlAmounts = `national as "amounts.national", sido as "amounts.sido", sigungu as "amounts.sigungu", own as "amounts.own"`

const (
	sqlParts = `
		select v.part, v.version, v.updated_by, coalesce(n.name, '') as saved_by, v.updated_at, v.problems
		  from plan_parts v left join people n on n.id = v.updated_by
		 where v.application_id = $1`

	// The whole draft as one JSON object in the form of Plan: one statement, however
	// many parts a plan has, with the names of codes and files.
	sqlPlan = `
		select json_build_object(
			'title', p.title,
			'sections', (select coalesce(json_agg(r), '[]') from (
				select kind, body from plan_sections where application_id = p.application_id) r),
			'lines', (select coalesce(json_agg(r order by r.position), '[]') from (
				select l.position, l.code_set, l.code, e.category, e.name as code_name, l.description, l.unit_price, l.quantity, l.times,
				       (select a from (select l.national, l.sido, l.sigungu, l.own) a) as amounts
				  from budget_lines l join expense_codes e using (code_set, code) where l.application_id = p.application_id) r),
			'deliberation', (select r from (
				select committee, held_on, agenda, decision, note, coalesce(document_id, 0) as document_id
				  from deliberations where application_id = p.application_id) r),
			'partners', (select coalesce(json_agg(r order by r.position), '[]') from (
				select position, name, coalesce(business_no, '') as business_no, role, agreed_on, agreement_from, agreement_until, coalesce(document_id, 0) as document_id
				  from participations where application_id = p.application_id) r),
			'activities', (select coalesce(json_agg(r order by r.position), '[]') from (
				select position, area, title, content, starts_on, ends_on from activities where application_id = p.application_id) r),
			'indicators', (select coalesce(json_agg(r order by r.position), '[]') from (
				select position, name, formula, unit, baseline, target, evidence from indicators where application_id = p.application_id) r),
			'attachments', (select coalesce(json_agg(r order by r.document_id), '[]') from (
				select f.document_id, f.code, f.version, d.name, d.media_type, d.size, encode(d.sha256, 'hex') as sha256, d.scan_state
				  from attachments f join documents d on d.id = f.document_id where f.application_id = p.application_id) r))
		  from plans p where p.application_id = $1`
)

// partVersion is who last saved a part, and its version.
type partVersion struct {
	Part      string    `db:"part"`
	Version   int       `db:"version"`
	UpdatedBy int64     `db:"updated_by"`
	SavedBy   string    `db:"saved_by"`
	Problems  int       `db:"problems"` // of the input that is kept beside the stored rows
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
// files, in one statement.
func readPlan(ctx context.Context, tx *work.Tx, a Application, f program.Form) (Plan, error) {
	var text []byte
	if err := tx.Get(ctx, &text, sqlPlan, a.ID); err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	p := Plan{CallNumber: f.Number, CallTitle: f.Title, Government: a.GovernmentName}
	if err := jsonv2.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("decode plan: %w", err)
	}
	for i, partner := range p.Partners {
		p.Partners[i].BusinessNo = dashed(partner.BusinessNo)
	}
	titles := map[string]string{}
	for _, d := range f.Documents {
		titles[d.Code] = d.Title
	}
	for i, a := range p.Attachments {
		p.Attachments[i].Title = titles[a.Code]
	}
	p.Sections = sectionsIn(f.Sections, p.Sections)
	return p, nil
}

// dashed prints ten stored digits as 124-81-00998.
func dashed(no string) string {
	if len(no) != 10 {
		return no
	}
	return no[:3] + "-" + no[3:5] + "-" + no[5:]
}

// sectionsIn puts the texts under the headings of the call, in their order.
func sectionsIn(headings []program.Section, written []Section) []Section {
	bodies := make(map[string]string, len(written))
	for _, s := range written {
		bodies[s.Kind] = s.Body
	}
	out := make([]Section, len(headings))
	for i, h := range headings {
		out[i] = Section{Kind: h.Kind, Title: h.Title, Body: bodies[h.Kind]}
	}
	return out
}

// rulesOf reads what the call of an application demands today.
func rulesOf(ctx context.Context, tx *work.Tx, a Application) (rules, error) {
	f, err := program.FormOf(ctx, tx, a.CallID)
	return rules{Form: f, Today: calendar.Today(tx.Now)}, err
}
