package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// rubricPreviewPage tries a rubric on points typed in, with the rule that ranks.
type rubricPreviewPage struct {
	Base
	Call    program.CallDetail
	Rubric  program.Rubric
	Form    Form
	Modes   []Option
	Samples []readySample
	Trials  []review.Trial
}

// readySample is a case whose result is known (decisions 25).
type readySample struct {
	Label, Query string
}

// previewForm is the whole request: nothing of it is stored.
type previewForm struct {
	ID    program.CallID `param:"id"`
	Stage string         `query:"stage"`
	Mode  string         `query:"mode"` // totals or criteria
	Drop  string         `query:"drop"`
	From  string         `query:"from"`
	Floor string         `query:"floor"`
	Text  string         `query:"text"`
}

func (f previewForm) values() url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"stage": f.Stage, "mode": f.Mode, "drop": f.Drop, "from": f.From, "floor": f.Floor, "text": f.Text} {
		v.Set(name, text)
	}
	return v
}

// readySamples are the cases of decisions 25.
func readySamples(id program.CallID, stage string) []readySample {
	var out []readySample
	for _, s := range []struct{ label, from, text string }{
		{"92, 88, 85, 85, 70 → 86.00", "3", "보기: 92 88 85 85 70"},
		{"90, 90, 80, 70, 70 → 80.00", "3", "보기: 90 90 80 70 70"},
		{"85.5, 84.25, 83.333(3명부터) → 84.25", "3", "보기: 85.5 84.25 83.333"},
		{"85.5, 84.25, 83.333(5명부터) → 84.36", "5", "보기: 85.5 84.25 83.333"},
	} {
		q := previewForm{Stage: stage, Mode: "totals", Drop: "on", From: s.from, Floor: "0", Text: s.text}.values()
		out = append(out, readySample{s.label, fmt.Sprintf("%s/rubric/preview?%s", callPath(id), q.Encode())})
	}
	return out
}

func (s *Server) previewRubric(c echo.Context) error {
	var in previewForm
	return get(s, c, &in, "call/rubric_preview", func(ctx context.Context, who authz.Actor) (*rubricPreviewPage, error) {
		d, err := s.Programs.Call(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		stage := orPaper(in.Stage)
		rubric, ok := program.OfStage(d.Rubrics, stage)
		if !ok {
			return nil, fault.New(fault.NotFound, "이 공모에 없는 심사 단계입니다.")
		}
		in.Stage = stage
		if in.Mode == "" {
			in.Mode, in.From, in.Floor = "totals", strconv.Itoa(d.DropFrom), strconv.Itoa(d.TotalFloor)
			if d.DropExtremes {
				in.Drop = "on"
			}
		}
		p := &rubricPreviewPage{Base: Base{Title: "배점표 시험", Lead: d.Title + " · " + program.StageLabel(stage), Wide: true,
			Crumbs: []Crumb{{"공모", "/calls"}, {d.Title, callPath(d.ID)}, {"배점표", callPath(d.ID) + "/rubric?stage=" + stage}}},
			Call: d, Rubric: rubric, Form: Form{Values: in.values()}, Samples: readySamples(d.ID, stage),
			Modes: []Option{{Value: "totals", Label: "위원별 총점만", Hint: "한 줄에 신청 하나: 가람군: 92 88 85 +3"},
				{Value: "criteria", Label: "평가항목마다", Hint: "한 줄에 평가표 하나: 가람군: 18 20 22 9 8 7"}}}
		if in.Text == "" {
			return p, nil
		}
		p.Trials, err = in.try(rubric)
		if fault.KindOf(err) == fault.Invalid {
			p.Form, err = p.Form.With(err), nil
			p.Failed = true
		}
		return p, err
	})
}

// try scores what was typed.
func (f previewForm) try(rubric program.Rubric) ([]review.Trial, error) {
	wrong := fault.Fields{}
	from, err := strconv.Atoi(f.From)
	if err != nil || from < 3 || from > 50 {
		wrong.Add("from", "최고·최저 점수는 3명 이상이 평가할 때부터 뺄 수 있습니다.")
	}
	floor, err := strconv.Atoi(f.Floor)
	if err != nil || floor < 0 {
		wrong.Add("floor", "총점 과락은 0 이상의 정수로 적어 주십시오.")
	}
	if f.Mode != "criteria" {
		rubric.Criteria = []program.Criterion{{ID: 1, Title: "총점", Max: max(rubric.Max(), 100), Weight: 1, TieOrder: 1}}
	}
	samples, err := review.ParseSamples(f.Text, len(rubric.Criteria))
	if err := wrong.Merge("", err); err != nil {
		return nil, err
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return review.Try(rubric, f.Drop != "", from, floor, samples)
}
