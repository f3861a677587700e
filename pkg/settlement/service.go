package settlement

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Service holds the use cases of settlements; each method is one unit of work.
type Service struct{ Work *work.Runner }

// maxText bounds a report or a demand for correction, in characters.
const maxText = 20_000

// Create begins the settlement of an ended award: its rows come from the ledger, its
// due date from the rules. The award moves on to settling.
func (s *Service) Create(ctx context.Context, who authz.Actor, id award.ID) (Settlement, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Settlement, error) {
		a, err := award.Lock(ctx, tx, id)
		if err != nil {
			return Settlement{}, err
		}
		on := a.Object()
		if err := tx.Allow("award:settle", on); err != nil {
			return Settlement{}, err
		}
		if err := tx.Allow("settlement:create", authz.Object{Kind: "settlement", Government: on.Government, Province: on.Province, Program: on.Program}); err != nil {
			return Settlement{}, err
		}
		if _, err := award.Flow.Next(a.State, "settle"); err != nil {
			return Settlement{}, err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return Settlement{}, err
		}
		due, why, err := DueDate(a, rules)
		if err != nil {
			return Settlement{}, err
		}
		var sid ID
		if err := tx.Get(ctx, &sid, sqlInsert, a.ID, a.ProgramID, a.GovernmentID, a.ProvinceID, due, why); err != nil {
			return Settlement{}, fmt.Errorf("insert settlement: %w", err)
		}
		out, err := Get(ctx, tx, sid)
		if err != nil {
			return out, err
		}
		rows, err := saveRows(ctx, tx, out)
		if err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "settlement:create", out.Ref(), nil, recorded{out, rows}); err != nil {
			return out, err
		}
		if _, err := award.Move(ctx, tx, a, "settle"); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "settlement.create", out.Ref(), out)
	})
}

// act is the shape of every verb of a settlement: lock, allow, do.
func (s *Service) act(ctx context.Context, who authz.Actor, id ID, verb string,
	do func(context.Context, *work.Tx, award.Award, Settlement) (Settlement, error)) (Settlement, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Settlement, error) {
		st, a, err := lock(ctx, tx, id)
		if err != nil {
			return st, err
		}
		if err := tx.Allow(Flow.Action(verb), st.Object()); err != nil {
			return st, err
		}
		if verb != "update" {
			if _, err := Flow.Next(st.State, verb); err != nil {
				return st, err
			}
		}
		return do(ctx, tx, a, st)
	})
}

// stillOpen is the Conflict of writing into a settlement that was handed in.
func stillOpen(st Settlement) error {
	if st.State.Open() {
		return nil
	}
	return fault.New(fault.Conflict, fmt.Sprintf("지금 상태(%s)에서는 정산서를 고칠 수 없습니다.", Flow.Label(st.State)))
}

// Write sets the report in words (실적보고) while the settlement is open. A version
// other than the one looked at is a Conflict.
func (s *Service) Write(ctx context.Context, who authz.Actor, id ID, version int, report string) (Settlement, error) {
	return s.act(ctx, who, id, "update", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		if err := stillOpen(st); err != nil {
			return st, err
		}
		if version != st.Version {
			return st, fault.New(fault.Conflict, "그사이 다른 사람이 먼저 고쳤습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		if utf8.RuneCountInString(report) > maxText {
			return st, fault.Fields{"report": "실적보고는 20,000자 이내로 적어 주십시오."}.Err()
		}
		if _, err := saveRows(ctx, tx, st); err != nil {
			return st, err
		}
		after := st
		after.Report = strings.TrimSpace(report)
		return update(ctx, tx, "update", st, after)
	})
}

// Submit hands the settlement in, with its rows computed anew. Late is possible: the
// report is owed all the same (보조금법 §27③).
func (s *Service) Submit(ctx context.Context, who authz.Actor, id ID) (Settlement, error) {
	return s.act(ctx, who, id, "submit", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		if _, err := saveRows(ctx, tx, st); err != nil {
			return st, err
		}
		after, at := st, tx.Now
		after.SubmittedBy, after.SubmittedAt = who.ID, &at
		return move(ctx, tx, st, "submit", after)
	})
}

