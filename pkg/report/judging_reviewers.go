package report

import (
	"context"
	"fmt"
	"strings"

	"eoul/pkg/program"
	"eoul/pkg/work"
)

// judge is one reviewer of a call with the number that stands for the name.
type judge struct {
	ID     int64  `db:"id"`
	Person int64  `db:"person_id"`
	Name   string `db:"name"`
	No     int    `db:"no"`
}

// judges are the reviewers of a call in the order of their numbers, the same in every
// sheet of its workbook.
type judges []judge

const sqlJudges = `
	select v.id, v.person_id, n.name, row_number() over (order by v.id) as no
	  from reviewers v
	  join people n on n.id = v.person_id
	 where v.id in (select w.reviewer_id from assignments w join rounds o on o.id = w.round_id where o.call_id = $1)
	 order by v.id`

func judgesOf(ctx context.Context, tx *work.Tx, call program.CallID) (out judges, err error) {
	if err := tx.Select(ctx, &out, sqlJudges, call); err != nil {
		return nil, fmt.Errorf("read reviewers: %w", err)
	}
	return out, nil
}

// judge is what a reviewer is called in the workbook.
func (j *judging) judge(id int64) string {
	for _, v := range j.judges {
		if v.ID == id {
			return j.label(v)
		}
	}
	return ""
}

// all are several reviewers, in the order of their numbers.
func (j *judging) all(ids []int64) string {
	var out []string
	for _, v := range j.judges {
		for _, id := range ids {
			if v.ID == id {
				out = append(out, j.label(v))
			}
		}
	}
	return strings.Join(out, ", ")
}

// asker is what somebody who spoke in the discussion is called: a reviewer as
// everywhere in the workbook, else it is the chair.
func (j *judging) asker(person int64, name string) string {
	for _, v := range j.judges {
		if v.Person == person {
			return j.label(v)
		}
	}
	return "위원장(" + name + ")"
}

func (j *judging) label(v judge) string {
	label := fmt.Sprintf("위원 %d", v.No)
	if j.names {
		label += "(" + v.Name + ")"
	}
	return label
}
