package screening

import (
	"context"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// lock reads a screening and holds it.
func lock(ctx context.Context, tx *work.Tx, id ID) (Screening, error) {
	var locked ID
	if err := tx.Get(ctx, &locked, sqlLock, id); err != nil {
		return Screening{}, err
	}
	return read(ctx, tx, sqlByID, id)
}

func stale() error {
	return fault.New(fault.Conflict, "그사이 다른 사람이 먼저 고쳤습니다. 화면을 새로 열어 확인해 주십시오.")
}

// Respond is the applicant's answer to the notice, once and within its time.
func (s *Service) Respond(ctx context.Context, who authz.Actor, id ID, version int, answer string) (Screening, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Screening, error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if err := tx.Allow(Flow.Action("answer"), before.Object()); err != nil {
			return before, err
		}
		next, err := Flow.Next(before.State, "answer")
		switch {
		case err != nil:
			return before, err
		case before.Version != version:
			return before, stale()
		case tx.Now.After(*before.AnswerUntil):
			return before, fault.New(fault.Conflict, "소명 기한("+calendar.FormatInstant(*before.AnswerUntil)+")이 지났습니다.")
		}
		f := fault.Fields{}
		words(f, "answer", &answer, "소명할 내용을 적어 주십시오.")
		if err := f.Err(); err != nil {
			return before, err
		}
		if err := tx.Exec(ctx, sqlAnswer, id, version, next, answer, who.ID, tx.Now); err != nil {
			return before, err
		}
		return s.moved(ctx, tx, "answer", before)
	})
}

// Overturn finds for the applicant: the application is eligible after all. Who decides
// is somebody else than who sent the notice.
func (s *Service) Overturn(ctx context.Context, who authz.Actor, id ID, version int, decision string) (Screening, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Screening, error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if err := tx.Allow(Flow.Action("overturn"), before.Object()); err != nil {
			return before, err
		}
		if before.Version != version {
			return before, stale()
		}
		if err := decide(ctx, tx, before, "overturn", &decision); err != nil {
			return before, err
		}
		return s.moved(ctx, tx, "overturn", before)
	})
}

// Disqualify ends a received application as ineligible: the decision after the notice
// and the answer, or after the time to answer, by somebody else than who sent the
// notice. version is that of the application. Without a notice it is a Conflict.
func (s *Service) Disqualify(ctx context.Context, who authz.Actor, id application.ID, version int, reason string) (application.Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (app application.Application, err error) {
		if app, err = application.LockFor(ctx, tx, id, version, "disqualify"); err != nil {
			return app, err
		}
		before, err := read(ctx, tx, sqlByApplication, id)
		if err != nil {
			return app, err
		}
		if before.AnswerUntil == nil {
			f := fault.Fields{}
			if words(f, "reason", &reason, "사유를 적어 주십시오."); f.Err() != nil {
				return app, f.Err()
			}
			return app, fault.New(fault.Conflict, "부적격을 먼저 통지하고 소명할 기회를 주어야 합니다. 자격 심사 화면에서 통지해 주십시오.")
		}
		if before, err = lock(ctx, tx, before.ID); err != nil {
			return app, err
		}
		if before.State == Noticed && !tx.Now.After(*before.AnswerUntil) {
			return app, fault.New(fault.Conflict, "소명 기한("+calendar.FormatInstant(*before.AnswerUntil)+")이 남아 있습니다.")
		}
		if err := decide(ctx, tx, before, "uphold", &reason); err != nil {
			return app, err
		}
		if _, err := s.moved(ctx, tx, "uphold", before); err != nil {
			return app, err
		}
		return application.Disqualify(ctx, tx, app, reason)
	})
}

// decide writes the second person's decision on a locked screening.
func decide(ctx context.Context, tx *work.Tx, before Screening, verb string, decision *string) error {
	next, err := Flow.Next(before.State, verb)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	words(f, "reason", decision, "결정의 까닭을 적어 주십시오. 신청한 지자체가 그대로 읽습니다.")
	if err := f.Err(); err != nil {
		return err
	}
	if before.ScreenedBy != nil && *before.ScreenedBy == tx.Actor.ID {
		return fault.New(fault.Forbidden, "부적격을 통지한 사람과 다른 사람이 결정해야 합니다.")
	}
	return tx.Exec(ctx, sqlDecide, before.ID, before.Version, next, *decision, tx.Actor.ID, tx.Now)
}
