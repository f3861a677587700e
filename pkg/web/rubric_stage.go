package web

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
)

func stageRows(d program.CallDetail, current string) []stageRow {
	values := url.Values{}
	for _, r := range d.Rubrics {
		text, _ := percentage(r.WeightBps).MarshalText()
		values.Set("stages."+r.Stage, string(text))
	}
	f := Form{Values: values}
	var out []stageRow
	for _, stage := range program.StageCodes() {
		_, on := program.OfStage(d.Rubrics, stage)
		out = append(out, stageRow{stage, program.StageLabel(stage), on, stage == current, f.Field("stages."+stage, program.StageLabel(stage)+" 비중")})
	}
	return out
}

// stagesForm is the share of each stage; one left empty is not part of the call.
type stagesForm struct {
	ID     program.CallID `param:"id"`
	Stages struct {
		Paper        *percentage `form:"paper"`
		Site         *percentage `form:"site"`
		Presentation *percentage `form:"presentation"`
		Reason       string      `form:"reason"`
	} `form:"stages"`
}

func (s *Server) saveStages(c echo.Context) error {
	var in stagesForm
	return post(s, c, command[[]program.Rubric]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) ([]program.Rubric, error) {
			var stages []program.StageInput
			for stage, share := range map[string]*percentage{program.Paper: in.Stages.Paper, program.Site: in.Stages.Site, program.Presentation: in.Stages.Presentation} {
				if share != nil {
					stages = append(stages, program.StageInput{Stage: stage, WeightBps: int(*share)})
				}
			}
			out, err := s.Programs.SetStages(ctx, who, in.ID, stages, in.Stages.Reason)
			return out, renamed(err, oneField("reason", "stages.reason"))
		},
		To:   func([]program.Rubric) string { return callPath(in.ID) + "/rubric" },
		Done: "심사 단계를 저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "call/rubric", func(ctx context.Context, who authz.Actor) (*rubricPage, error) {
				p, err := s.rubricBuilder(ctx, who, in.ID, program.Paper, nil, "")
				if err != nil {
					return nil, err
				}
				p.Failed, p.Shares = true, f
				for i, row := range p.Stages {
					p.Stages[i].Weight = f.Field("stages."+row.Stage, row.Label+" 비중")
				}
				return p, nil
			})
		},
	})
}
