package application

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/fault"
	"eoul/pkg/work"
)

const sqlMoveAll = `
	update applications a set state = $3
	  from unnest($1::bigint[], $2::int[]) as n (id, version)
	 where a.id = n.id and a.version = n.version`

// MoveAll is Move for many applications at once, all or none, in as many
// statements as for one. They may stand in different states as long as the verb
// leads all of them to the same one.
func MoveAll(ctx context.Context, tx *work.Tx, apps []Application, verb string) ([]Application, error) {
	if len(apps) == 0 {
		return nil, nil
	}
	n := len(apps)
	out, events := make([]Application, n), make([]work.Event, n)
	ids, versions := make([]int64, n), make([]int64, n)
	for i, a := range apps {
		next, err := Flow.Next(a.State, verb)
		if err != nil {
			return nil, err
		}
		out[i] = a
		out[i].State, out[i].Version = next, a.Version+1
		if next != out[0].State {
			return nil, fault.New(fault.Conflict, "상태가 서로 다른 신청을 한꺼번에 처리할 수 없습니다.")
		}
		events[i] = work.Event{Ref: out[i].Ref(), Before: a, After: out[i]}
		ids[i], versions[i] = int64(a.ID), int64(a.Version)
	}
	moved, err := tx.ExecAll(ctx, sqlMoveAll, pq.Array(ids), pq.Array(versions), out[0].State)
	if err != nil {
		return nil, fmt.Errorf("move applications: %w", err)
	}
	if moved != int64(n) {
		return nil, fault.New(fault.Conflict, "그사이 다른 사람이 신청의 상태를 바꾸었습니다. 화면을 새로 열어 확인해 주십시오.")
	}
	if err := tx.RecordAll(ctx, Flow.Action(verb), events); err != nil {
		return nil, err
	}
	return out, tx.EmitAll(ctx, Flow.Name+"."+verb, events)
}
