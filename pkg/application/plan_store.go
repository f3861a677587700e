package application

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// sqlAmounts is the nested form of the four sources for sqlx.
const sqlAmounts = `national as "amounts.national", sido as "amounts.sido", sigungu as "amounts.sigungu", own as "amounts.own"`

const (
	sqlParts = `select part, version, updated_by, updated_at from plan_parts where application_id = $1`

	// The whole draft as one JSON object in the form of Plan: one statement, however
	// many parts a plan has, with the names of codes and files.
	sqlPlan = `
		select json_build_object(
			'title', p.title,
			'sections', (select coalesce(json_agg(json_build_object('kind', s.kind, 'body', s.body)), '[]')
				from plan_sections s where s.application_id = p.application_id),
			'lines', (select coalesce(json_agg(json_build_object('code_set', l.code_set, 'code', l.code, 'category', e.category, 'code_name', e.name,
					'description', l.description, 'unit_price', l.unit_price, 'quantity', l.quantity, 'times', l.times, 'amounts',
					json_build_object('national', l.national, 'sido', l.sido, 'sigungu', l.sigungu, 'own', l.own)) order by l.position), '[]')
				from budget_lines l join expense_codes e using (code_set, code) where l.application_id = p.application_id),
			'deliberation', (select json_build_object('committee', d.committee, 'held_on', d.held_on, 'agenda', d.agenda,
					'decision', d.decision, 'note', d.note, 'document_id', coalesce(d.document_id, 0))
				from deliberations d where d.application_id = p.application_id),
			'partners', (select coalesce(json_agg(json_build_object('name', r.name, 'business_no', coalesce(r.business_no, ''), 'role', r.role,
					'agreed_on', r.agreed_on, 'document_id', coalesce(r.document_id, 0)) order by r.position), '[]')
				from participations r where r.application_id = p.application_id),
			'activities', (select coalesce(json_agg(json_build_object('area', a.area, 'title', a.title, 'content', a.content,
					'starts_on', a.starts_on, 'ends_on', a.ends_on) order by a.position), '[]')
				from activities a where a.application_id = p.application_id),
			'indicators', (select coalesce(json_agg(json_build_object('name', i.name, 'formula', i.formula, 'unit', i.unit,
					'baseline', i.baseline, 'target', i.target, 'evidence', i.evidence) order by i.position), '[]')
				from indicators i where i.application_id = p.application_id),
			'attachments', (select coalesce(json_agg(json_build_object('document_id', f.document_id, 'code', f.code, 'name', d.name,
					'media_type', d.media_type, 'size', d.size, 'sha256', encode(d.sha256, 'hex')) order by f.document_id), '[]')
				from attachments f join documents d on d.id = f.document_id where f.application_id = p.application_id))
		  from plans p where p.application_id = $1`
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
// files, in one statement.
func readPlan(ctx context.Context, tx *work.Tx, a Application, f program.Form) (Plan, error) {
	var text []byte
	if err := tx.Get(ctx, &text, sqlPlan, a.ID); err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	p := Plan{CallNumber: f.Number, CallTitle: f.Title, Government: a.GovernmentName}
	if err := json.Unmarshal(text, &p); err != nil {
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
