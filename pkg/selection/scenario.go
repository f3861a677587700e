package selection

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// ScenarioID identifies a saved simulation.
type ScenarioID int64

// Scenario is a simulation somebody kept, with the version of the ranking it is
// computed from. It stays as it was saved.
type Scenario struct {
	ID         ScenarioID       `db:"id" json:"id"`
	CallID     program.CallID   `db:"call_id" json:"call_id"`
	ProgramID  program.ID       `db:"program_id" json:"program_id"`
	RankingID  review.RankingID `db:"ranking_id" json:"ranking_id"`
	RankingNo  int              `db:"ranking_no" json:"ranking_no"`
	Name       string           `db:"name" json:"name"`
	Note       string           `db:"note" json:"note"`
	Parameters Parameters       `db:"-" json:"parameters"`
	MadeBy     string           `db:"made_by" json:"made_by"`
	MadeAt     time.Time        `db:"made_at" json:"made_at"`
	Version    int              `db:"version" json:"version"`
}

// Ref names the scenario.
func (s Scenario) Ref() work.Ref {
	return work.Ref{Kind: "scenario", ID: int64(s.ID), Version: s.Version}
}

// Path is its address in the API.
func (s Scenario) Path() string { return fmt.Sprintf("/api/v1/scenarios/%d", s.ID) }

const (
	sqlFacts = `
		select a.id, a.number, a.government_name, a.title, a.sido_id, o.name as sido
		  from applications a join organizations o on o.id = a.sido_id
		 where a.id = any($1)`
	sqlScenarioColumns = `
		select s.id, s.call_id, s.program_id, s.ranking_id, k.no as ranking_no, s.name, s.note, s.parameters, p.name as made_by, s.made_at, s.version
		  from scenarios s join rankings k on k.id = s.ranking_id join people p on p.id = s.made_by
		 where `
	sqlScenario       = sqlScenarioColumns + `s.id = $1`
	sqlScenarios      = sqlScenarioColumns + `s.call_id = $1 order by s.id desc`
	sqlInsertScenario = `
		insert into scenarios (call_id, program_id, ranking_id, name, note, parameters, made_at)
		values ($1, $2, $3, $4, $5, $6, $7) returning id`
)

// simulating reads the call and asks for permission. Before the lock of the review
// there is nothing to find, for anybody.
func simulating(ctx context.Context, tx *work.Tx, id program.CallID, action string) (program.Call, review.Ranking, error) {
	call, err := program.CallByID(ctx, tx, id)
	if err != nil {
		return call, review.Ranking{}, err
	}
	if err := tx.Allow(action, authz.Object{Kind: "scenario", ID: int64(id), Program: int64(call.ProgramID)}); err != nil {
		return call, review.Ranking{}, err
	}
	ranking, _, err := review.LatestRanking(ctx, tx, id)
	return call, ranking, err
}

// Simulate ranks a locked call by other conditions beside the official ranking. It
// changes nothing. Conditions that cannot be computed with are Invalid.
func (s *Service) Simulate(ctx context.Context, who authz.Actor, call program.CallID, p Parameters) (Simulation, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Simulation, err error) {
		c, ranking, err := simulating(ctx, tx, call, "scenario:read")
		if err != nil {
			return out, err
		}
		return simulation(ctx, tx, c, ranking.ID, p)
	})
}

func simulation(ctx context.Context, tx *work.Tx, c program.Call, ranking review.RankingID, p Parameters) (out Simulation, err error) {
	kept, err := review.RankingByID(ctx, tx, ranking)
	if err != nil {
		return out, err
	}
	b := basis{inputs: kept.Inputs, rows: kept.Rows}
	if b.facts, err = factsOf(ctx, tx, kept.Rows); err != nil {
		return out, err
	}
	if b.budget, err = budgetOf(ctx, tx, c); err != nil {
		return out, err
	}
	if out, err = b.simulate(p); err != nil {
		return out, err
	}
	out.CallID, out.CallNumber, out.CallTitle, out.ProgramID = c.ID, c.Number, c.Title, c.ProgramID
	out.RankingNo, out.ranking = kept.Ranking.No, kept.Ranking.ID
	out.Can = map[string]bool{
		"save":   tx.Can("scenario:create", authz.Object{Kind: "scenario", ID: int64(c.ID), Program: int64(c.ProgramID)}),
		"decide": out.ByTheRule() && c.State == program.StateReviewing && tx.Can("selection:create", authz.Object{Kind: "selection", Program: int64(c.ProgramID)}),
	}
	return out, nil
}

func factsOf(ctx context.Context, tx *work.Tx, rows []review.RankingRow) (map[application.ID]Facts, error) {
	ids := make([]application.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ApplicationID
	}
	var list []Facts
	if err := tx.Select(ctx, &list, sqlFacts, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("read applications: %w", err)
	}
	requested, err := application.SubmissionTotals(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[application.ID]Facts, len(list))
	for _, f := range list {
		f.Requested = requested[f.ApplicationID]
		out[f.ApplicationID] = f
	}
	return out, nil
}

// SaveScenario keeps the conditions of a simulation under a name of their own.
func (s *Service) SaveScenario(ctx context.Context, who authz.Actor, call program.CallID, name, note string, p Parameters) (Scenario, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Scenario, err error) {
		c, ranking, err := simulating(ctx, tx, call, "scenario:create")
		if err != nil {
			return out, err
		}
		name, note = strings.TrimSpace(name), strings.TrimSpace(note)
		f := fault.Fields{}
		if n := utf8.RuneCountInString(name); n == 0 || n > 100 {
			f.Add("name", "시뮬레이션의 이름을 100자 안으로 적어 주십시오.")
		}
		if utf8.RuneCountInString(note) > maxReason {
			f.Add("note", "메모는 1,000자 안으로 적어 주십시오.")
		}
		kept, err := review.RankingByID(ctx, tx, ranking.ID)
		if err != nil {
			return out, err
		}
		if err := f.Merge("", p.check(kept.Inputs)); err != nil {
			return out, err
		}
		if err := f.Err(); err != nil {
			return out, err
		}
		text, err := json.Marshal(p)
		if err != nil {
			return out, fmt.Errorf("encode parameters: %w", err)
		}
		var id ScenarioID
		if err := tx.Get(ctx, &id, sqlInsertScenario, c.ID, c.ProgramID, ranking.ID, name, note, string(text), tx.Now); err != nil {
			return out, err
		}
		if out, err = scenario(ctx, tx, id); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "scenario:create", out.Ref(), nil, out)
	})
}

// scenarioRow is a scenario as the database keeps it.
type scenarioRow struct {
	Scenario
	Text []byte `db:"parameters"`
}

func (r scenarioRow) read() (Scenario, error) {
	if err := json.Unmarshal(r.Text, &r.Parameters); err != nil {
		return r.Scenario, fmt.Errorf("read parameters: %w", err)
	}
	return r.Scenario, nil
}

func scenario(ctx context.Context, tx *work.Tx, id ScenarioID) (Scenario, error) {
	var row scenarioRow
	if err := tx.Get(ctx, &row, sqlScenario, id); err != nil {
		return row.Scenario, err
	}
	return row.read()
}
