package selection

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// maxObjection bounds reason and answer, in characters; maxObjectionFiles the files.
const (
	maxObjection      = 5000
	maxObjectionFiles = 10
)

func said(f fault.Fields, name string, text *string, msg string) {
	*text = strings.TrimSpace(*text)
	if n := utf8.RuneCountInString(*text); n == 0 || n > maxObjection {
		f.Add(name, msg)
	}
}

// File objects to the result a letter told, within the period the letter names by the
// clock of the database. files are of the same government. A second objection to one
// letter is a Conflict, and so is one that is late.
func (s *Service) File(ctx context.Context, who authz.Actor, letter LetterID, reason string, files []document.ID) (Objection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Objection, err error) {
		var l issuedRow
		if err := tx.Get(ctx, &l, sqlLetter, letter); err != nil {
			return out, err
		}
		if !tx.Can("letter:read", l.Object()) {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		if err := tx.Allow(ObjectionFlow.Action("create"), objectionOf(l.Letter).Object()); err != nil {
			return out, err
		}
		f := fault.Fields{}
		said(f, "reason", &reason, "이의신청의 취지와 이유를 5,000자 안으로 적어 주십시오.")
		if len(files) > maxObjectionFiles {
			f.Add("files", fmt.Sprintf("파일은 %d개까지 낼 수 있습니다.", maxObjectionFiles))
		}
		if err := f.Err(); err != nil {
			return out, err
		}
		if tx.Now.After(l.ObjectionUntil) {
			return out, fault.New(fault.Conflict, "이의신청 기한("+calendar.FormatInstant(l.ObjectionUntil)+")이 지났습니다.")
		}
		if err := ownFiles(ctx, tx, l.Letter, files); err != nil {
			return out, err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return out, err
		}
		due, _, err := rules.Deadline(calendar.Today(tx.Now), rule.SelectionObjectionReply)
		if err != nil {
			return out, err
		}
		var id ObjectionID
		if err := tx.Get(ctx, &id, sqlInsertObjection, letter, l.CallID, l.ProgramID, l.ApplicationID, l.GovernmentID, l.ProvinceID, reason, tx.Now, due); err != nil {
			return out, err
		}
		if _, err := tx.ExecAll(ctx, sqlInsertObjectionFiles, id, pq.Array(files)); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlObjection, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, ObjectionFlow.Action("create"), out.Ref(), nil, out); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "objection.create", out.Ref(), out)
	})
}

