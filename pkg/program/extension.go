package program

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// Extension moves a deadline later, for one government or for all. The 시·도 endorses
// and corrections are handed in after the submission: where a later submission
// would overtake those instants, they move in the same act.
type Extension struct {
	Kind         string          `json:"kind"`
	GovernmentID organization.ID `json:"government_id"` // 0 for all
	At           time.Time       `json:"at"`
	EndorseAt    time.Time       `json:"endorse_at,omitzero"` // with Kind submit: the 시·도's later instant; zero stays
	CorrectAt    time.Time       `json:"correct_at,omitzero"` // with Kind submit: the end of corrections; zero stays
	Reason       string          `json:"reason"`
}

// later is one deadline of an extension.
type later struct {
	field, kind string
	at          time.Time
}

// all are the deadlines that the extension moves, the one it is about first.
func (in *Extension) all() []later {
	out := []later{{"at", in.Kind, in.At}}
	for _, also := range []later{{"endorse_at", Endorse, in.EndorseAt}, {"correct_at", Correct, in.CorrectAt}} {
		if !also.at.IsZero() {
			out = append(out, also)
		}
	}
	return out
}

// extended is what is announced of an extension: to whom it matters and until when.
type extended struct {
	Call
	Kind           string          `json:"kind"`
	Until          time.Time       `json:"until"`
	Reason         string          `json:"reason"`
	GovernmentID   organization.ID `json:"government_id,omitempty"`
	GovernmentName string          `json:"government_name,omitempty"`
	ProvinceID     organization.ID `json:"province_id,omitempty"`
}

// Extend moves a deadline later by a new row with its reason; what was announced
// stays readable. A closed call takes applications again when its submission
// deadline is extended. A call under review has only its correction deadline left.
// A submission deadline beyond the 시·도's or the correction's is Invalid unless those
// move with it.
func (s *Service) Extend(ctx context.Context, who authz.Actor, id CallID, in Extension) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Call, error) {
		c, err := lockFor(ctx, tx, id, "extend")
		if err != nil {
			return c, err
		}
		if err := mayExtend(c, in.Kind); err != nil {
			return c, err
		}
		gov, err := in.check(ctx, tx, c)
		if err != nil {
			return c, err
		}
		rows := in.all()
		var set []int64
		err = tx.Select(ctx, &set, sqlExtend, id, in.GovernmentID, column(rows, func(l later) string { return l.kind }),
			instants(rows), in.Reason, tx.Now)
		if err != nil {
			return c, fmt.Errorf("extend deadline: %w", err)
		}
		if err := in.record(ctx, tx, c); err != nil {
			return c, err
		}
		after, err := CallByID(ctx, tx, id)
		if err != nil {
			return c, err
		}
		return after, tx.Emit(ctx, "call.extend", work.Ref{Kind: "deadline", ID: set[0], Version: 1}, extended{
			Call: after, Kind: in.Kind, Until: in.At, Reason: in.Reason, GovernmentID: gov.ID, GovernmentName: gov.FullName(), ProvinceID: gov.Parent})
	})
}

// instants are the new deadlines as a parameter.
func instants(rows []later) any {
	at := make([]string, len(rows))
	for i, l := range rows {
		at[i] = l.at.Format(time.RFC3339Nano)
	}
	return pq.Array(at)
}

// record leaves the trail: a call that opens again changes; any other stays as it
// is, so that it gets an event without a version.
func (in *Extension) record(ctx context.Context, tx *work.Tx, c Call) error {
	if c.State == StateClosed && in.Kind == Submit {
		_, err := moveCall(ctx, tx, c, "extend", in.Reason)
		return err
	}
	return tx.Record(ctx, "call:extend", work.Ref{Kind: "call", ID: int64(c.ID)}, nil, in)
}

// check names every mistake at once and finds the government it is for, none for all.
func (in *Extension) check(ctx context.Context, tx *work.Tx, c Call) (gov organization.Organization, err error) {
	f := fault.Fields{}
	if DeadlineLabel(in.Kind) == in.Kind {
		f.Add("kind", "늘릴 기한을 골라 주세요.")
	}
	words(f, "reason", &in.Reason, maxText, "기한을 늘리는 사유를 적어 주세요. 공고 화면에 함께 보입니다.")
	if in.GovernmentID != 0 {
		gov, err = organization.Get(ctx, tx, in.GovernmentID)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			f.Add("government_id", "지자체를 골라 주세요.")
		case err != nil:
			return gov, err
		case !c.Invites(gov.Kind):
			f.Add("government_id", "이 공모에 신청할 수 있는 지자체를 골라 주세요.")
		}
	}
	was, err := inForce(ctx, tx, c.ID, in.GovernmentID)
	if err != nil {
		return gov, err
	}
	for _, l := range in.all() {
		l.check(f, was[l.kind], tx.Now)
	}
	in.checkOrder(f, was, endorsed(c, gov))
	return gov, f.Err()
}

// endorsed tells whether the 시·도's instant matters to those whom an extension is for.
func endorsed(c Call, gov organization.Organization) bool {
	if gov.ID != 0 {
		return gov.Kind == organization.Sigungu
	}
	return c.Invites(organization.Sigungu)
}

func (l later) check(f fault.Fields, was, now time.Time) {
	switch {
	case l.at.IsZero():
		f.Add(l.field, "새 기한을 적어 주세요.")
	case !l.at.After(now):
		f.Add(l.field, "새 기한은 지금보다 뒤여야 합니다.")
	case !was.IsZero() && !l.at.After(was):
		f.Add(l.field, "기한은 늘릴 수만 있습니다. 지금 기한 "+calendar.FormatInstant(was)+"보다 뒤로 적어 주세요.")
	}
}

// checkOrder keeps submission ≤ endorsement and submission ≤ correction, as announced.
func (in *Extension) checkOrder(f fault.Fields, was map[string]time.Time, endorsed bool) {
	for _, also := range []struct {
		later
		binds bool
	}{{later{"endorse_at", Endorse, in.EndorseAt}, endorsed}, {later{"correct_at", Correct, in.CorrectAt}, true}} {
		name := DeadlineLabel(also.kind)
		switch {
		case in.Kind != Submit:
			if !also.at.IsZero() {
				f.Add(also.field, name+" 기한은 신청서 제출 기한을 늘릴 때만 함께 늘릴 수 있습니다.")
			}
		case !also.at.IsZero():
			if also.at.Before(in.At) {
				f.Add(also.field, name+" 기한은 새 제출 기한과 같거나 그보다 뒤여야 합니다.")
			}
		case also.binds && in.At.After(was[also.kind]):
			f.Add(also.field, "새 제출 기한이 "+name+" 기한("+calendar.FormatInstant(was[also.kind])+")보다 늦습니다. 이 기한도 함께 늘려 주세요.")
		}
	}
}

// inForce are the deadlines by kind for one government, or for all with 0; a call
// that was not announced has none.
func inForce(ctx context.Context, tx *work.Tx, id CallID, government organization.ID) (map[string]time.Time, error) {
	var rows []struct {
		Kind string    `db:"kind"`
		At   time.Time `db:"at"`
	}
	if err := tx.Select(ctx, &rows, sqlInForce, id, government); err != nil {
		return nil, fmt.Errorf("read deadlines in force: %w", err)
	}
	out := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		out[r.Kind] = r.At
	}
	return out, nil
}
