package selection

import (
	"context"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Scenarios lists what was kept of a call, the newest first.
func (s *Service) Scenarios(ctx context.Context, who authz.Actor, call program.CallID) ([]Scenario, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Scenario, err error) {
		if _, _, err := simulating(ctx, tx, call, "scenario:read"); err != nil {
			return nil, err
		}
		var rows []scenarioRow
		if err := tx.Select(ctx, &rows, sqlScenarios, call); err != nil {
			return nil, err
		}
		for _, r := range rows {
			one, err := r.read()
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		return out, nil
	})
}

// Kept is a scenario with what it comes to today, by the scores it was made for.
type Kept struct {
	Scenario   Scenario   `json:"scenario"`
	Simulation Simulation `json:"simulation"`
}

// Scenario computes a kept scenario again.
func (s *Service) Scenario(ctx context.Context, who authz.Actor, id ScenarioID) (Kept, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Kept, error) {
		return kept(ctx, tx, id)
	})
}

func kept(ctx context.Context, tx *work.Tx, id ScenarioID) (out Kept, err error) {
	if out.Scenario, err = scenario(ctx, tx, id); err != nil {
		return out, err
	}
	c, _, err := simulating(ctx, tx, out.Scenario.CallID, "scenario:read")
	if err != nil {
		return out, err
	}
	out.Simulation, err = simulation(ctx, tx, c, out.Scenario.RankingID, out.Scenario.Parameters)
	return out, err
}

// Comparison is two kept scenarios of a call side by side.
type Comparison struct {
	First  Kept     `json:"first"`
	Second Kept     `json:"second"`
	Rows   []Versus `json:"rows"`
}

// CompareScenarios lays two scenarios of one call side by side; of two calls it is Invalid.
func (s *Service) CompareScenarios(ctx context.Context, who authz.Actor, first, second ScenarioID) (Comparison, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Comparison, err error) {
		if out.First, err = kept(ctx, tx, first); err != nil {
			return out, err
		}
		if out.Second, err = kept(ctx, tx, second); err != nil {
			return out, err
		}
		if out.First.Scenario.CallID != out.Second.Scenario.CallID {
			return out, fault.Fields{"b": "같은 공모의 시뮬레이션 두 개를 골라 주십시오."}.Err()
		}
		out.Rows = versus(out.First.Simulation, out.Second.Simulation)
		return out, nil
	})
}
