package comment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// maxBody is how long a comment may be, in characters.
const maxBody = 2000

// Input is what somebody wants to say. A reply needs ReplyTo and Body alone: it is
// heard by those who hear what it answers.
type Input struct {
	Part         string
	Field        string // a row or cell of the part, or empty
	SubmissionNo int    // the version it speaks of, 0 for the draft
	Visibility   string
	ReplyTo      ID
	Body         string
	Mentions     []authz.PersonID // beside those named in the body as @이름
}

const (
	sqlInsert = `
		insert into comments (application_id, part, field, quote, submission_no, kind, visibility, side, reply_to, body, mentions, at)
		values ($1, $2, $3, $4, nullif($5, 0), $6, $7, $8, nullif($9, 0), $10, $11, $12) returning id`
	sqlRetract = `update comments set retracted_at = $3 where id = $1 and version = $2`
	sqlResolve = `update comments set resolved_at = $3, resolved_by = app_actor() where id = $1 and version = $2`
	sqlReopen  = `update comments set resolved_at = null, resolved_by = null where id = $1 and version = $2`
	sqlAnswers = `select exists (select from comments where reply_to = $1)`
)

// said is a comment together with the application it is about, as those hear who are
// named in it.
type said struct {
	ID             application.ID   `json:"id"`
	CommentID      ID               `json:"comment_id"`
	Title          string           `json:"title"`
	GovernmentName string           `json:"government_name"`
	People         []authz.PersonID `json:"people"`
}

// Add says something. The draft may be spoken of by those who may see it, a version
// handed in by all who may read it.
func (s *Service) Add(ctx context.Context, who authz.Actor, id application.ID, in Input) (Comment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Comment, error) {
		a, err := application.Hold(ctx, tx, id)
		if err != nil {
			return Comment{}, err
		}
		if err := tx.Allow("comment:create", object(a)); err != nil {
			return Comment{}, err
		}
		of := sides(tx, a)
		c := Comment{
			Application: id, Part: in.Part, Field: in.Field, SubmissionNo: in.SubmissionNo, Kind: Said, Visibility: in.Visibility,
			Side: speaksFor(tx, a, of), ReplyTo: in.ReplyTo, Body: in.Body, AuthorID: who.ID, AuthorName: who.Name, At: tx.Now, Version: 1,
		}
		if c.Side == "" {
			return c, fault.New(fault.Forbidden, "의견을 남길 권한이 없습니다.")
		}
		if a.State == application.StateWithdrawn {
			return c, fault.New(fault.Conflict, "철회한 신청서에는 의견을 남길 수 없습니다.")
		}
		f := fault.Fields{}
		var root Comment
		if in.ReplyTo != 0 {
			if root, err = answered(ctx, tx, a, &c, of); err != nil {
				return c, err
			}
		} else if err := pin(ctx, tx, a, &c, f); err != nil {
			return c, err
		}
		c.Body = body(f, "body", in.Body)
		hear, err := mentioned(ctx, tx, a, &c, in.Mentions, f)
		if err != nil {
			return c, err
		}
		if err := f.Err(); err != nil {
			return c, err
		}
		return insert(ctx, tx, a, c, alsoAuthor(hear, root, who))
	})
}

// alsoAuthor adds who began a thread to those who hear of an answer to it.
func alsoAuthor(hear []authz.PersonID, root Comment, who authz.Actor) []authz.PersonID {
	if root.ID != 0 && root.AuthorID != who.ID && !slices.Contains(hear, root.AuthorID) {
		return append(hear, root.AuthorID)
	}
	return hear
}

// body is the text as it is kept, or a mistake at the field.
func body(f fault.Fields, field, text string) string {
	text = norm.NFC.String(strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)))
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		f.Add(field, "내용을 적어 주십시오.")
	case n > maxBody:
		f.Add(field, fmt.Sprintf("%d자까지 적을 수 있습니다. 지금 %d자입니다.", maxBody, n))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }):
		f.Add(field, "읽을 수 없는 글자가 들어 있습니다. 지우고 다시 적어 주십시오.")
	}
	return text
}

// answered makes c an answer: heard by the same people, of the same version. What the
// actor does not hear is not found.
func answered(ctx context.Context, tx *work.Tx, a application.Application, c *Comment, of []Side) (root Comment, err error) {
	if err := tx.Get(ctx, &root, sqlOne, c.ReplyTo, audiences(of)); err != nil {
		return root, err
	}
	switch {
	case root.Application != a.ID:
		return root, fault.New(fault.NotFound, "찾을 수 없습니다.")
	case root.ReplyTo != 0 || root.RetractedAt != nil:
		return root, fault.New(fault.Conflict, "거둔 의견이나 답글에는 답글을 달 수 없습니다.")
	}
	c.Part, c.Field, c.Visibility, c.SubmissionNo = "", "", root.Visibility, root.SubmissionNo
	if root.Visibility == Internal { // there may be more than one side that hears it
		c.Side = root.Side
	}
	return root, nil
}

