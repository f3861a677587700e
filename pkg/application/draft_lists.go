package application

import (
	"context"
	"fmt"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/korean"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlClearLines  = `delete from budget_lines where application_id = $1`
	sqlInsertLines = `
		insert into budget_lines (application_id, position, code_set, code, description, unit_price, quantity, times, national, sido, sigungu, own)
		select $1, row_number() over (), r.code_set, r.code, r.description, r.unit_price, r.quantity, r.times,
		       (r.amounts ->> 'national')::bigint, (r.amounts ->> 'sido')::bigint, (r.amounts ->> 'sigungu')::bigint, (r.amounts ->> 'own')::bigint
		  from jsonb_to_recordset($2::jsonb) as r(code_set text, code text, description text, unit_price bigint, quantity int, times int, amounts jsonb)`
	sqlClearDeliberation = `delete from deliberations where application_id = $1`
	sqlSaveDeliberation  = `
		insert into deliberations (application_id, committee, held_on, agenda, decision, note, document_id)
		values ($1, $2, $3, $4, $5, $6, nullif($7, 0))`
	sqlClearPartners  = `delete from participations where application_id = $1`
	sqlInsertPartners = `
		insert into participations (application_id, position, name, business_no, role, agreed_on, agreement_from, agreement_until, document_id)
		select $1, row_number() over (), r.name, nullif(translate(r.business_no, '-', ''), ''), r.role, r.agreed_on, r.agreement_from, r.agreement_until, nullif(r.document_id, 0)
		  from jsonb_to_recordset($2::jsonb) as r(name text, business_no text, role text, agreed_on date, agreement_from date, agreement_until date, document_id bigint)`
	sqlClearActivities  = `delete from activities where application_id = $1`
	sqlInsertActivities = `
		insert into activities (application_id, position, area, title, content, starts_on, ends_on)
		select $1, row_number() over (), r.area, r.title, r.content, r.starts_on, r.ends_on
		  from jsonb_to_recordset($2::jsonb) as r(area text, title text, content text, starts_on date, ends_on date)`
	sqlClearIndicators  = `delete from indicators where application_id = $1`
	sqlInsertIndicators = `
		insert into indicators (application_id, position, name, formula, unit, baseline, target, evidence)
		select $1, row_number() over (), r.name, r.formula, r.unit, r.baseline, r.target, r.evidence
		  from jsonb_to_recordset($2::jsonb) as r(name text, formula text, unit text, baseline text, target text, evidence text)`
)

// LinesEdit replaces the budget. All mistakes of all lines come back at once; the
// matching rule and the cap do not stop a draft, they are in the Report.
func LinesEdit(b Budget) Edit {
	return Edit{PartLines, func(ctx context.Context, tx *work.Tx, _ Application, r rules) (Plan, error) {
		codes, err := program.BothCodes(ctx, tx)
		if err != nil {
			return Plan{}, err
		}
		lines, err := b.filled(r.Call.Matching)
		if err != nil {
			return Plan{}, err
		}
		return Plan{Lines: lines}, checkLines(lines, r.Call.CodeSet, codes, b.Unread)
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		return replace(ctx, tx, id, sqlClearLines, sqlInsertLines, p.Lines)
	}}
}

// DeliberationEdit says what the committee decided; nil takes it away.
func DeliberationEdit(d *Deliberation) Edit {
	return Edit{PartDeliberation, func(ctx context.Context, tx *work.Tx, a Application, r rules) (Plan, error) {
		if d == nil {
			return Plan{}, nil
		}
		files, err := attached(ctx, tx, a.ID)
		if err != nil {
			return Plan{}, err
		}
		return Plan{Deliberation: d}, d.check(files, r.Today)
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		d := p.Deliberation
		if _, err := tx.ExecAll(ctx, sqlClearDeliberation, id); err != nil || d == nil {
			return err
		}
		return tx.Exec(ctx, sqlSaveDeliberation, id, d.Committee, d.HeldOn, d.Agenda, d.Decision, d.Note, d.DocumentID)
	}}
}

// SaveDeliberation is Save of a DeliberationEdit.
func (s *Service) SaveDeliberation(ctx context.Context, who authz.Actor, id ID, version int, d *Deliberation) (Saved, error) {
	return s.Save(ctx, who, id, version, DeliberationEdit(d))
}

func (d *Deliberation) check(files map[document.ID]bool, today calendar.Date) error {
	f := fault.Fields{}
	words(f, "committee", &d.Committee, maxShort, true)
	words(f, "agenda", &d.Agenda, maxLong, true)
	words(f, "note", &d.Note, maxLong, false)
	switch {
	case d.HeldOn.IsZero():
		f.Add("held_on", "위원회가 열린 날을 적어 주십시오.")
	case d.HeldOn.After(today):
		f.Add("held_on", "위원회가 열린 날은 오늘보다 뒤일 수 없습니다.")
	}
	if DecisionLabel(d.Decision) == d.Decision {
		f.Add("decision", "위원회의 의결 결과를 골라 주십시오.")
	}
	ownFile(f, "document_id", d.DocumentID, files)
	return f.Err()
}

func ownFile(f fault.Fields, field string, id document.ID, files map[document.ID]bool) {
	if id != 0 && !files[id] {
		f.Add(field, "이 신청서에 올린 첨부파일 가운데서 골라 주십시오.")
	}
}

