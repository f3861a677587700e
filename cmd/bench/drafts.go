package main

import (
	"context"
	"fmt"
	"time"
)

// The call that drafts are handed in to ($1), and its drafts: for each government of
// the large dataset ($2) one plan with the 40 lines it had before. Written in sets as
// the owner, past the triggers that work row by row.
const (
	ownerTriggersOff = `
		select set_config('app.actor', '-1', true);
		alter table calls disable trigger user; alter table applications disable trigger user`
	ownerCall = `
		insert into calls (number, program_id, appropriation_id, fiscal_year, title, state, announced_at, opens_at, closes_at, endorse_until, correct_until,
		       project_from, project_to, cap, applicants, code_set, needs_deliberation, national_bps)
		select $1, program_id, appropriation_id, fiscal_year, '제출 측정 공모', 'open', app_now() - interval '2 days', app_now() - interval '1 day', app_now() + interval '30 days',
		       app_now() + interval '40 days', app_now() + interval '50 days', project_from, project_to, cap, applicants, code_set, false, national_bps
		  from calls where number = $2`
	ownerReceipts = `insert into call_receipts (call_id) select id from calls where number = $1`
	ownerDeadline = `insert into deadlines (call_id, kind, at, reason) select id, 'submit', closes_at, '공고' from calls where number = $1`
	ownerDrafts   = `
		insert into applications (number, call_id, program_id, fiscal_year, government_id, government_name, province_id, title, state, created_at)
		select c.number || '-' || a.id, c.id, c.program_id, c.fiscal_year, a.government_id, a.government_name, a.province_id, '', 'draft', app_now()
		  from calls c, applications a join calls s on s.id = a.call_id
		 where c.number = $1 and s.number = $2`
	ownerPlans = `
		insert into plans (application_id, title, updated_at)
		select a.id, '측정 사업', app_now() from applications a join calls c on c.id = a.call_id where c.number = $1`
	ownerLines = `
		insert into budget_lines (application_id, position, code_set, code, description, unit_price, quantity, times, national, sido, sigungu, own)
		select d.id, l.position, l.code_set, l.code, l.description, l.unit_price, l.quantity, l.times, l.national, l.sido, l.sigungu, l.own
		  from applications d join calls c on c.id = d.call_id
		  join applications a on a.government_id = d.government_id
		  join calls s on s.id = a.call_id and s.number = $2
		  join budget_lines l on l.application_id = a.id
		 where c.number = $1`
	ownerActivities = `
		insert into activities (application_id, position, title, starts_on, ends_on)
		select a.id, 1, '세부사업', c.project_from, c.project_to from applications a join calls c on c.id = a.call_id where c.number = $1`
	ownerIndicators = `
		insert into indicators (application_id, position, name, target)
		select a.id, 1, '참여 기업', '30' from applications a join calls c on c.id = a.call_id where c.number = $1`
	ownerTrail = `
		insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
		select app_now(), -1, '시스템: 측정', 'system', k.kind || ':create', k.kind, k.id, k.version, jsonb_build_object('state', k.state) from tracked_states k
		on conflict do nothing`
	ownerTriggersOn = `
		set constraints all immediate;
		alter table calls enable trigger user; alter table applications enable trigger user;
		analyze`
)

// drafts makes a new call with drafts and gives its number.
func (l *lab) drafts(ctx context.Context, scale string) (call string, err error) {
	call = fmt.Sprintf("규모-제출-%d", time.Now().Unix())
	return call, l.sets(ctx, []set{
		{ownerTriggersOff, nil}, {ownerCall, []any{call, scale}}, {ownerReceipts, []any{call}}, {ownerDeadline, []any{call}}, {ownerDrafts, []any{call, scale}},
		{ownerPlans, []any{call}}, {ownerLines, []any{call, scale}}, {ownerActivities, []any{call}}, {ownerIndicators, []any{call}}, {ownerTrail, nil}, {ownerTriggersOn, nil},
	})
}

// set is a statement that the owner runs.
type set struct {
	text string
	args []any
}

// sets runs statements in one transaction of the owner.
func (l *lab) sets(ctx context.Context, all []set) error {
	tx, err := l.owner.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, s := range all {
		if _, err := tx.ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("%s: %w", s.text, err)
		}
	}
	return tx.Commit()
}
