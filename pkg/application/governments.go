package application

import (
	"context"

	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const sqlGovernments = `
	select distinct government_id from applications
	 where call_id = $1 and receipt_no is not null and state <> 'withdrawn' order by government_id`

// Governments are those that handed in an application to a call and did not take it
// back, for announcements to all of them.
func Governments(ctx context.Context, tx *work.Tx, call program.CallID) (out []organization.ID, err error) {
	err = tx.Select(ctx, &out, sqlGovernments, call)
	return out, err
}

const sqlConcerned = `
	select distinct g.id from applications a
	 cross join lateral (values (a.government_id), (a.province_id)) as g (id)
	 where a.call_id = $1 and a.state in ('draft', 'returned', 'endorsing') and g.id is not null order by g.id`

// Concerned are the governments whom a deadline of a call still binds: those that
// write an application in it, and the 시·도 above them.
func Concerned(ctx context.Context, tx *work.Tx, call program.CallID) (out []organization.ID, err error) {
	err = tx.Select(ctx, &out, sqlConcerned, call)
	return out, err
}
