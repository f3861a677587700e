package application

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Signoff is one act of 결재: somebody asked for the signature (sign), gave it
// (approve), refused it (reject) or took the request back (recall).
type Signoff struct {
	Act     string         `db:"act" json:"act"`
	AskedBy authz.PersonID `db:"asked_by" json:"-"`
	ActedBy string         `db:"acted_by" json:"acted_by"` // the name
	Draft   int            `db:"draft_version" json:"draft_version"`
	Reason  string         `db:"reason" json:"reason"`
	At      time.Time      `db:"at" json:"at"`
}

// ActLabel is the act in Korean.
func (s Signoff) ActLabel() string {
	return map[string]string{"sign": "결재 올림", "approve": "결재", "reject": "반려", "recall": "회수"}[s.Act]
}

const (
	sqlSignoffs = `
		select s.act, s.asked_by, p.name as acted_by, s.draft_version, s.reason, s.at
		  from signoffs s join people p on p.id = s.acted_by
		 where s.application_id = $1 order by s.id desc`
	sqlInsertSignoff = `
		insert into signoffs (application_id, act, draft_version, asked_by, reason, at)
		select $1, $2, $3, case $2 when 'sign' then app_actor()
		       else (select asked_by from signoffs where application_id = $1 and act = 'sign' order by id desc limit 1) end, $4, $5`
)

// Sign asks for the signature of a complete plan in a call that wants one. From then
// on the plan is closed until it is signed, refused or taken back. What time it is
// counts when it is signed, not now.
func (s *Service) Sign(ctx context.Context, who authz.Actor, id ID, version, draft int) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := locked(ctx, tx, id, version, "sign")
		if err != nil {
			return a, err
		}
		_, r, err := ready(ctx, tx, a, draft)
		if err != nil {
			return a, err
		}
		if !r.Call.NeedsSignoff {
			return a, fault.New(fault.Conflict, "이 공모는 결재 없이 바로 제출합니다.")
		}
		if err := signoff(ctx, tx, a, "sign", ""); err != nil {
			return a, err
		}
		return Move(ctx, tx, a, "sign")
	})
}

// Approve is the signature: the plan is handed in by it, as Submit does elsewhere,
// before the deadline by the database's clock. Who asked for it, and who wrote a
// part, is refused.
func (s *Service) Approve(ctx context.Context, who authz.Actor, id ID, version, draft int) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := locked(ctx, tx, id, version, "approve")
		if err != nil {
			return a, err
		}
		plan, _, err := ready(ctx, tx, a, draft)
		if err != nil {
			return a, err
		}
		if err := signoff(ctx, tx, a, "approve", ""); err != nil {
			return a, err
		}
		return handIn(ctx, tx, a, plan, "approve")
	})
}

// Reject refuses the signature with a reason; the plan goes back to its writer.
func (s *Service) Reject(ctx context.Context, who authz.Actor, id ID, version int, reason string) (Application, error) {
	return s.reopen(ctx, who, id, version, "reject", reason)
}

// Recall takes the request for a signature back, so that the plan can be written again.
func (s *Service) Recall(ctx context.Context, who authz.Actor, id ID, version int) (Application, error) {
	return s.reopen(ctx, who, id, version, "recall", "")
}

func (s *Service) reopen(ctx context.Context, who authz.Actor, id ID, version int, verb, reason string) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := locked(ctx, tx, id, version, verb)
		if err != nil {
			return a, err
		}
		f := fault.Fields{}
		words(f, "reason", &reason, maxLong, verb == "reject")
		if err := f.Err(); err != nil {
			return a, err
		}
		if err := signoff(ctx, tx, a, verb, reason); err != nil {
			return a, err
		}
		out := a
		if out.State = StateDraft; a.HandedIn() {
			out.State = StateReturned
		}
		return store(ctx, tx, verb, a, out)
	})
}

func signoff(ctx context.Context, tx *work.Tx, a Application, act, reason string) error {
	if err := tx.Exec(ctx, sqlInsertSignoff, a.ID, act, a.DraftVersion, reason, tx.Now); err != nil {
		return fmt.Errorf("insert signoff: %w", err)
	}
	return nil
}

// signing adds what a call that wants a signature changes for the actor: it is signed
// for instead of being submitted, by somebody else than who asked.
func (d *Detail) signing(ctx context.Context, tx *work.Tx) error {
	if !d.Call.NeedsSignoff {
		d.Can["sign"] = false
		return nil
	}
	d.Can["submit"] = false
	if err := tx.Select(ctx, &d.Signoffs, sqlSignoffs, d.ID); err != nil {
		return fmt.Errorf("read signoffs: %w", err)
	}
	if len(d.Signoffs) > 0 && d.Signoffs[0].AskedBy == tx.Actor.ID {
		d.Can["approve"], d.Can["reject"] = false, false
	}
	return nil
}

const sqlOpenItems = `
	select part, count(*) as n from comments
	 where application_id = $1 and kind = 'return' and resolved_at is null group by part`

// openItems counts, by part, the items of a 보완 요청 that are not dealt with yet.
func openItems(ctx context.Context, tx *work.Tx, a Application) (map[string]int, error) {
	if a.ReturnedBy == "" {
		return nil, nil
	}
	var rows []struct {
		Part string `db:"part"`
		N    int    `db:"n"`
	}
	if err := tx.Select(ctx, &rows, sqlOpenItems, a.ID); err != nil {
		return nil, fmt.Errorf("count items of the return: %w", err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Part] = r.N
	}
	return out, nil
}
