package review

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ExplanationID identifies a request for an explanation.
type ExplanationID int64

// Explanation is what somebody who discusses an application asked its reviewer, and
// what the reviewer answered. CriterionID 0 means the whole sheet.
type Explanation struct {
	ID          ExplanationID  `db:"id" json:"id"`
	SheetID     SheetID        `db:"sheet_id" json:"sheet_id"`
	CriterionID int64          `db:"criterion_id" json:"criterion_id"`
	Criterion   string         `db:"criterion" json:"criterion"`
	AskedBy     authz.PersonID `db:"asked_by" json:"-"`
	AskedByName string         `db:"asked_by_name" json:"asked_by_name"`
	AskedAt     time.Time      `db:"asked_at" json:"asked_at"`
	Question    string         `db:"question" json:"question"`
	Answer      string         `db:"answer" json:"answer"`
	AnsweredAt  *time.Time     `db:"answered_at" json:"answered_at"`
}

// Explained is everything that was asked about a sheet and changed on it in the
// discussion, for those who may read the sheet.
type Explained struct {
	Sheet        Sheet          `json:"sheet"`
	Government   string         `json:"government_name"`
	Title        string         `json:"title"`
	Rubric       program.Rubric `json:"-"`
	Explanations []Explanation  `json:"explanations"`
	Changes      []ScoreChange  `json:"changes"`
	CanAsk       bool           `json:"can_ask"`
	CanAnswer    bool           `json:"can_answer"`
}

const (
	explanationColumns = `
		select x.id, x.sheet_id, coalesce(x.criterion_id, 0) as criterion_id, coalesce(k.title, '') as criterion, x.asked_by, p.name as asked_by_name,
		       x.asked_at, x.question, x.answer, x.answered_at
		  from explanations x
		  join people p on p.id = x.asked_by
		  left join criteria k on k.id = x.criterion_id
		 where `
	sqlExplanation         = explanationColumns + `x.id = $1`
	sqlExplanationsOfSheet = explanationColumns + `x.sheet_id = $1 order by x.id`
	sqlAsk                 = `
		insert into explanations (sheet_id, criterion_id, asked_at, question) values ($1, nullif($2, 0), $3, $4) returning id`
	sqlAnswer = `update explanations set answer = $2, answered_at = $3 where id = $1 and answered_at is null`
)

// maxExplanation bounds a question and an answer, in characters.
const maxExplanation = 2000

// asked is a message that says whom it concerns and nothing of what was scored or said.
type asked struct {
	ID     SheetID          `json:"id"`
	Title  string           `json:"title"`
	People []authz.PersonID `json:"people"`
}

// Explanations shows what was asked about a sheet; who may not read the sheet, and
// anybody before the discussion, gets NotFound.
func (s *Service) Explanations(ctx context.Context, who authz.Actor, id SheetID) (Explained, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Explained, err error) {
		if out.Sheet, err = readSheet(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Allow("sheet:read", out.Sheet.Object(who.ID)); err != nil {
			return out, err
		}
		if out.Sheet.RoundState == Scoring {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		app, err := application.Get(ctx, tx, out.Sheet.ApplicationID)
		if err != nil {
			return out, err
		}
		out.Government, out.Title = app.GovernmentName, app.Title
		if out.Rubric, err = program.RubricOf(ctx, tx, out.Sheet.CallID, out.Sheet.Stage); err != nil {
			return out, err
		}
		if err := tx.Select(ctx, &out.Changes, sqlChangesOfSheet, id); err != nil {
			return out, err
		}
		discussing, own := out.Sheet.RoundState == Discussing, out.Sheet.PersonID == who.ID
		out.CanAsk = discussing && !own && out.Sheet.Hears && tx.Can("sheet:ask", out.Sheet.Object(who.ID))
		out.CanAnswer = discussing && own && tx.Can("sheet:answer", out.Sheet.own())
		return out, tx.Select(ctx, &out.Explanations, sqlExplanationsOfSheet, id)
	})
}

