package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

// objectionPage is an objection with its answer and what this person may do.
type objectionPage struct {
	Base
	Detail    selection.ObjectionDetail
	Todo      Todo
	Form      Form
	Kinds     []Option // of correction
	Items     []Option
	Reviewers []Option
	Conflicts []Option
	Scores    []Option
}

func (s *Server) objection(ctx context.Context, who authz.Actor, id selection.ObjectionID, f Form) (*objectionPage, error) {
	d, err := s.Selections.Objection(ctx, who, id)
	if err != nil {
		return nil, err
	}
	o := d.Objection
	p := &objectionPage{Base: Base{Title: o.GovernmentName + " 이의신청", Lead: o.CallTitle + " · " + o.Title, Crumbs: []Crumb{{"이의신청", "/objections"}}, Failed: f.Failed()}, Detail: d, Form: f}
	if d.Correctable != nil {
		p.choices(*d.Correctable)
	}
	p.Todo = objectionTodo(d)
	return p, nil
}

// choices are what can be chosen as a correction: kinds of which there is something, and
// what each of them touches.
func (p *objectionPage) choices(of review.Correctable) {
	p.Kinds = []Option{{Value: "", Label: review.CorrectionLabel(""), Hint: "답변만 하고 순위와 점수는 그대로 둡니다."}}
	kind := func(k, hint string) {
		p.Kinds = append(p.Kinds, Option{Value: k, Label: review.CorrectionLabel(k), Hint: hint})
	}
	bonus, penalty := false, false
	for _, b := range of.Items {
		what := "빠진 가점"
		if b.Points < 0 {
			what, penalty = "적용한 감점", true
		} else {
			bonus = true
		}
		p.Items = append(p.Items, Option{Value: fmt.Sprint(b.ID), Label: fmt.Sprintf("%s: %s (%+d점)", what, b.Title, b.Points)})
	}
	if bonus {
		kind(review.CorrectBonus, "아래 가점·감점 항목에서 고릅니다.")
	}
	if penalty {
		kind(review.CorrectPenalty, "아래 가점·감점 항목에서 고릅니다. 감점의 기록은 남고 순위에서만 빠집니다.")
	}
	for _, r := range of.Reviewers {
		label := fmt.Sprintf("%s (평가표 %d개)", r.Name, r.Sheets)
		if r.Needed {
			label += " – 남는 평가표가 없어 뺄 수 없음"
		}
		p.Reviewers = append(p.Reviewers, Option{Value: fmt.Sprint(r.ID), Label: label})
	}
	for _, x := range of.Scores {
		p.Scores = append(p.Scores, Option{Value: fmt.Sprintf("%d:%d", x.SheetID, x.CriterionID),
			Label: fmt.Sprintf("%s · %s · %s: %s점 (배점 %d)", x.Reviewer, program.StageLabel(x.Stage), x.Criterion, x.Points.Short(), x.Max)})
	}
	if len(of.Reviewers) > 0 {
		kind(review.CorrectReviewer, "위원과 사유를 고릅니다. 평가표는 남고 평균에서만 빠집니다.")
		kind(review.CorrectScore, "점수를 고르고 바른 점수를 적습니다. 위원장이 먼저 확인하고, 앞뒤 점수가 모두 남습니다.")
	}
	for _, k := range []string{review.Excluded, review.Challenged} {
		p.Conflicts = append(p.Conflicts, Option{Value: k, Label: review.ConflictLabel(k)})
	}
}

func objectionTodo(d selection.ObjectionDetail) Todo {
	o := d.Objection
	switch {
	case d.Can["dismiss"]:
		return Todo{Text: "이의신청을 살펴 " + o.AnswerDue.Korean() + "까지 답해 주십시오."}
	case d.Can["attest"]:
		return Todo{Text: "평가표의 점수가 잘못 적힌 것인지 확인해 주십시오. 확인하면 결재자가 인용을 확정합니다."}
	case d.Can["confirm"]:
		return Todo{Text: "인용 의견을 확인해 확정하거나 돌려보내 주십시오. 확정하면 되돌릴 수 없습니다."}
	case o.State == selection.Upheld && o.RankingID != nil:
		return Todo{Text: fmt.Sprintf("이의신청을 인용해 순위 제%d판을 만들었습니다.", d.RankingNo)}
	}
	return Todo{Text: map[selection.ObjectionState]string{
		selection.Filed: o.AnswerDue.Korean() + "까지 답변을 기다립니다.", selection.Attesting: "위원장이 점수 오기를 확인하기를 기다립니다.", selection.Upholding: "답변을 작성한 사람과 다른 결재자의 확정을 기다립니다.",
		selection.Upheld: "이의신청을 인용했습니다.", selection.Dismissed: "이의신청을 기각했습니다.", selection.TakenBack: "취하한 이의신청입니다."}[o.State]}
}