// pin checks where a new thread is pinned and keeps the words that stand there.
func pin(ctx context.Context, tx *work.Tx, a application.Application, c *Comment, f fault.Fields) error {
	if c.Visibility != Internal && c.Visibility != Next {
		f.Add("visibility", "누가 볼 수 있는지 골라 주십시오.")
	}
	if c.SubmissionNo == 0 && !tx.Can("application:preview", a.Object()) {
		f.Add("submission_no", "제출본을 골라 주십시오.")
		return nil
	}
	if c.Part == "" && c.Field == "" && c.SubmissionNo == 0 {
		return nil
	}
	plan, err := application.PlanAt(ctx, tx, a, c.SubmissionNo)
	if fault.KindOf(err) == fault.NotFound {
		f.Add("submission_no", "없는 제출본입니다.")
		return nil
	}
	if err != nil {
		return fmt.Errorf("read plan: %w", err)
	}
	c.Quote = quote(plan, c.Part, c.Field, "part", "field", f)
	return nil
}

// quote is what stands at a pin, with a mistake at the field when nothing does.
func quote(plan application.Plan, part, field, atPart, atField string, f fault.Fields) string {
	if _, ok := plan.PartTitle(part); part != "" && !ok || part == "" && field != "" {
		f.Add(atPart, "이 계획서에 없는 항목입니다.")
		return ""
	}
	if field == "" {
		return ""
	}
	text, ok := plan.Quote(part, field)
	if !ok {
		f.Add(atField, "그 줄이나 칸이 계획서에 없습니다.")
	}
	return text
}

func insert(ctx context.Context, tx *work.Tx, a application.Application, c Comment, hear []authz.PersonID) (Comment, error) {
	err := tx.Get(ctx, &c.ID, sqlInsert, c.Application, c.Part, c.Field, c.Quote, c.SubmissionNo, c.Kind, c.Visibility, c.Side, c.ReplyTo, c.Body, c.Mentions, tx.Now)
	if err != nil {
		return c, fmt.Errorf("insert comment: %w", err)
	}
	if err := tx.Record(ctx, "comment:create", c.Ref(), nil, c); err != nil || len(hear) == 0 {
		return c, err
	}
	return c, tx.Emit(ctx, "comment.create", c.Ref(), said{a.ID, c.ID, a.Title, a.GovernmentName, hear})
}

// Retract takes back what the actor said, within an hour and while nobody answered.
// That something was said stays to be seen.
func (s *Service) Retract(ctx context.Context, who authz.Actor, id ID, version int) (Comment, error) {
	return s.change(ctx, who, id, version, "retract", func(ctx context.Context, tx *work.Tx, c *Comment, may May) (string, error) {
		if !may.Retract {
			return "", fault.New(fault.Conflict, "자신이 쓴 의견을, 아무도 답하지 않았을 때 한 시간 안에만 거둘 수 있습니다.")
		}
		c.RetractedAt = &tx.Now
		return sqlRetract, nil
	})
}

// Resolve closes a thread. An item of a return (조치함) is closed by who writes the
// plan, while it may be written.
func (s *Service) Resolve(ctx context.Context, who authz.Actor, id ID, version int) (Comment, error) {
	return s.change(ctx, who, id, version, "resolve", func(_ context.Context, tx *work.Tx, c *Comment, may May) (string, error) {
		if !may.Resolve {
			return "", fault.New(fault.Conflict, "지금은 이 항목을 마칠 수 없습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		c.ResolvedAt, c.ResolvedBy = &tx.Now, tx.Actor.Name
		return sqlResolve, nil
	})
}

// Reopen undoes Resolve.
func (s *Service) Reopen(ctx context.Context, who authz.Actor, id ID, version int) (Comment, error) {
	return s.change(ctx, who, id, version, "reopen", func(_ context.Context, _ *work.Tx, c *Comment, may May) (string, error) {
		if !may.Reopen {
			return "", fault.New(fault.Conflict, "지금은 이 항목을 다시 열 수 없습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		c.ResolvedAt, c.ResolvedBy = nil, ""
		return sqlReopen, nil
	})
}

// change is the frame of every act on a comment that is there already. What the actor
// does not hear is not found.
func (s *Service) change(ctx context.Context, who authz.Actor, id ID, version int, verb string,
	do func(context.Context, *work.Tx, *Comment, May) (string, error)) (Comment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Comment, error) {
		var of application.ID
		if err := tx.Get(ctx, &of, sqlWhose, id); err != nil {
			return Comment{}, err
		}
		a, err := application.Hold(ctx, tx, of)
		if err != nil {
			return Comment{}, err
		}
		if err := tx.Allow("comment:create", object(a)); err != nil {
			return Comment{}, err
		}
		heard := sides(tx, a)
		var before Comment
		if err := tx.Get(ctx, &before, sqlOne, id, audiences(heard)); err != nil {
			return before, err
		}
		if before.Version != version {
			return before, fault.New(fault.Conflict, "그사이 다른 사람이 이 의견을 먼저 처리했습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		var answers bool
		if err := tx.Get(ctx, &answers, sqlAnswers, id); err != nil {
			return before, fmt.Errorf("look for answers: %w", err)
		}
		after := before
		edits := a.State == application.StateReturned && tx.Can("application:edit", a.Object())
		q, err := do(ctx, tx, &after, may(tx, before, speaksFor(tx, a, heard), edits, answers))
		if err != nil {
			return before, err
		}
		args := []any{id, version}
		if verb != "reopen" {
			args = append(args, tx.Now)
		}
		if err := tx.Exec(ctx, q, args...); err != nil {
			return before, err
		}
		after.Version++
		if after.RetractedAt != nil {
			after.Body, after.Quote = "", ""
		}
		return after, tx.Record(ctx, "comment:"+verb, after.Ref(), before, after)
	})
}
