package award

import (
	"context"
	"fmt"
	"slices"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// TrancheID identifies a tranche.
type TrancheID int64

// Tranche is one transfer to the recipient from one payer (decisions 4): the ministry
// pays 국비, the 시·도 pays 시도비 to its 시·군·구.
type Tranche struct {
	ID             TrancheID       `db:"id" json:"id"`
	AwardID        ID              `db:"award_id" json:"award_id"`
	AwardNumber    string          `db:"award_number" json:"award_number"`
	AwardTitle     string          `db:"award_title" json:"award_title"`
	ProgramID      program.ID      `db:"program_id" json:"program_id"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"`
	ProvinceID     organization.ID `db:"province_id" json:"province_id,omitempty"`
	GovernmentName string          `db:"government_name" json:"government_name"`
	PayerID        organization.ID `db:"payer_id" json:"payer_id"`
	PayerKind      string          `db:"payer_kind" json:"payer_kind"` // ministry or sido
	PayerName      string          `db:"payer_name" json:"payer_name"`
	No             int             `db:"no" json:"no"`
	Amounts        money.BySource  `db:"amounts" json:"amounts"`
	Condition      string          `db:"condition" json:"condition"`
	State          TrancheState    `db:"state" json:"state"`
	MadeBy         authz.PersonID  `db:"made_by" json:"made_by,omitempty"`
	ConfirmedBy    authz.PersonID  `db:"confirmed_by" json:"confirmed_by,omitempty"`
	SentOn         calendar.Date   `db:"sent_on" json:"sent_on"`
	ReceivedOn     calendar.Date   `db:"received_on" json:"received_on"`
	Version        int             `db:"version" json:"version"`
}

// Object is what the rules of permission look at for reading, requesting and receiving.
func (t Tranche) Object() authz.Object {
	return authz.Object{Kind: "tranche", ID: int64(t.ID), Government: int64(t.GovernmentID), Province: int64(t.ProvinceID), Program: int64(t.ProgramID)}
}

// AtPayer is the tranche as its payer's matter: the ministry's by the programme, the
// 시·도's by the province, so that neither drafts or confirms the other's money.
func (t Tranche) AtPayer() authz.Object {
	on := t.Object()
	if t.PayerKind == organization.Ministry {
		on.Government, on.Province = 0, 0
	} else {
		on.Government, on.Program = 0, 0
	}
	return on
}

// PaidBy tells whether somebody may be of the payer at all: a role for everything is
// the ministry's and does not reach into the purse of a 시·도.
func (t Tranche) PaidBy(who authz.Actor) bool {
	return t.PayerKind == organization.Ministry ||
		slices.ContainsFunc(who.Grants, func(g authz.Grant) bool { return g.Government == int64(t.PayerID) })
}

// Ref names the tranche at its version.
func (t Tranche) Ref() work.Ref {
	return work.Ref{Kind: "tranche", ID: int64(t.ID), Version: t.Version}
}

// Source is the one source this tranche moves.
func (t Tranche) Source() money.Source {
	if t.PayerKind == organization.Ministry {
		return money.National
	}
	return money.Sido
}

// Amount is the money of the tranche.
func (t Tranche) Amount() money.Amount { return t.Amounts.At(t.Source()) }

// live tells whether the tranche still counts against the grant.
func (t Tranche) live() bool { return t.State != Withdrawn }

const (
	sqlTranche = `
		select t.id, t.award_id, w.number as award_number, w.title as award_title, t.program_id, w.government_id, coalesce(w.province_id, 0) as province_id,
		       concat_ws(' ', p.name, g.name) as government_name, t.payer_id, t.payer_kind, o.name as payer_name, t.no,
		       t.national "amounts.national", t.sido "amounts.sido", t.sigungu "amounts.sigungu", t.own "amounts.own",
		       t.condition, t.state, coalesce(t.made_by, 0) as made_by, coalesce(t.confirmed_by, 0) as confirmed_by, t.sent_on, t.received_on, t.version
		  from tranches t
		  join awards w on w.id = t.award_id
		  join organizations g on g.id = w.government_id
		  join organizations o on o.id = t.payer_id
		  left join organizations p on p.id = w.province_id
		 where `
	sqlTrancheGet    = sqlTranche + `t.id = $1`
	sqlTranchesOf    = sqlTranche + `t.award_id = $1 order by t.no`
	sqlInsertTranche = `
		insert into tranches (award_id, program_id, payer_id, payer_kind, no, national, sido, condition, state)
		select $1, $2, $3, $4, coalesce(max(no), 0) + 1, $5, $6, $7, 'requested' from tranches where award_id = $1
		returning id`
	sqlUpdateTranche = `
		update tranches set state = $2, made_by = nullif($3::bigint, 0), confirmed_by = nullif($4::bigint, 0), sent_on = $5, received_on = $6
		 where id = $1 and version = $7`
)

// Tranches are the tranches of an award in their order, withdrawn ones included.
func Tranches(ctx context.Context, tx *work.Tx, id ID) ([]Tranche, error) {
	var rows []Tranche
	if err := tx.Select(ctx, &rows, sqlTranchesOf, id); err != nil {
		return nil, fmt.Errorf("read tranches: %w", err)
	}
	return rows, nil
}

// lockTranche locks the award first, as every act on its money does, and then reads
// the tranche as it stands: who holds the award holds its tranches.
func lockTranche(ctx context.Context, tx *work.Tx, id TrancheID) (t Tranche, a Award, err error) {
	if err = tx.Get(ctx, &t, sqlTrancheGet, id); err != nil {
		return t, a, fmt.Errorf("read tranche: %w", err)
	}
	if a, err = Lock(ctx, tx, t.AwardID); err != nil {
		return t, a, err
	}
	if err = tx.Get(ctx, &t, sqlTrancheGet, id); err != nil {
		return t, a, fmt.Errorf("read tranche: %w", err)
	}
	return t, a, nil
}

// moveTranche takes a tranche along one edge of TrancheFlow, records and announces it.
func moveTranche(ctx context.Context, tx *work.Tx, before Tranche, verb string, after Tranche) (Tranche, error) {
	next, err := TrancheFlow.Next(before.State, verb)
	if err != nil {
		return before, err
	}
	after.State = next
	err = tx.Exec(ctx, sqlUpdateTranche, after.ID, after.State, after.MadeBy, after.ConfirmedBy, after.SentOn, after.ReceivedOn, before.Version)
	if err != nil {
		return before, fmt.Errorf("%s tranche: %w", verb, err)
	}
	after.Version++
	if err := tx.Record(ctx, TrancheFlow.Action(verb), after.Ref(), before, after); err != nil {
		return before, err
	}
	return after, tx.Emit(ctx, "tranche."+verb, after.Ref(), after)
}