// PartnersEdit replaces the 협업기관; a business number must have its right check digit.
func PartnersEdit(partners []Partner) Edit {
	return Edit{PartPartners, func(ctx context.Context, tx *work.Tx, a Application, _ rules) (Plan, error) {
		files, err := attached(ctx, tx, a.ID)
		if err != nil {
			return Plan{}, err
		}
		return Plan{Partners: partners}, checkPartners(partners, files)
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		return replace(ctx, tx, id, sqlClearPartners, sqlInsertPartners, p.Partners)
	}}
}

// SavePartners is Save of a PartnersEdit.
func (s *Service) SavePartners(ctx context.Context, who authz.Actor, id ID, version int, partners []Partner) (Saved, error) {
	return s.Save(ctx, who, id, version, PartnersEdit(partners))
}

func checkPartners(partners []Partner, files map[document.ID]bool) error {
	f := fault.Fields{}
	tooMany(f, PartPartners, len(partners))
	seen := map[string]int{}
	for i := range partners {
		p, at := &partners[i], fmt.Sprintf("%s.%d.", PartPartners, i)
		words(f, at+"name", &p.Name, maxShort, true)
		words(f, at+"role", &p.Role, maxLong, true)
		ownFile(f, at+"document_id", p.DocumentID, files)
		if !p.AgreementFrom.IsZero() && !p.AgreementUntil.IsZero() && p.AgreementUntil.Before(p.AgreementFrom) {
			f.Add(at+"agreement_until", "협약이 끝나는 날이 시작하는 날보다 빠릅니다.")
		}
		if p.BusinessNo = strings.TrimSpace(p.BusinessNo); p.BusinessNo == "" {
			continue
		}
		no, err := korean.ParseBusinessNo(p.BusinessNo)
		if err := f.Merge(at+"business_no", err); err != nil {
			return err
		}
		if first, twice := seen[no.String()]; twice && !no.IsZero() {
			f.Add(at+"business_no", fmt.Sprintf("%d번째 협업기관과 사업자등록번호가 같습니다.", first+1))
		}
		seen[no.String()], p.BusinessNo = i, no.String()
	}
	return f.Err()
}

func tooMany(f fault.Fields, part string, n int) {
	if n > maxItems {
		f.Add(part, fmt.Sprintf("%d개까지 적을 수 있습니다.", maxItems))
	}
}

// ActivitiesEdit replaces the 세부사업; each lies inside the project period of the call.
func ActivitiesEdit(activities []Activity) Edit {
	return Edit{PartActivities, func(_ context.Context, _ *work.Tx, _ Application, r rules) (Plan, error) {
		f := fault.Fields{}
		tooMany(f, PartActivities, len(activities))
		for i := range activities {
			activities[i].check(f, fmt.Sprintf("%s.%d.", PartActivities, i), r.Call)
		}
		return Plan{Activities: activities}, f.Err()
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		return replace(ctx, tx, id, sqlClearActivities, sqlInsertActivities, p.Activities)
	}}
}

// SaveActivities is Save of an ActivitiesEdit.
func (s *Service) SaveActivities(ctx context.Context, who authz.Actor, id ID, version int, activities []Activity) (Saved, error) {
	return s.Save(ctx, who, id, version, ActivitiesEdit(activities))
}

func (a *Activity) check(f fault.Fields, at string, c program.Call) {
	words(f, at+"area", &a.Area, maxShort, false)
	words(f, at+"title", &a.Title, maxShort, true)
	words(f, at+"content", &a.Content, maxLong, false)
	if a.StartsOn.IsZero() {
		f.Add(at+"starts_on", "시작하는 날을 적어 주십시오.")
	}
	if a.EndsOn.IsZero() {
		f.Add(at+"ends_on", "끝나는 날을 적어 주십시오.")
	}
	switch {
	case a.StartsOn.IsZero() || a.EndsOn.IsZero():
	case a.EndsOn.Before(a.StartsOn):
		f.Add(at+"ends_on", "끝나는 날이 시작하는 날보다 빠릅니다.")
	case a.StartsOn.Before(c.ProjectFrom):
		f.Add(at+"starts_on", outside(*a, c))
	case a.EndsOn.After(c.ProjectTo):
		f.Add(at+"ends_on", outside(*a, c))
	}
}

// IndicatorsEdit replaces the 성과지표.
func IndicatorsEdit(indicators []Indicator) Edit {
	return Edit{PartIndicators, func(context.Context, *work.Tx, Application, rules) (Plan, error) {
		return Plan{Indicators: indicators}, checkIndicators(indicators)
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		return replace(ctx, tx, id, sqlClearIndicators, sqlInsertIndicators, p.Indicators)
	}}
}

// SaveIndicators is Save of an IndicatorsEdit.
func (s *Service) SaveIndicators(ctx context.Context, who authz.Actor, id ID, version int, indicators []Indicator) (Saved, error) {
	return s.Save(ctx, who, id, version, IndicatorsEdit(indicators))
}

func checkIndicators(indicators []Indicator) error {
	f := fault.Fields{}
	tooMany(f, PartIndicators, len(indicators))
	for i := range indicators {
		n, at := &indicators[i], fmt.Sprintf("%s.%d.", PartIndicators, i)
		words(f, at+"name", &n.Name, maxShort, true)
		words(f, at+"formula", &n.Formula, maxShort, false)
		words(f, at+"unit", &n.Unit, maxShort, false)
		words(f, at+"baseline", &n.Baseline, maxShort, false)
		words(f, at+"target", &n.Target, maxShort, true)
		words(f, at+"evidence", &n.Evidence, maxShort, false)
	}
	return f.Err()
}
