package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/audit"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/identity"
	"eoul/pkg/organization"
	"eoul/pkg/outbox"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const sqlInsert = `
	insert into notices (person_id, message_id, title, link, at)
	select person, $2, $3, $4, $5 from unnest($1::bigint[]) as p (person)
	on conflict (person_id, message_id) do nothing`

// Handle is the outbox handler: one notice for everybody the message concerns.
func (s *Service) Handle(ctx context.Context, m outbox.Message) error {
	_, err := work.Draft(ctx, s.Work, authz.System("알림"), func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("notice:create", authz.Object{Kind: "notice"}); err != nil {
			return none, err
		}
		about, err := subjectOf(ctx, tx, m)
		if err != nil {
			return none, err
		}
		t, ok := topicOf(m.Topic, about)
		if !ok {
			return none, nil
		}
		people, err := recipients(ctx, tx, t.to, about)
		if err != nil || len(people) == 0 {
			return none, err
		}
		_, err = tx.ExecAll(ctx, sqlInsert, pq.Array(people), m.ID, t.title(about), t.link(about), tx.Now)
		return none, err
	})
	if err != nil {
		return fmt.Errorf("notices of %s %s: %w", m.Topic, m.Object, err)
	}
	return nil
}

// subjectOf reads what the message says of its record. A message about a round says
// its id only; the trail knows the rest.
func subjectOf(ctx context.Context, tx *work.Tx, m outbox.Message) (about subject, err error) {
	payload := bytes.TrimSpace(m.Payload)
	if bytes.HasPrefix(payload, []byte("{")) {
		if err := json.Unmarshal(payload, &about); err != nil || m.Topic != documentInfected {
			return about, err
		}
		return filed(ctx, tx, about)
	}
	var id int64
	if err := json.Unmarshal(payload, &id); err != nil {
		return about, nil //nolint:nilerr // a message in another form concerns nobody
	}
	kind, ok := roundTopics[m.Topic]
	if !ok {
		return about, nil
	}
	e, err := audit.Latest(ctx, tx, kind, id)
	if err != nil {
		return about, err
	}
	return about, json.Unmarshal(e.After, &about)
}

// roundTopics are the messages whose payload is the id of a record of this kind.
var roundTopics = map[string]string{
	"round.assigned": "round", "round.discuss_requested": "round", "round.discussing": "round",
	"round.lock_requested": "round", "round.locked": "round",
}

// recipients are the people concerned, each once.
func recipients(ctx context.Context, tx *work.Tx, to []concerned, about subject) ([]authz.PersonID, error) {
	seen := map[authz.PersonID]bool{}
	var out []authz.PersonID
	for _, c := range to { // at most five
		people, err := holdersOf(ctx, tx, c, about)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", c.role, err)
		}
		for _, p := range people {
			if !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// holdersAt are the holders of a role at governments that have to do with a call.
func holdersAt(ctx context.Context, tx *work.Tx, role string, about subject,
	of func(context.Context, *work.Tx, program.CallID) ([]organization.ID, error)) ([]authz.PersonID, error) {
	governments, err := of(ctx, tx, program.CallID(about.ID))
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(governments))
	for i, g := range governments {
		ids[i] = int64(g)
	}
	return identity.HoldersAt(ctx, tx, []string{role}, ids, false)
}

func holdersOf(ctx context.Context, tx *work.Tx, c concerned, about subject) ([]authz.PersonID, error) {
	switch c.at {
	case named:
		return about.People, nil
	case own:
		return identity.Holders(ctx, tx, c.role, about.GovernmentID, 0)
	case above:
		return identity.Holders(ctx, tx, c.role, about.ProvinceID, 0)
	case payer:
		return identity.Holders(ctx, tx, c.role, about.PayerID, 0)
	case programme:
		return identity.Holders(ctx, tx, c.role, 0, about.ProgramID)
	case applicants:
		return holdersAt(ctx, tx, c.role, about, application.Governments)
	case writers:
		return holdersAt(ctx, tx, c.role, about, application.Concerned)
	case everywhere:
		return identity.HoldersAt(ctx, tx, []string{c.role}, nil, true)
	}
	return nil, fault.New(fault.Internal, "알 수 없는 대상입니다.")
}
