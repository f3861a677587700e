package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
)

type callEditPage struct {
	Base
	Action, Back                         string
	Version                              int
	Copied                               program.CallID // whose rubrics a new call takes, 0 for none
	Form                                 Form
	Programs, Applicants, Codes          []Option
	Shares                               [][]Field
	Criteria, Bonus, Sections, Documents [][]Field
	Hints                                []hintField
}

const blankRows = 3

func (s *Server) callEdit(ctx context.Context, who authz.Actor, in callChange, f Form) (*callEditPage, error) {
	programs, err := s.Programs.CallPrograms(ctx, who)
	if err != nil {
		return nil, err
	}
	p := &callEditPage{
		Base:   Base{Title: "공모 만들기", Crumbs: []Crumb{{"공모", "/calls"}}, Wide: true},
		Action: "/calls", Back: "/calls", Version: in.Version, Copied: in.Copied, Form: f,
		Applicants: []Option{{Value: "sido", Label: "시·도"}, {Value: "sigungu", Label: "시·군·구"}},
		Codes:      []Option{{Value: program.NationalCodes, Label: "국가 비목-세목"}, {Value: program.LocalCodes, Label: "지방 편성목-통계목"}},
		Shares: [][]Field{
			{f.Field("matching.sido_min_bps", "시도비 최소"), f.Field("matching.sido_max_bps", "시도비 최대")},
			{f.Field("matching.sigungu_min_bps", "시군구비 최소"), f.Field("matching.sigungu_max_bps", "시군구비 최대")},
			{f.Field("matching.own_min_bps", "자부담 최소"), f.Field("matching.own_max_bps", "자부담 최대")},
		},
		Sections:  rowFields(f, "sections", len(in.Sections), [2]string{"title", "항목"}, [2]string{"hint", "안내"}, [2]string{"max_length", "글자 수"}, [2]string{"required", "항목 필수"}, [2]string{"kind", "항목 코드"}),
		Documents: rowFields(f, "documents", len(in.Documents), [2]string{"title", "서류"}, [2]string{"required", "서류 필수"}, [2]string{"code", "서류 코드"}),
	}
	p.Criteria, p.Bonus = rubricRows(f, in.Rubric)
	p.Hints = hintFields(f, in.Hints, hintTitles(nil), false)
	if in.ID != 0 {
		p.Title, p.Action, p.Back = "공모 고치기", callPath(in.ID), callPath(in.ID)
	}
	for _, x := range programs {
		p.Programs = append(p.Programs, Option{Value: strconv.FormatInt(int64(x.ID), 10), Label: x.Name})
	}
	return p, nil
}

func rubricRows(f Form, r callRubric) (criteria, bonus [][]Field) {
	criteria = rowFields(f, "rubric.criteria", len(r.Criteria), [2]string{"title", "평가항목"}, [2]string{"guidance", "평가 기준"}, [2]string{"max", "배점"}, [2]string{"floor", "과락"}, [2]string{"tie_order", "동점 비교 순서"})
	bonus = rowFields(f, "rubric.bonus", len(r.Bonus), [2]string{"title", "가점·감점 사유"}, [2]string{"points", "점수"})
	return criteria, bonus
}

func (s *Server) newCall(c echo.Context) error {
	var in struct {
		Program program.ID     `query:"program"`
		From    program.CallID `query:"from"`
	}
	return get(s, c, &in, "call/edit", func(ctx context.Context, who authz.Actor) (*callEditPage, error) {
		start := callStart(s.cfg.Now(), in.Program)
		if in.From != 0 {
			var err error
			if start, err = s.Programs.CopyOf(ctx, who, in.From); err != nil {
				return nil, err
			}
			start.RubricFrom, start.Rubric = in.From, program.RubricInput{}
		}
		form := callChange{callForm: callFormOf(start)}
		f, err := fill(form)
		if err != nil {
			return nil, err
		}
		return s.callEdit(ctx, who, form, f)
	})
}

func (s *Server) editCall(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(s, c, &in, "call/edit", func(ctx context.Context, who authz.Actor) (*callEditPage, error) {
		d, err := s.Programs.Call(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		stored := d.Input()
		stored.Rubric = program.RubricInput{} // has its own page
		form := callChange{d.ID, d.Version, callFormOf(stored)}
		f, err := fill(form)
		if err != nil {
			return nil, err
		}
		return s.callEdit(ctx, who, form, f)
	})
}

// callAgain shows the form with its mistakes: without its blank rows when every field
// could be read, as typed when not.
func (s *Server) callAgain(c echo.Context, in *callChange, f Form) error {
	if in.read {
		tidy, err := fill(*in)
		if err != nil {
			return err
		}
		f.Values = tidy.Values
	} else {
		in.Sections, in.Documents = atLeast(in.Sections, f, "sections"), atLeast(in.Documents, f, "documents")
		in.Rubric.Criteria, in.Rubric.Bonus = atLeast(in.Rubric.Criteria, f, "rubric.criteria"), atLeast(in.Rubric.Bonus, f, "rubric.bonus")
	}
	return show(s, c, f.Status(), "call/edit", func(ctx context.Context, who authz.Actor) (*callEditPage, error) {
		return s.callEdit(ctx, who, *in, f)
	})
}

// atLeast makes the rows as many as were typed.
func atLeast[T any](rows []T, f Form, name string) []T {
	for f.Values.Has(fmt.Sprintf("%s.%d.title", name, len(rows))) {
		rows = append(rows, *new(T))
	}
	return rows
}

func (s *Server) createCall(c echo.Context) error {
	var in callForm
	return post(s, c, command[program.Call]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Call, error) {
			return s.Programs.CreateCall(ctx, who, in.input())
		},
		To:    func(x program.Call) string { return callPath(x.ID) },
		Done:  "공모를 만들었습니다. 내용을 확인하고 공고해 주세요.",
		Again: func(f Form) error { return s.callAgain(c, &callChange{callForm: in}, f) },
	})
}

func (s *Server) saveCall(c echo.Context) error {
	var in callChange
	return post(s, c, command[program.Call]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Call, error) {
			return s.Programs.UpdateCall(ctx, who, in.ID, in.Version, in.input())
		},
		To: func(x program.Call) string { return callPath(x.ID) }, Done: "공모를 고쳤습니다.",
		Again: func(f Form) error { return s.callAgain(c, &in, f) },
	})
}