// Check is the 시·도's look at the settlement of its 시·군·구.
func (s *Service) Check(ctx context.Context, who authz.Actor, id ID) (Settlement, error) {
	return s.act(ctx, who, id, "check", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		if _, err := saveRows(ctx, tx, st); err != nil {
			return st, err
		}
		return move(ctx, tx, st, "check", st)
	})
}

// Correct sends the settlement back with what is to be corrected (보조금법 §29).
func (s *Service) Correct(ctx context.Context, who authz.Actor, id ID, reason string) (Settlement, error) {
	return s.act(ctx, who, id, "correct", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		f := fault.Fields{}
		reason = strings.TrimSpace(reason)
		if reason == "" {
			f.Add("reason", "무엇을 고쳐야 하는지 적어 주십시오.")
		} else if utf8.RuneCountInString(reason) > maxText {
			f.Add("reason", "시정 요구는 20,000자 이내로 적어 주십시오.")
		}
		if err := f.Err(); err != nil {
			return st, err
		}
		after := st
		after.Correction, after.ExaminedBy = reason, 0
		return move(ctx, tx, st, "correct", after)
	})
}

// Examine is the ministry's examination (보조금법 §28①). The settlement of a 시·군·구 must
// have been checked by its 시·도 first (Conflict).
func (s *Service) Examine(ctx context.Context, who authz.Actor, id ID) (Settlement, error) {
	return s.act(ctx, who, id, "examine", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		if st.State == Submitted && st.ProvinceID != 0 {
			return st, fault.New(fault.Conflict, "시·도의 확인을 먼저 받아야 검토할 수 있습니다.")
		}
		if _, err := saveRows(ctx, tx, st); err != nil {
			return st, err
		}
		after := st
		after.ExaminedBy, after.Correction = who.ID, ""
		return move(ctx, tx, st, "examine", after)
	})
}

// Fix fixes the amounts (보조금법 §28). Whoever examined cannot fix (Conflict), and rows
// that no longer equal the ledger are a Conflict: what is fixed is what was examined.
// From then on the account takes repayments only.
func (s *Service) Fix(ctx context.Context, who authz.Actor, id ID) (Settlement, error) {
	return s.act(ctx, who, id, "fix", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		if st.ExaminedBy == who.ID {
			return st, fault.New(fault.Conflict, "정산을 검토한 사람은 금액을 확정할 수 없습니다. 다른 결재자가 확정해야 합니다.")
		}
		stored, err := RowsOf(ctx, tx, st.ID)
		if err != nil {
			return st, err
		}
		now, err := reckon(ctx, tx, st)
		if err != nil {
			return st, err
		}
		if now != stored {
			return st, fault.New(fault.Conflict, "검토한 뒤 장부가 바뀌었습니다. 시정을 요구하여 다시 제출받은 뒤 확정해 주십시오.")
		}
		after, at := st, tx.Now
		after.FixedBy, after.FixedAt = who.ID, &at
		return move(ctx, tx, st, "fix", after)
	})
}

// Close ends the settlement and the award, once what was due is paid to the won.
func (s *Service) Close(ctx context.Context, who authz.Actor, id ID) (Settlement, error) {
	return s.act(ctx, who, id, "close", func(ctx context.Context, tx *work.Tx, a award.Award, st Settlement) (Settlement, error) {
		if err := tx.Allow("award:close", a.Object()); err != nil {
			return st, err
		}
		b, err := ledger.Lock(ctx, tx, st.AccountID)
		if err != nil {
			return st, err
		}
		rows, err := RowsOf(ctx, tx, st.ID)
		if err != nil {
			return st, err
		}
		if owed := Notifiable(rows.Due()).Sub(b.Repaid); !owed.IsZero() {
			return st, fault.New(fault.Conflict, fmt.Sprintf("반납할 금액이 %s원 남아 있어 종결할 수 없습니다.", owed.Total().Comma()))
		}
		if err := ledger.SetPhase(ctx, tx, st.AccountID, ledger.Closed); err != nil {
			return st, err
		}
		if _, err := award.Move(ctx, tx, a, "close"); err != nil {
			return st, err
		}
		return move(ctx, tx, st, "close", st)
	})
}