func (s *Server) showObjection(c echo.Context) error {
	var in struct {
		ID selection.ObjectionID `param:"id"`
	}
	return get(s, c, &in, "objection/show", func(ctx context.Context, who authz.Actor) (*objectionPage, error) {
		return s.objection(ctx, who, in.ID, Form{})
	})
}

// objectionForm is every field a verb of an objection may have.
type objectionForm struct {
	ID        selection.ObjectionID `param:"id"`
	Version   int                   `form:"version"`
	Answer    string                `form:"answer"`
	Kind      string                `form:"correction"`
	Bonus     int64                 `form:"bonus_item_id"`
	Reviewer  review.ReviewerID     `form:"reviewer_id"`
	Conflict  string                `form:"conflict"`
	Criterion string                `form:"criterion_id"` // sheet:criterion
	Points    string                `form:"points"`
	Evidence  string                `form:"evidence"`
	Refusal   string                `form:"refusal"`
}

// correction is the chosen correction; what does not read as a score is none.
func (in objectionForm) correction() review.CorrectionInput {
	out := review.CorrectionInput{Kind: in.Kind, BonusItemID: in.Bonus, ReviewerID: in.Reviewer, Conflict: in.Conflict, Points: in.Points, Evidence: in.Evidence}
	sheet, criterion, _ := strings.Cut(in.Criterion, ":")
	id, err := strconv.ParseInt(sheet, 10, 64)
	out.SheetID = review.SheetID(id)
	if at, failed := strconv.ParseInt(criterion, 10, 64); err == nil && failed == nil {
		out.CriterionID = at
	}
	return out
}

func (s *Server) objectionVerb(c echo.Context, done string, verb func(context.Context, authz.Actor, objectionForm) (selection.Objection, error)) error {
	var in objectionForm
	return post(s, c, command[selection.Objection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Objection, error) { return verb(ctx, who, in) },
		To: objectionPath, Done: done,
		Again: func(f Form) error {
			return show(s, c, f.Status(), "objection/show", func(ctx context.Context, who authz.Actor) (*objectionPage, error) {
				return s.objection(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) withdrawObjection(c echo.Context) error {
	return s.objectionVerb(c, "이의신청을 취하했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.WithdrawObjection(ctx, who, in.ID, in.Version)
	})
}

func (s *Server) dismissObjection(c echo.Context) error {
	return s.objectionVerb(c, "이의신청을 기각했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.Dismiss(ctx, who, in.ID, in.Version, in.Answer)
	})
}

func (s *Server) upholdObjection(c echo.Context) error {
	return s.objectionVerb(c, "인용 의견을 올렸습니다. 확인과 확정을 기다립니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.Uphold(ctx, who, in.ID, in.Version, in.Answer, in.correction())
	})
}

func (s *Server) attestObjection(c echo.Context) error {
	return s.objectionVerb(c, "점수 오기를 확인했습니다. 결재자의 확정을 기다립니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.Attest(ctx, who, in.ID, in.Version)
	})
}

func (s *Server) denyObjection(c echo.Context) error {
	return s.objectionVerb(c, "점수 오기가 아니라고 답했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.Deny(ctx, who, in.ID, in.Version, in.Refusal)
	})
}

func (s *Server) confirmObjection(c echo.Context) error {
	return s.objectionVerb(c, "이의신청을 인용했습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.ConfirmObjection(ctx, who, in.ID, in.Version)
	})
}

func (s *Server) refuseObjection(c echo.Context) error {
	return s.objectionVerb(c, "답변을 돌려보냈습니다.", func(ctx context.Context, who authz.Actor, in objectionForm) (selection.Objection, error) {
		return s.Selections.RefuseObjection(ctx, who, in.ID, in.Version, in.Refusal)
	})
}
