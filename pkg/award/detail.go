package award

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Detail is an award with everything its page shows.
type Detail struct {
	Award      Award            `json:"award"`
	Balances   ledger.Balances  `json:"balances"`
	Lines      []LineBalance    `json:"lines"`
	Tranches   []TrancheDetail  `json:"tranches"`
	Conditions []string         `json:"conditions"`
	Secured    []ledger.Posting `json:"secured"`
	May        []string         `json:"may"`      // verbs the viewer may do now
	Warnings   []string         `json:"warnings"` // what a rule advises against
}

// LineBalance is a budget line with what was spent of it.
type LineBalance struct {
	Line
	Spent money.BySource `json:"spent"`
	Left  money.Amount   `json:"left"` // all sources together
}

// TrancheDetail is a tranche with what the viewer may do with it now.
type TrancheDetail struct {
	Tranche
	May []string `json:"may"`
}

// Can tells whether the viewer may do a verb now.
func (d Detail) Can(verb string) bool { return slices.Contains(d.May, verb) }

// Can tells whether the viewer may do a verb now.
func (t TrancheDetail) Can(verb string) bool { return slices.Contains(t.May, verb) }

// Show reads an award for its page; NotFound when it may not be read.
func (s *Service) Show(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Detail, error) {
		a, err := Get(ctx, tx, id)
		if err != nil {
			return Detail{}, err
		}
		if err := tx.Allow("award:read", a.Object()); err != nil {
			return Detail{}, err
		}
		return detail(ctx, tx, a)
	})
}

func detail(ctx context.Context, tx *work.Tx, a Award) (Detail, error) {
	d := Detail{Award: a, May: verbsOf(tx, a), Warnings: []string{}}
	var err error
	if d.Lines, d.Balances, err = LineBalances(ctx, tx, a); err != nil {
		return d, err
	}
	if d.Conditions, err = Conditions(ctx, tx, a.ID); err != nil {
		return d, err
	}
	all, err := Tranches(ctx, tx, a.ID)
	if err != nil {
		return d, err
	}
	for _, t := range all {
		d.Tranches = append(d.Tranches, TrancheDetail{Tranche: t, May: trancheVerbs(tx, a, t)})
	}
	if d.Secured, err = securedOf(ctx, tx, a); err != nil {
		return d, err
	}
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return d, err
	}
	d.Warnings, err = instalments(a, all, rules, calendar.Today(tx.Now))
	return d, err
}

// LineBalances reads the budget in force with what was spent of each line, and the
// balances of the award.
func LineBalances(ctx context.Context, tx *work.Tx, a Award) ([]LineBalance, ledger.Balances, error) {
	rows, err := Lines(ctx, tx, a.ID)
	if err != nil {
		return nil, ledger.Balances{}, err
	}
	accounts := []ledger.AccountID{a.AccountID}
	for _, l := range rows {
		accounts = append(accounts, l.AccountID)
	}
	balances, err := ledger.BalancesOf(ctx, tx, accounts...)
	if err != nil {
		return nil, ledger.Balances{}, err
	}
	out := make([]LineBalance, len(rows))
	for i, l := range rows {
		spent := balances[l.AccountID].Spent
		out[i] = LineBalance{Line: l, Spent: spent, Left: l.Amounts.Total().Sub(spent.Total())}
	}
	return out, balances[a.AccountID], nil
}

// securedOf are the latest postings of what the holder put in, reversals included.
func securedOf(ctx context.Context, tx *work.Tx, a Award) ([]ledger.Posting, error) {
	rows, err := ledger.Postings(ctx, tx, []ledger.AccountID{a.AccountID}, []ledger.Kind{ledger.Secure}, page.Request{Size: page.MaxSize})
	return rows.Items, err
}

