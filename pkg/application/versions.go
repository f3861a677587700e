package application

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Which version of a plan is meant, beside the numbers of those handed in.
const (
	DraftNo  = 0  // the draft as it stands
	LatestNo = -1 // what was handed in last; of the earlier version, the one before the later
)

// Version is one side of a comparison.
type Version struct {
	No          int        `json:"no"`           // DraftNo is the draft
	SubmittedAt *time.Time `json:"submitted_at"` // nil for the draft
}

// Label is what people call the version.
func (v Version) Label() string {
	if v.No == DraftNo {
		return "작성 중인 계획서"
	}
	return fmt.Sprintf("제출본 %d", v.No)
}

// Compared is how one version of an application's plan came to be another.
type Compared struct {
	Detail
	From, To   Version
	Comparison Comparison
}

// CompareVersions compares two versions of a plan, the earlier one first. The draft
// is Forbidden to those who may not see drafts; a version that was never handed in
// is NotFound.
func (s *Service) CompareVersions(ctx context.Context, who authz.Actor, id ID, from, to int) (Compared, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Compared, err error) {
		a, err := readable(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if from == DraftNo || to == DraftNo {
			if err := tx.Allow("application:preview", a.Object()); err != nil {
				return out, err
			}
		} // what is chosen below includes the draft only for those who see it
		call, err := program.CallByID(ctx, tx, a.CallID)
		if err != nil {
			return out, fmt.Errorf("read call: %w", err)
		}
		if out.Detail, err = detail(ctx, tx, a, call); err != nil {
			return out, err
		}
		if to == LatestNo {
			if to = len(out.Submissions); to == 1 && from == LatestNo && out.Comparable() {
				from, to = 1, DraftNo
			}
		}
		if from == LatestNo {
			if from = to - 1; to == DraftNo {
				from = len(out.Submissions)
			}
		}
		if from == to {
			return out, fault.New(fault.NotFound, "비교할 제출본이 없습니다.")
		}
		if out.From, err = out.version(from); err != nil {
			return out, err
		}
		if out.To, err = out.version(to); err != nil {
			return out, err
		}
		was, err := PlanAt(ctx, tx, a, from)
		if err != nil {
			return out, fmt.Errorf("read earlier version: %w", err)
		}
		is, err := PlanAt(ctx, tx, a, to)
		if err != nil {
			return out, fmt.Errorf("read later version: %w", err)
		}
		out.Comparison = Compare(was, is)
		return out, nil
	})
}

// version finds a version by its number. Nothing can come before the first one.
func (d Detail) version(no int) (Version, error) {
	if no == DraftNo && d.Previews {
		return Version{}, nil
	}
	for _, s := range d.Submissions {
		if s.No == no {
			return Version{No: no, SubmittedAt: &s.SubmittedAt}, nil
		}
	}
	return Version{}, fault.New(fault.NotFound, "비교할 제출본이 없습니다.")
}

// Comparable tells whether the reader has two versions to compare.
func (d Detail) Comparable() bool {
	return len(d.Submissions) > 1 || len(d.Submissions) == 1 && d.Previews && (d.Open() || d.State == StateSigning)
}
