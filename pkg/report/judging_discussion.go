package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// sqlJudgedDiscussion is the record of every locked round: what its minutes say of the
// meeting, then of each application, then in the order of time what only the trail
// knows, which sheets left the mean and what made a new version of the ranking. Who made a request void stands in the line
// before it; here it could be a reviewer by name.
const sqlJudgedDiscussion = judgedShown + `
	select stage, what, at, person, by_self, number, government_name, reviewers, body from (
		select h.at as round, h.stage, 1 as part, 0 as place, m.held_at as at, t.what, p.name as person, false as by_self,
		       '' as number, '' as government_name, case t.what when 'place' then m.attendees end as reviewers, t.body, m.id as seq
		  from held h
		  join round_minutes m on m.round_id = h.id
		  join people p on p.id = m.written_by
		 cross join lateral (values ('place', m.place), ('body', m.body)) t (what, body)
		 where t.body <> ''
		union all
		select h.at, h.stage, 2, s.place, m.held_at, 'decision', p.name, false, s.number, s.government_name, null, coalesce(i.decision, ''), m.id
		  from held h
		  join round_minutes m on m.round_id = h.id
		  join people p on p.id = m.written_by
		  join shown s on exists (select from assignments w where w.round_id = h.id and w.application_id = s.application_id)
		  left join minutes_items i on i.minutes_id = m.id and i.application_id = s.application_id
		union all
		select h.at, h.stage, 3, 0, e.at, t.what, case t.what when 'void' then '' else e.actor_name end, false, '', '', null, '', e.id
		  from held h
		  join audit_events e on e.kind = 'round' and e.object_id = h.id
		 cross join lateral (select case
		       when e.action in ('round:create', 'round:discuss', 'round:lock') then e.action
		       when e.action = 'round:confirm' then 'round:confirm:' || coalesce(e.after ->> 'state', '')
		       when e.before ->> 'lock_requested_by' is not null and e.after ->> 'lock_requested_by' is null
		         or e.before ->> 'state' = 'scoring' and e.before ->> 'discuss_requested_by' is not null and e.after ->> 'discuss_requested_by' is null then 'void' end as what) t
		 where t.what is not null
		union all
		select h.at, h.stage, 3, 0, e.at, e.action, e.actor_name, false, s.number, s.government_name, array[w.reviewer_id], coalesce(e.after ->> 'reopen_reason', ''), e.id
		  from held h
		  join assignments w on w.round_id = h.id
		  join shown s on s.application_id = w.application_id
		  join sheets x on x.assignment_id = w.id
		  join audit_events e on e.kind = 'sheet' and e.object_id = x.id and e.action = 'sheet:reopen'
		union all
		select h.at, h.stage, 3, 0, e.excluded_at, 'exclusion', coalesce(p.name, ''), coalesce(p.id = v.person_id, false), s.number, s.government_name, array[w.reviewer_id], e.reason, e.id
		  from held h
		  join assignments w on w.round_id = h.id
		  join shown s on s.application_id = w.application_id
		  join reviewers v on v.id = w.reviewer_id
		  join exclusions e on e.assignment_id = w.id
		  left join people p on p.id = e.excluded_by
		union all
		select h.at, h.stage, 3, 0, k.made_at, 'version', '', false, '', '', null, '제' || k.no || '판: ' || k.cause, k.id
		  from held h
		  join rankings k on k.round_id = h.id and k.no > 1
	) x
	 order by round, part, place, at, seq, what desc`

// said is one line of 토의 기록.
type said struct {
	Stage          string        `db:"stage"`
	What           string        `db:"what"`
	At             time.Time     `db:"at"`
	Person         string        `db:"person"`
	BySelf         bool          `db:"by_self"` // the person is the reviewer of the line
	Number         string        `db:"number"`
	GovernmentName string        `db:"government_name"`
	Reviewers      pq.Int64Array `db:"reviewers"`
	Body           string        `db:"body"`
}

// label is what a line records.
func (s said) label() string {
	return map[string]string{
		"place": "회의(참석 위원, 장소)", "body": "회의 내용", "decision": "신청별 토의와 결정",
		"round:create": "심사 시작", "round:discuss": "토의 열기 요청", "round:confirm:discussing": "토의 열기: 두 번째 사람의 확인",
		"round:lock": "심사 확정 요청", "round:confirm:locked": "심사 확정: 두 번째 사람의 확인", "void": "내용이 바뀌어 요청 취소",
		"sheet:reopen": "평가표 다시 열기", "exclusion": "평가표 제외", "version": "순위의 새 판",
	}[s.What]
}

// texts are the paragraphs of what was said in the meeting, each a line of its own so
// that a long record prints whole; everything else is one.
func (s said) texts() []string {
	switch {
	case s.What == "decision" && s.Body == "":
		return []string{"적은 내용이 없습니다."}
	case s.What != "body":
		return []string{s.Body}
	}
	var out []string
	for part := range strings.SplitSeq(s.Body, "\n") {
		if part = strings.TrimRight(part, "\r \t"); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// discussion writes 토의 기록. The filter leaves out lines of applications, never of
// the meeting.
func (j *judging) discussion(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	w, err := j.record(book, nameDiscussion, []xlsx.Column{{Title: "단계", Width: 10}, {Title: "구분", Width: 31}, {Title: "일시", Width: 22}, {Title: "처리한 사람", Width: 14},
		{Title: "심사위원", Width: 24}, {Title: "신청번호", Width: 16}, {Title: "지자체명", Width: 18}, {Title: "내용", Width: 80}})
	if err != nil {
		return err
	}
	err = work.Each(ctx, tx, sqlJudgedDiscussion, j.shown(), func(s said) error {
		reviewers, person := j.all(s.Reviewers), s.Person
		if s.BySelf {
			person = reviewers
		}
		for _, text := range s.texts() {
			if err := w.Row(program.StageLabel(s.Stage), s.label(), calendar.FormatInstant(s.At), person, reviewers, s.Number, s.GovernmentName, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("discussion: %w", err)
	}
	return w.Close()
}
