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