// verbsOf are the verbs the actor may do on the award now, in the order of Flow.
func verbsOf(tx *work.Tx, a Award) []string {
	verbs := []string{}
	for _, verb := range []string{"examine", "grant", "start", "suspend", "resume", "end", "cancel", "settle"} {
		if !Flow.Can(a.State, verb) || !tx.Can(Flow.Action(verb), a.Object()) {
			continue
		}
		if verb == "grant" && a.ExaminedBy == tx.Actor.ID {
			continue
		}
		verbs = append(verbs, verb)
	}
	if a.Receiving() {
		if tx.Can("award:secure", a.Object()) && !a.Held(a.Amounts).IsZero() {
			verbs = append(verbs, "secure")
		}
		if tx.Can("tranche:create", a.Object()) {
			verbs = append(verbs, "request")
		}
	}
	if a.Spending() && tx.Can("expenditure:create", a.Object()) {
		verbs = append(verbs, "spend")
	}
	return verbs
}

// trancheVerbs are the verbs the actor may do on the tranche now.
func trancheVerbs(tx *work.Tx, a Award, t Tranche) []string {
	verbs := []string{}
	for _, e := range []struct {
		verb    string
		on      authz.Object
		blocked bool
	}{
		{"draft", t.AtPayer(), !a.Receiving() || !t.PaidBy(tx.Actor)},
		{"confirm", t.AtPayer(), !a.Receiving() || !t.PaidBy(tx.Actor) || t.MadeBy == tx.Actor.ID},
		{"undo", t.AtPayer(), !t.PaidBy(tx.Actor)},
		{"withdraw", t.Object(), false},
		{"receive", t.Object(), false},
	} {
		if !e.blocked && TrancheFlow.Can(t.State, e.verb) && tx.Can(TrancheFlow.Action(e.verb), e.on) {
			verbs = append(verbs, e.verb)
		}
	}
	return verbs
}

// instalments warns when a source is asked for at once: it should come in at least
// as many tranches as the rule says, the second after an interim check.
func instalments(a Award, tranches []Tranche, rules rule.Set, today calendar.Date) ([]string, error) {
	on := today
	if !a.GrantedOn.IsZero() {
		on = a.GrantedOn
	}
	least, r, err := rules.Int(rule.DisbursementInstalments, on)
	if err != nil {
		return nil, err
	}
	warnings := []string{}
	if !a.Receiving() {
		return warnings, nil
	}
	for _, s := range []money.Source{money.National, money.Sido} {
		n := int64(0)
		for _, t := range tranches {
			if t.live() && t.Amounts.At(s).Sign() > 0 {
				n++
			}
		}
		if n > 0 && n < least && a.Unrequested(tranches, s).IsZero() {
			warnings = append(warnings, fmt.Sprintf("%s 금액은 %d회 이상 나누어 교부하는 것이 원칙입니다. 지금은 %d회로 모두 교부합니다. (%s)",
				s.Label(), least, n, strings.TrimSpace(r.Source)))
		}
	}
	return warnings, nil
}

// ShowTranche reads one tranche with its award; NotFound when it may not be read.
func (s *Service) ShowTranche(ctx context.Context, who authz.Actor, id TrancheID) (TrancheDetail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (TrancheDetail, error) {
		var t Tranche
		if err := tx.Get(ctx, &t, sqlTrancheGet, id); err != nil {
			return TrancheDetail{}, fmt.Errorf("read tranche: %w", err)
		}
		if err := tx.Allow("tranche:read", t.Object()); err != nil {
			return TrancheDetail{}, err
		}
		a, err := Get(ctx, tx, t.AwardID)
		if err != nil {
			return TrancheDetail{}, err
		}
		return TrancheDetail{Tranche: t, May: trancheVerbs(tx, a, t)}, nil
	})
}

// Payers are the kinds of payer that send money for this award.
func (a Award) Payers() []string {
	if a.ProvinceID != 0 && !a.Amounts.Sido.IsZero() {
		return []string{organization.Ministry, organization.Sido}
	}
	return []string{organization.Ministry}
}