func ownFiles(ctx context.Context, tx *work.Tx, l Letter, files []document.ID) error {
	known, err := document.ByIDs(ctx, tx, files)
	if err != nil {
		return err
	}
	for _, id := range files {
		if d, ok := known[id]; !ok || int64(d.Government) != l.GovernmentID {
			return fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
	}
	return nil
}

// WithdrawObjection takes an unanswered objection back.
func (s *Service) WithdrawObjection(ctx context.Context, who authz.Actor, id ObjectionID, version int) (Objection, error) {
	return s.move(ctx, who, id, version, "withdraw", func(context.Context, *work.Tx, *Objection) error { return nil })
}

// Dismiss answers an objection that is not justified.
func (s *Service) Dismiss(ctx context.Context, who authz.Actor, id ObjectionID, version int, answer string) (Objection, error) {
	return s.move(ctx, who, id, version, "dismiss", func(_ context.Context, tx *work.Tx, o *Objection) error {
		return answered(tx, o, answer, fault.Fields{})
	})
}

// answered notes who answers what; f may hold other mistakes of the same form.
func answered(tx *work.Tx, o *Objection, answer string, f fault.Fields) error {
	said(f, "answer", &answer, "답변을 5,000자 안으로 적어 주십시오.")
	at, by := tx.Now, tx.Actor.ID
	o.Answer, o.AnsweredAt, o.AnsweredBy = answer, &at, &by
	return f.Err()
}

// Uphold answers an objection that is justified; it counts when a second person
// confirms. in is what has to be corrected, with the evidence for it, or nothing when the
// ranking stays. That a score was written wrongly is referred to the chair first.
func (s *Service) Uphold(ctx context.Context, who authz.Actor, id ObjectionID, version int, answer string, in review.CorrectionInput) (Objection, error) {
	verb := "uphold"
	if in.Kind == review.CorrectScore {
		verb = "refer"
	}
	return s.move(ctx, who, id, version, verb, func(ctx context.Context, tx *work.Tx, o *Objection) error {
		of, err := review.CorrectableOf(ctx, tx, o.CallID, o.ApplicationID)
		if err != nil {
			return err
		}
		f := fault.Fields{}
		o.Correction, o.Refusal = in.Check(of, f), ""
		return answered(tx, o, answer, f)
	})
}

const sqlHears = `select discusses($1, $2, $3)`

// Attest is the chair's word that the points of a sheet were written wrongly. Of an
// application of their own jurisdiction, or with a conflict, it is Forbidden.
func (s *Service) Attest(ctx context.Context, who authz.Actor, id ObjectionID, version int) (Objection, error) {
	return s.move(ctx, who, id, version, "attest", func(ctx context.Context, tx *work.Tx, o *Objection) error {
		hears, err := s.hears(ctx, tx, *o)
		if err != nil {
			return err
		}
		if !hears {
			return fault.New(fault.Forbidden, "점수 오기는 이 신청과 이해관계가 없는 위원장만 확인할 수 있습니다.")
		}
		if *o.AnsweredBy == tx.Actor.ID {
			return fault.New(fault.Forbidden, "답변을 작성한 사람과 다른 사람이 점수 오기를 확인해야 합니다.")
		}
		at, by := tx.Now, tx.Actor.ID
		o.AttestedAt, o.AttestedBy = &at, &by
		return nil
	})
}

func (s *Service) hears(ctx context.Context, tx *work.Tx, o Objection) (hears bool, err error) {
	return hears, tx.Get(ctx, &hears, sqlHears, o.ApplicationID, o.ProgramID, tx.Actor.ID)
}

// Deny is the chair's word that the points are what the reviewer meant; the answer goes
// back to be written anew, with the reason.
func (s *Service) Deny(ctx context.Context, who authz.Actor, id ObjectionID, version int, refusal string) (Objection, error) {
	return s.move(ctx, who, id, version, "deny", func(_ context.Context, _ *work.Tx, o *Objection) error {
		return o.sentBack(refusal)
	})
}

// sentBack takes the answer and its correction back, with the reason.
func (o *Objection) sentBack(refusal string) error {
	f := fault.Fields{}
	said(f, "refusal", &refusal, "돌려보내는 까닭을 적어 주십시오.")
	o.Refusal, o.AnsweredAt, o.AnsweredBy, o.AttestedAt, o.AttestedBy, o.Correction = refusal, nil, nil, nil, nil, review.Correction{}
	return f.Err()
}

// ConfirmObjection is the second person's word that an objection is upheld. What it
// corrects changes the ranking by a new version that names it as its cause; the
// selection may then be supplemented.
func (s *Service) ConfirmObjection(ctx context.Context, who authz.Actor, id ObjectionID, version int) (Objection, error) {
	return s.move(ctx, who, id, version, "confirm", func(ctx context.Context, tx *work.Tx, o *Objection) error {
		if *o.AnsweredBy == tx.Actor.ID {
			return fault.New(fault.Forbidden, "답변을 작성한 사람과 다른 사람이 인용을 확정해야 합니다.")
		}
		if o.AttestedBy != nil && *o.AttestedBy == tx.Actor.ID {
			return fault.New(fault.Forbidden, "점수 오기를 확인한 사람과 다른 사람이 인용을 확정해야 합니다.")
		}
		at, by := tx.Now, tx.Actor.ID
		o.DecidedAt, o.DecidedBy = &at, &by
		return nil
	})
}

// correct makes the new version of the ranking once an objection is upheld; the call
// is locked first, so that two corrections follow each other.
func correct(ctx context.Context, tx *work.Tx, o *Objection) error {
	if _, err := program.LockCall(ctx, tx, o.CallID); err != nil {
		return err
	}
	cause := fmt.Sprintf("이의신청 인용(%s, %s): %s", o.GovernmentName, o.LetterNumber, review.CorrectionLabel(o.Correction.Kind))
	ranking, err := review.Correct(ctx, tx, o.corrected(cause), o.Correction)
	o.RankingID = &ranking.ID
	return err
}

// RefuseObjection sends an answer back to be written anew, with the reason.
func (s *Service) RefuseObjection(ctx context.Context, who authz.Actor, id ObjectionID, version int, refusal string) (Objection, error) {
	return s.move(ctx, who, id, version, "refuse", func(_ context.Context, _ *work.Tx, o *Objection) error {
		return o.sentBack(refusal)
	})
}

// move is what all verbs share: lock, allow, the version that was looked at, the state,
// then change, trail and announcement.
func (s *Service) move(ctx context.Context, who authz.Actor, id ObjectionID, version int, verb string, change func(context.Context, *work.Tx, *Objection) error) (Objection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Objection, err error) {
		var before Objection
		if err := tx.Get(ctx, &before, sqlLockObjection, id); err != nil {
			return out, err
		}
		if err := tx.Allow(ObjectionFlow.Action(verb), before.Object()); err != nil {
			return out, err
		}
		next, err := ObjectionFlow.Next(before.State, verb)
		if err != nil {
			return out, err
		}
		if before.Version != version {
			return out, fault.New(fault.Conflict, "그사이 이의신청의 상태가 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		after := before
		if err := change(ctx, tx, &after); err != nil {
			return out, err
		}
		after.State = next
		if err := after.store(ctx, tx); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlObjection, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, ObjectionFlow.Action(verb), out.Ref(), before, out); err != nil {
			return out, err
		}
		if next == Upheld && out.Correction.Kind != "" {
			if out, err = s.traced(ctx, tx, out); err != nil {
				return out, err
			}
		}
		return out, tx.Emit(ctx, "objection."+verb, out.Ref(), out)
	})
}

func (o Objection) store(ctx context.Context, tx *work.Tx) error {
	c := o.Correction
	return tx.Exec(ctx, sqlMoveObjection, o.ID, o.State, o.Answer, o.AnsweredBy, o.AnsweredAt, o.AttestedBy, o.AttestedAt, o.DecidedBy, o.DecidedAt, o.Refusal, o.RankingID,
		c.Kind, c.BonusItemID, c.ReviewerID, c.Conflict, c.SheetID, c.CriterionID, c.Before, c.After, c.Evidence)
}

// traced corrects the ranking and ties the version it caused to the objection.
func (s *Service) traced(ctx context.Context, tx *work.Tx, before Objection) (out Objection, err error) {
	after := before
	if err := correct(ctx, tx, &after); err != nil {
		return before, err
	}
	if err := after.store(ctx, tx); err != nil {
		return before, err
	}
	if err := tx.Get(ctx, &out, sqlObjection, before.ID); err != nil {
		return before, err
	}
	return out, tx.Record(ctx, ObjectionFlow.Action("confirm"), out.Ref(), before, out)
}

// answerLate tells whether the period to answer is over.
func (o Objection) answerLate(now time.Time) bool {
	return o.pending() && calendar.Today(now).After(o.AnswerDue)
}
