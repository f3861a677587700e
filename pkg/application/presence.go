package application

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// presentFor is how long somebody counts as having a part open after the last sign.
const presentFor = 2 * time.Minute

const (
	sqlSee = `
		insert into plan_presence (application_id, part, person_id, seen_at) values ($1, $2, app_actor(), $3)
		on conflict (application_id, part, person_id) do update set seen_at = excluded.seen_at`
	sqlPresent = `
		select v.part, n.name from plan_presence v join people n on n.id = v.person_id
		 where v.application_id = $1 and v.person_id <> app_actor() and v.seen_at > $2
		 order by v.part, n.name`
)

func see(ctx context.Context, tx *work.Tx, id ID, part string) error {
	return tx.Exec(ctx, sqlSee, id, part, tx.Now)
}

// present names who else has parts of a plan open now.
func present(ctx context.Context, tx *work.Tx, id ID) (map[string][]string, error) {
	var rows []struct {
		Part string `db:"part"`
		Name string `db:"name"`
	}
	if err := tx.Select(ctx, &rows, sqlPresent, id, tx.Now.Add(-presentFor)); err != nil {
		return nil, fmt.Errorf("read who is there: %w", err)
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Part] = append(out[r.Part], r.Name)
	}
	return out, nil
}

// Open notes that the actor has a part open and answers with the part as it stands,
// so that an open page hears of others' saves. Only who may write is noted.
func (s *Service) Open(ctx context.Context, who authz.Actor, id ID, part string) (Part, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Part, error) {
		_, r, err := writable(ctx, tx, id)
		if err != nil {
			return Part{}, err
		}
		if !r.has(part) {
			return Part{}, fault.New(fault.NotFound, "이 계획서에 없는 항목입니다.")
		}
		if err := see(ctx, tx, id, part); err != nil {
			return Part{}, err
		}
		known, err := progressOf(ctx, tx, id)
		if err != nil {
			return Part{}, err
		}
		v := known.saved[part]
		out := Part{Name: part, Version: v.Version, SavedBy: v.SavedBy, UpdatedBy: v.UpdatedBy, Others: known.others[part]}
		if v.Version > 0 {
			out.UpdatedAt = &v.UpdatedAt
		}
		return out, nil
	})
}
