package selection

import (
	"slices"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/review"
)

// Parameters are the conditions of a simulation; the zero value, apart from Reserves,
// is the rule of the call. They decide nothing: a selection is made of the official
// ranking and the appropriation alone.
type Parameters struct {
	Limits   ledger.Limits `json:"limits"`    // to select from, per source; nil as the appropriation leaves it
	Cut      Cut           `json:"cut"`       // empty: by budget, as in the call
	CutRank  int           `json:"cut_rank"`  // the last rank that is selected
	CutScore review.Points `json:"cut_score"` // the least total that is selected
	NoBonus  bool          `json:"no_bonus"`
	Drop     string        `json:"drop"`     // highest and lowest left out: on, off, or empty as in the call
	Percent  map[int64]int `json:"percent"`  // of a criterion's points, by its id; 100 when missing
	PerSido  int           `json:"per_sido"` // most selected of one 시·도, 0 for no bound
	Reserves int           `json:"reserves"`
}

// The bounds of what may be typed.
const (
	maxPercent = 1000
	maxCount   = 1000
)

// check names every parameter that cannot be computed with.
func (p Parameters) check(in review.Inputs) error {
	f := fault.Fields{}
	for _, s := range money.Sources() {
		if l := p.Limits.At(s); l != nil && l.Sign() < 0 {
			f.Add("limits."+s.Code(), "예산은 0원 이상으로 적어 주십시오.")
		}
	}
	switch p.Cut {
	case "", CutBudget:
	case CutRank:
		if p.CutRank < 1 || p.CutRank > maxCount {
			f.Add("cut_rank", "몇 순위까지 선정할지 1부터 1,000까지 적어 주십시오.")
		}
	case CutScore:
		if p.CutScore <= 0 {
			f.Add("cut_score", "몇 점부터 선정할지 0보다 큰 점수를 적어 주십시오.")
		}
	default:
		f.Add("cut", "선정하는 기준을 골라 주십시오.")
	}
	if !slices.Contains([]string{"", "on", "off"}, p.Drop) {
		f.Add("drop", "최고점과 최저점을 어떻게 할지 골라 주십시오.")
	}
	for id, percent := range p.Percent {
		known := slices.ContainsFunc(in.Criteria, func(c review.InputCriterion) bool { return c.ID == id })
		if !known || percent < 0 || percent > maxPercent {
			f.Add("percent", "가중치는 이 공모의 평가항목마다 0%부터 1,000%까지 적어 주십시오.")
		}
	}
	if p.PerSido < 0 || p.PerSido > maxCount {
		f.Add("per_sido", "시·도별 상한은 0부터 1,000까지 적어 주십시오. 0은 상한이 없다는 뜻입니다.")
	}
	if p.Reserves < 0 || p.Reserves > maxCount {
		f.Add("reserves", "예비 건수는 0부터 1,000까지 적어 주십시오.")
	}
	return f.Err()
}

// Switch is one condition in which a simulation differs from the call.
type Switch struct {
	Label   string `json:"label"`
	ranking bool   // it changes ranks, not only where the line is
	alone   Parameters
}

// switches are what differs from the call, each also alone, so that a change can be
// told from the others.
func (p Parameters) switches(in review.Inputs) (out []Switch) {
	if p.NoBonus {
		out = append(out, Switch{"가점·감점 제외", true, Parameters{NoBonus: true}})
	}
	if p.Drop == "on" && !in.DropExtremes {
		out = append(out, Switch{"최고·최저점 제외", true, Parameters{Drop: p.Drop}})
	}
	if p.Drop == "off" && in.DropExtremes {
		out = append(out, Switch{"최고·최저점 포함", true, Parameters{Drop: p.Drop}})
	}
	for _, percent := range p.Percent {
		if percent != 100 {
			out = append(out, Switch{"평가항목 가중치", true, Parameters{Percent: p.Percent}})
			break
		}
	}
	if p.Limits != (ledger.Limits{}) {
		out = append(out, Switch{"예산", false, Parameters{Limits: p.Limits}})
	}
	if p.Cut != "" && p.Cut != CutBudget {
		out = append(out, Switch{"선정하는 선", false, Parameters{Cut: p.Cut, CutRank: p.CutRank, CutScore: p.CutScore}})
	}
	if p.PerSido > 0 {
		out = append(out, Switch{"시·도별 상한", false, Parameters{PerSido: p.PerSido}})
	}
	for i := range out {
		out[i].alone.Reserves = p.Reserves
	}
	return out
}

// variation is the part of the parameters that changes ranks.
func (p Parameters) variation() review.Variation {
	v := review.Variation{NoBonus: p.NoBonus, Percent: p.Percent}
	if p.Drop != "" {
		drop := p.Drop == "on"
		v.Drop = &drop
	}
	return v
}

// budget is what may be selected from: what is typed for a source counts instead of
// what the appropriation leaves.
func (p Parameters) budget(official Budget) Budget {
	typed := p.Limits
	at := func(s money.Source) *money.Amount {
		if l := typed.At(s); l != nil {
			sum := l.Add(official.Committed.At(s))
			return &sum
		}
		return official.Limits.At(s)
	}
	return Budget{Committed: official.Committed,
		Limits: ledger.Limits{National: at(money.National), Sido: at(money.Sido), Sigungu: at(money.Sigungu), Own: at(money.Own)}}
}

func (p Parameters) line(official Budget) line {
	l := line{budget: p.budget(official), cut: p.Cut, rank: p.CutRank, score: p.CutScore, perSido: p.PerSido}
	if l.cut == "" {
		l.cut = CutBudget
	}
	return l
}

// Standing is where an application stands under one rule.
type Standing struct {
	Rank        *int           `json:"rank"` // nil below a floor
	Total       review.Points  `json:"total"`
	FloorBroken string         `json:"floor_broken"`
	Outcome     Outcome        `json:"outcome"`
	Amounts     money.BySource `json:"amounts"`
}

// basis is what every simulation of a call starts from.
type basis struct {
	inputs review.Inputs
	rows   []review.RankingRow // official
	facts  map[application.ID]Facts
	budget Budget
}

// outcome ranks by the parameters and draws the line.
func (b basis) outcome(p Parameters) (map[application.ID]Standing, []Row, error) {
	ranked, err := b.inputs.Vary(p.variation())
	if err != nil {
		return nil, nil, err
	}
	list := make([]Candidate, len(ranked))
	for i, r := range ranked {
		list[i] = candidate(r, b.facts[r.ApplicationID].Requested)
		list[i].Sido = b.facts[r.ApplicationID].SidoID
	}
	rows := p.line(b.budget).draw(list, p.Reserves)
	out := make(map[application.ID]Standing, len(rows))
	for i, r := range rows {
		out[r.ApplicationID] = Standing{Rank: ranked[i].Rank, Total: ranked[i].Total, FloorBroken: ranked[i].FloorBroken, Outcome: r.Outcome, Amounts: r.Amounts}
	}
	return out, rows, nil
}