// Ask asks the reviewer of a sheet to explain it, or one criterion of it (0: none in
// particular). Whoever discusses the application may, of any sheet but their own and
// only while the round is discussing.
func (s *Service) Ask(ctx context.Context, who authz.Actor, id SheetID, criterion int64, question string) (Explanation, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Explanation, err error) {
		sheet, err := lockSheet(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("sheet:ask", sheet.Object(who.ID)); err != nil {
			return out, err
		}
		if err := explainable(sheet); err != nil {
			return out, err
		}
		if sheet.PersonID == who.ID {
			return out, fault.New(fault.Conflict, "자신의 평가표에는 설명을 요청할 수 없습니다.")
		}
		rubric, err := program.RubricOf(ctx, tx, sheet.CallID, sheet.Stage)
		if err != nil {
			return out, err
		}
		f := fault.Fields{}
		question = words(f, "question", "물을 내용", question)
		if criterion != 0 && !hasCriterion(rubric, criterion) {
			f.Add("criterion_id", "이 배점표의 평가항목을 골라 주십시오.")
		}
		if err := f.Err(); err != nil {
			return out, err
		}
		var written ExplanationID
		if err := tx.Get(ctx, &written, sqlAsk, id, criterion, tx.Now, question); err != nil {
			return out, err
		}
		return out, told(ctx, tx, &out, written, sheet, "ask", "asked", sheet.PersonID)
	})
}

// Answer is the reviewer's explanation; it is given once.
func (s *Service) Answer(ctx context.Context, who authz.Actor, id ExplanationID, answer string) (Explanation, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Explanation, err error) {
		if err := tx.Get(ctx, &out, sqlExplanation, id); err != nil {
			return out, err
		}
		sheet, err := lockSheet(ctx, tx, out.SheetID)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("sheet:answer", sheet.own()); err != nil {
			return out, err
		}
		if err := explainable(sheet); err != nil {
			return out, err
		}
		f := fault.Fields{}
		answer = words(f, "answer", "답", answer)
		if err := f.Err(); err != nil {
			return out, err
		}
		n, err := tx.ExecAll(ctx, sqlAnswer, id, answer, tx.Now)
		if err != nil {
			return out, err
		}
		if n == 0 {
			return out, fault.New(fault.Conflict, "이미 답한 설명 요청입니다.")
		}
		return out, told(ctx, tx, &out, id, sheet, "answer", "answered", out.AskedBy)
	})
}

// told records and announces what was asked or answered, without a word of it, and
// reads it back.
func told(ctx context.Context, tx *work.Tx, out *Explanation, id ExplanationID, sheet Sheet, verb, topic string, to authz.PersonID) error {
	if err := tx.Get(ctx, out, sqlExplanation, id); err != nil {
		return err
	}
	app, err := application.Get(ctx, tx, sheet.ApplicationID)
	if err != nil {
		return err
	}
	ref := work.Ref{Kind: "sheet", ID: int64(sheet.ID)}
	if err := tx.Record(ctx, "sheet:"+verb, ref, nil, map[string]ExplanationID{"explanation_id": id}); err != nil {
		return err
	}
	return tx.Emit(ctx, "sheet."+topic, work.Ref{Kind: "explanation", ID: int64(id)}, asked{ID: sheet.ID, Title: app.Title, People: []authz.PersonID{to}})
}

func explainable(sheet Sheet) error {
	if sheet.RoundState != Discussing {
		return fault.New(fault.Conflict, "설명은 토의하는 동안에만 요청하고 답할 수 있습니다.")
	}
	return nil
}

// words is a text without blanks around it; none, and a long one, are mistakes.
func words(f fault.Fields, field, label, text string) string {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > maxExplanation {
		f.Add(field, label+"을 2,000자 안으로 적어 주십시오.")
	}
	return text
}

func hasCriterion(r program.Rubric, id int64) bool {
	for _, k := range r.Criteria {
		if k.ID == id {
			return true
		}
	}
	return false
}
