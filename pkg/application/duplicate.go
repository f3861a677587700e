package application

import (
	"context"
	"fmt"
	"slices"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// similarTitle is from which share, in per cent, two titles count as strongly
// similar: twice the pairs of letters that both have, of the pairs of both together.
// No rule tells a number; it was tried on the titles of 2021 and 2022.
const similarTitle = 60

// maxDuplicates bounds the list that people read.
const maxDuplicates = 100

// In what two applications are alike.
const (
	SameNumber   = "number"  // a partner with the same business number
	SamePartner  = "partner" // a partner of the same name, whatever its legal form is called
	SimilarTitle = "title"
)

// Likeness is one thing in which two applications are alike.
type Likeness struct {
	Kind    string `db:"kind" json:"kind"`
	Mine    string `db:"mine" json:"mine"`
	Theirs  string `db:"theirs" json:"theirs"`
	Percent int    `db:"percent" json:"percent"` // 100 for partners
}

// KindLabel says in Korean what is alike.
func (l Likeness) KindLabel() string {
	switch l.Kind {
	case SameNumber:
		return "같은 사업자등록번호"
	case SamePartner:
		return "같은 협업기관 이름"
	case SimilarTitle:
		if l.Percent == 100 {
			return "같은 사업명"
		}
		return fmt.Sprintf("비슷한 사업명(%d%%)", l.Percent)
	}
	return l.Kind
}

// Duplicate is another application that is like the one that is looked at.
type Duplicate struct {
	ID             ID              `db:"id" json:"id"`
	Number         string          `db:"number" json:"number"`
	Title          string          `db:"title" json:"title"` // as handed in
	CallID         program.CallID  `db:"call_id" json:"call_id"`
	CallTitle      string          `db:"call_title" json:"call_title"`
	FiscalYear     int             `db:"fiscal_year" json:"fiscal_year"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"`
	GovernmentName string          `db:"government_name" json:"government_name"`
	State          State           `db:"state" json:"state"`
	Likenesses     []Likeness      `db:"-" json:"likenesses"`
}

// Screening is what was found of an application: others of this and of other calls
// and years that name a partner of it, or are called nearly the same.
type Screening struct {
	Application Application
	Duplicates  []Duplicate // the most alike first
	Cut         bool        // there are more than are listed
}

const sqlDuplicates = `
	with mine as (select kind, value, shown, grams from submission_keys where application_id = $1),
	hits as (
		select o.application_id, m.kind, m.shown as mine, o.shown as theirs, 100::bigint as percent
		  from mine m
		  join submission_keys o on o.kind = m.kind and o.value = m.value and o.application_id <> $1
		 where m.kind in ('partner', 'number')
		union all
		select o.application_id, m.kind, m.shown, o.shown, s.percent
		  from mine m
		  join submission_keys o on o.kind = 'title' and o.grams && m.grams and o.application_id <> $1
		 cross join lateral (select 200 * count(*) / (cardinality(m.grams) + cardinality(o.grams)) as percent
		                       from unnest(m.grams) g where g = any(o.grams)) s
		 where m.kind = 'title' and s.percent >= $2)
	select a.id, a.number, a.title, a.call_id, c.title as call_title, a.fiscal_year, a.government_id, a.government_name, a.state,
	       h.kind, h.mine, h.theirs, h.percent
	  from hits h
	  join applications a on a.id = h.application_id
	  join calls c on c.id = a.call_id
	 where a.receipt_no is not null and a.state <> 'withdrawn' and `

const sqlDuplicatesOrder = `
	 order by case h.kind when 'number' then 1 when 'partner' then 2 else 3 end, h.percent desc, a.id desc, h.mine limit 500`

// Duplicates compares what was handed in last with what all others handed in last.
// It shows only applications that the actor may read by themselves; of others it
// does not even tell that there are any. Nothing handed in yet is NotFound.
func (s *Service) Duplicates(ctx context.Context, who authz.Actor, id ID) (Screening, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Screening, err error) {
		if out.Application, err = readable(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Allow("application:screen", out.Application.Object()); err != nil {
			return out, err
		}
		if !out.Application.HandedIn() {
			return out, fault.New(fault.NotFound, "아직 제출된 계획서가 없습니다.")
		}
		scope, err := tx.Scope("application:read")
		if err != nil {
			return out, err
		}
		cond, args := scope.Where(authz.Columns{Government: "a.government_id", Province: "a.province_id", Program: "a.program_id"}, 3)
		var rows []alike
		if err := tx.Select(ctx, &rows, sqlDuplicates+cond+sqlDuplicatesOrder, append([]any{id, similarTitle}, args...)...); err != nil {
			return out, fmt.Errorf("look for duplicates: %w", err)
		}
		out.collect(rows)
		return out, nil
	})
}

// alike is one likeness of one other application.
type alike struct {
	Duplicate
	Likeness
}

// collect puts the likenesses of one application together: those alike in more
// things first, else in the order of the rows.
func (s *Screening) collect(rows []alike) {
	for _, r := range rows {
		i := slices.IndexFunc(s.Duplicates, func(d Duplicate) bool { return d.ID == r.ID })
		if i < 0 {
			if len(s.Duplicates) == maxDuplicates {
				s.Cut = true
				continue
			}
			i, s.Duplicates = len(s.Duplicates), append(s.Duplicates, r.Duplicate)
		}
		s.Duplicates[i].Likenesses = append(s.Duplicates[i].Likenesses, r.Likeness)
	}
	slices.SortStableFunc(s.Duplicates, func(a, b Duplicate) int { return len(b.Likenesses) - len(a.Likenesses) })
}
