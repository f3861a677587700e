package application

import (
	"context"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlSaveTitle   = `update plans set title = $2 where application_id = $1`
	sqlSaveSection = `
		insert into plan_sections (application_id, kind, body) values ($1, $2, $3)
		on conflict (application_id, kind) do update set body = excluded.body`
)

// SectionPart is the name of the part that holds a text of the call.
func SectionPart(kind string) string { return sectionPrefix + kind }

// TitleEdit gives the project its name.
func TitleEdit(title string) Edit {
	return Edit{PartTitle, func(context.Context, *work.Tx, Application, rules) (Plan, error) {
		f := fault.Fields{}
		words(f, "title", &title, maxShort, false)
		return Plan{Title: title}, f.Err()
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		return tx.Exec(ctx, sqlSaveTitle, id, p.Title)
	}}
}

// SaveTitle is Save of a TitleEdit.
func (s *Service) SaveTitle(ctx context.Context, who authz.Actor, id ID, version int, title string) (Saved, error) {
	return s.Save(ctx, who, id, version, TitleEdit(title))
}

// SectionEdit writes one text of the plan; a kind the call does not have is NotFound.
func SectionEdit(kind, body string) Edit {
	return Edit{SectionPart(kind), func(_ context.Context, _ *work.Tx, _ Application, r rules) (Plan, error) {
		section, ok := r.section(kind)
		if !ok {
			return Plan{}, fault.New(fault.NotFound, "이 공모의 계획서에는 없는 항목입니다.")
		}
		f := fault.Fields{}
		words(f, "body", &body, section.MaxLength, false)
		return Plan{Sections: []Section{{Kind: kind, Title: section.Title, Body: body}}}, f.Err()
	}, func(ctx context.Context, tx *work.Tx, id ID, p Plan) error {
		return tx.Exec(ctx, sqlSaveSection, id, kind, p.Section(kind))
	}}
}

// SaveSection is Save of a SectionEdit.
func (s *Service) SaveSection(ctx context.Context, who authz.Actor, id ID, kind string, version int, body string) (Saved, error) {
	return s.Save(ctx, who, id, version, SectionEdit(kind, body))
}

func (r rules) section(kind string) (program.Section, bool) {
	for _, s := range r.Sections {
		if s.Kind == kind {
			return s, true
		}
	}
	return program.Section{}, false
}

// names are the parts of a plan in the order of the task list.
func (r rules) names() []string {
	out := []string{PartTitle}
	for _, s := range r.Sections {
		out = append(out, SectionPart(s.Kind))
	}
	return append(out, PartDeliberation, PartActivities, PartPartners, PartLines, PartIndicators, PartAttachments)
}

// has tells whether a plan of the call has a part of this name.
func (r rules) has(part string) bool {
	if kind, ok := strings.CutPrefix(part, sectionPrefix); ok {
		_, ok = r.section(kind)
		return ok
	}
	switch part {
	case PartTitle, PartDeliberation, PartActivities, PartPartners, PartLines, PartIndicators, PartAttachments:
		return true
	}
	return false
}
