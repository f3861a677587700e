package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/work"
)

// Proposal is an automatic assignment before it is made: each cell says why. Nothing of
// it is stored; it is applied by Assign, as proposed or changed by hand.
type Proposal struct {
	Round     Round         `json:"round"`
	Per       int           `json:"per_application"`
	Reviewers []Proposed    `json:"reviewers"`
	Rows      []ProposalRow `json:"rows"`
	Picks     int           `json:"picks"` // how many pairs are proposed
	Spread    int           `json:"spread"`
}

// Proposed is a reviewer with how much they would have.
type Proposed struct {
	Reviewer
	After int `json:"after"`
}

// ProposalRow is one application with a cell per reviewer, in their order.
type ProposalRow struct {
	ID             application.ID `json:"application_id"`
	Number         string         `json:"number"`
	GovernmentName string         `json:"government_name"`
	Title          string         `json:"title"`
	Areas          []string       `json:"areas"`
	Missing        int            `json:"missing"` // reviewers that could not be found
	Gap            string         `json:"gap"`     // why, empty when none is missing
	Cells          []ProposalCell `json:"cells"`
}

// ProposalCell is what would be of one pair.
type ProposalCell struct {
	Pair
	State string `json:"state"` // assigned, barred, proposed or open
	Why   string `json:"why"`
}

// The states of a cell of a proposal.
const (
	CellAssigned = "assigned"
	CellBarred   = "barred"
	CellProposed = "proposed"
	CellOpen     = "open"
)

const sqlBarred = `select application_id, reviewer_id, why from conflicts_by_data($1, $2)`

// barredPairs are the pairs that the facts forbid besides the reviewers' own
// jurisdictions, with the reason.
func barredPairs(ctx context.Context, tx *work.Tx, targets []target, pool []Reviewer) (map[Pair]string, error) {
	apps, people := make([]int64, len(targets)), make([]int64, len(pool))
	for i, t := range targets {
		apps[i] = int64(t.ID)
	}
	for i, r := range pool {
		people[i] = int64(r.ID)
	}
	var rows []struct {
		Application application.ID `db:"application_id"`
		Reviewer    ReviewerID     `db:"reviewer_id"`
		Why         string         `db:"why"`
	}
	if err := tx.Select(ctx, &rows, sqlBarred, pq.Array(apps), pq.Array(people)); err != nil {
		return nil, err
	}
	out := make(map[Pair]string, len(rows))
	for _, r := range rows {
		out[Pair{r.Application, r.Reviewer}] = r.Why
	}
	return out, nil
}

// needs is what Balance is asked for.
func needs(targets []target, barred map[Pair]string, per int) []Target {
	out := make([]Target, len(targets))
	at := make(map[application.ID]*Target, len(targets))
	for i, t := range targets {
		out[i] = Target{Application: t.ID, Of: t.jurisdiction(), Missing: per - t.Counting, Areas: t.Areas}
		for _, r := range t.Asked {
			out[i].Asked = append(out[i].Asked, ReviewerID(r))
		}
		at[t.ID] = &out[i]
	}
	for p := range barred {
		at[p.Application].Barred = append(at[p.Application].Barred, p.Reviewer)
	}
	return out
}

func capacities(pool []Reviewer) []Capacity {
	out := make([]Capacity, len(pool))
	for i, r := range pool {
		out[i] = Capacity{Reviewer: r.ID, Of: r.jurisdiction(), Load: r.Load, Expertise: r.Expertise}
	}
	return out
}

// Proposal works out an assignment of perApplication reviewers, 0 for what the rubric
// says, and shows it with its reasons. It changes nothing.
func (s *Service) Proposal(ctx context.Context, who authz.Actor, id RoundID, perApplication int) (Proposal, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Proposal, err error) {
		if err := tx.Get(ctx, &out.Round, sqlRound, id); err != nil {
			return out, err
		}
		targets, pool, err := bothSides(ctx, tx, out.Round)
		if err != nil {
			return out, err
		}
		if out.Per, err = panelSize(ctx, tx, out.Round, perApplication, len(pool)); err != nil {
			return out, err
		}
		barred, err := barredPairs(ctx, tx, targets, pool)
		if err != nil {
			return out, err
		}
		picks, gaps := Balance(needs(targets, barred, out.Per), capacities(pool))
		out.Picks = len(picks)
		out.explain(targets, pool, barred, picks, gaps)
		return out, nil
	})
}

// explain puts the picks and everything that was not picked into words.
func (p *Proposal) explain(targets []target, pool []Reviewer, barred map[Pair]string, picks []Pick, gaps []Gap) {
	picked, after := make(map[Pair]Pick, len(picks)), make(map[ReviewerID]int, len(pool))
	for _, x := range picks {
		picked[x.Pair] = x
		after[x.Reviewer] = x.Load
	}
	for _, r := range pool {
		if _, changed := after[r.ID]; !changed {
			after[r.ID] = r.Load
		}
		p.Reviewers = append(p.Reviewers, Proposed{r, after[r.ID]})
	}
	if len(p.Reviewers) > 0 {
		byLoad := func(a, b Proposed) int { return a.After - b.After }
		p.Spread = slices.MaxFunc(p.Reviewers, byLoad).After - slices.MinFunc(p.Reviewers, byLoad).After
	}
	for _, t := range targets {
		row := ProposalRow{ID: t.ID, Number: t.Number, GovernmentName: t.Name, Title: t.Title, Areas: t.Areas}
		for _, r := range pool {
			row.Cells = append(row.Cells, cellOf(t, r, barred, picked))
		}
		if i := slices.IndexFunc(gaps, func(g Gap) bool { return g.Application == t.ID }); i >= 0 {
			row.Missing, row.Gap = gaps[i].Missing, row.whyShort(gaps[i].Missing)
		}
		p.Rows = append(p.Rows, row)
	}
}

func cellOf(t target, r Reviewer, barred map[Pair]string, picked map[Pair]Pick) ProposalCell {
	pair := Pair{t.ID, r.ID}
	cell := ProposalCell{Pair: pair, State: CellOpen}
	switch pick, yes := picked[pair]; {
	case slices.Contains(t.Asked, int64(r.ID)):
		cell.State, cell.Why = CellAssigned, "이미 배정"
	case r.jurisdiction().Overlaps(t.jurisdiction()):
		cell.State, cell.Why = CellBarred, "관할 지역"
	case barred[pair] != "":
		cell.State, cell.Why = CellBarred, barred[pair]
	case yes:
		cell.State, cell.Why = CellProposed, fmt.Sprintf("부하 %d건", pick.Load)
		if pick.Field != "" {
			cell.Why += ", 전문 분야: " + pick.Field
		}
	}
	return cell
}

// whyShort counts what keeps the pool from an application.
func (r ProposalRow) whyShort(missing int) string {
	counts := map[string]int{}
	var order []string
	for _, c := range r.Cells {
		word := "이미 배정"
		switch c.State {
		case CellProposed:
			continue
		case CellBarred:
			word, _, _ = strings.Cut(c.Why, ":")
		}
		if counts[word] == 0 {
			order = append(order, word)
		}
		counts[word]++
	}
	parts := make([]string, len(order))
	for i, word := range order {
		parts[i] = fmt.Sprintf("%s %d명", word, counts[word])
	}
	return fmt.Sprintf("%d명을 채우지 못했습니다(%s).", missing, strings.Join(parts, ", "))
}
