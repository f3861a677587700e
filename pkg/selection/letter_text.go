package selection

import (
	"context"
	"strings"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// Text is the text of one outcome's letter of a call. Version is 0 while nobody wrote
// one and the usual text counts. Issued letters keep theirs.
type Text struct {
	ID        int64          `db:"id" json:"id"`
	CallID    program.CallID `db:"call_id" json:"call_id"`
	Outcome   Outcome        `db:"outcome" json:"outcome"`
	Body      string         `db:"body" json:"body"`
	WrittenBy string         `db:"written_by" json:"written_by"`
	WrittenAt time.Time      `db:"written_at" json:"written_at"`
	Version   int            `db:"version" json:"version"`
}

// Ref names the text at its version.
func (t Text) Ref() work.Ref {
	return work.Ref{Kind: "letter_template", ID: t.ID, Version: t.Version}
}

// Fields are the names it may use.
func (t Text) Fields() []string { return LetterFields(t.Outcome) }

const (
	sqlTexts = `
		select t.id, t.call_id, t.outcome, t.body, p.name as written_by, t.written_at, t.version
		  from letter_templates t join people p on p.id = t.written_by
		 where t.call_id = $1`
	sqlText       = sqlTexts + ` and t.outcome = $2`
	sqlInsertText = `
		insert into letter_templates (call_id, program_id, outcome, body, written_at) values ($1, $2, $3, $4, $5)`
	sqlUpdateText = `
		update letter_templates set body = $4, written_by = $5, written_at = $6 where call_id = $1 and outcome = $2 and version = $3`
)

// bodies are the texts that count for a call now.
func bodies(ctx context.Context, tx *work.Tx, call program.CallID) (map[Outcome]string, error) {
	var rows []Text
	if err := tx.Select(ctx, &rows, sqlTexts, call); err != nil {
		return nil, err
	}
	out := map[Outcome]string{}
	for _, o := range Outcomes() {
		out[o] = usualBody(o)
	}
	for _, t := range rows {
		out[t.Outcome] = t.Body
	}
	return out, nil
}

func lettering(ctx context.Context, tx *work.Tx, id program.CallID, action string) (program.Call, error) {
	call, err := program.CallByID(ctx, tx, id)
	if err != nil {
		return call, err
	}
	return call, tx.Allow(action, authz.Object{Kind: "letter_template", ID: int64(id), Program: int64(call.ProgramID)})
}

// Texts are the three texts of a call, the usual one where nobody wrote another.
func (s *Service) Texts(ctx context.Context, who authz.Actor, call program.CallID) ([]Text, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Text, error) {
		if _, err := lettering(ctx, tx, call, "letter_template:read"); err != nil {
			return nil, err
		}
		var rows []Text
		if err := tx.Select(ctx, &rows, sqlTexts, call); err != nil {
			return nil, err
		}
		outcomes := Outcomes()
		out := make([]Text, 0, len(outcomes))
		for _, o := range outcomes {
			t := Text{CallID: call, Outcome: o, Body: usualBody(o)}
			for _, r := range rows {
				if r.Outcome == o {
					t = r
				}
			}
			out = append(out, t)
		}
		return out, nil
	})
}

// SaveText writes the text of an outcome's letter. Fields that this letter does not
// have, and braces that do not match, are Invalid with their places; a version that is
// not the newest is a Conflict.
func (s *Service) SaveText(ctx context.Context, who authz.Actor, call program.CallID, o Outcome, version int, body string) (Text, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Text, err error) {
		c, err := lettering(ctx, tx, call, "letter_template:edit")
		if err != nil {
			return out, err
		}
		if o.worth() == 0 {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		body = strings.TrimSpace(body)
		if err := checkBody(o, body); err != nil {
			return out, err
		}
		var before Text
		found, err := tx.Find(ctx, &before, sqlText, call, o)
		if err != nil {
			return out, err
		}
		if before.Version != version {
			return out, fault.New(fault.Conflict, "그사이 다른 사람이 통지서 문안을 고쳤습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		var was any
		if found {
			was = before
			err = tx.Exec(ctx, sqlUpdateText, call, o, version, body, who.ID, tx.Now)
		} else {
			err = tx.Exec(ctx, sqlInsertText, call, c.ProgramID, o, body, tx.Now)
		}
		if err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlText, call, o); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "letter_template:edit", out.Ref(), was, out)
	})
}

// Preview shows what a text would say, with the facts of the call and of a made-up
// application. Mistakes are those of SaveText.
func (s *Service) Preview(ctx context.Context, who authz.Actor, call program.CallID, o Outcome, body string) (Content, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Content, err error) {
		c, err := lettering(ctx, tx, call, "letter_template:read")
		if err != nil {
			return out, err
		}
		if o.worth() == 0 {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		if err := checkBody(o, body); err != nil {
			return out, err
		}
		if out, _, err = frameOf(ctx, tx, c); err != nil {
			return out, err
		}
		rubric, err := program.RubricOf(ctx, tx, call, program.Paper)
		if err != nil {
			return out, err
		}
		out.sample(o, rubric)
		out.Body = write(strings.TrimSpace(body), out)
		return out, nil
	})
}

// sample fills in a made-up application that says so by its name.
func (c *Content) sample(o Outcome, rubric program.Rubric) {
	half := money.Must(50_000_000)
	c.Number, c.GovernmentName, c.Title, c.ReceiptNo = c.CallNumber+"-통지-000", "예시군", "예시 사업", "예시-001"
	c.Outcome, c.Place, c.Applied, c.Selected, c.Criteria = o, 1, 10, 5, []LetterPoints{}
	for _, k := range rubric.Criteria {
		mean := review.Points(k.Max) * 800
		c.Criteria = append(c.Criteria, LetterPoints{k.Title, k.Max, mean})
		c.Mean += mean
	}
	c.Total = c.Mean
	if o == Selected {
		c.Amounts = money.BySource{National: half, Sido: half}
	}
}
