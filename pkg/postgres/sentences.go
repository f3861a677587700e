package postgres

import "eoul/pkg/fault"

// sentence is what a person reads when a constraint refuses.
type sentence struct {
	kind  fault.Kind
	msg   string
	field string // the form field it belongs to, if one
}

// sentences holds every constraint a person can run into, by its name in schema.sql.
// A constraint that only a bug can break has none and is Internal.
var sentences = map[string]sentence{
	// ledger
	"account_within_appropriation":        {kind: fault.Conflict, msg: "배정한 예산을 넘어 교부결정할 수 없습니다."},
	"account_not_negative":                {kind: fault.Conflict, msg: "되돌리는 금액이 남은 금액보다 많습니다."},
	"account_within_grant":                {kind: fault.Conflict, msg: "교부결정액을 넘어 확보하거나 교부할 수 없습니다."},
	"account_within_funds":                {kind: fault.Conflict, msg: "확보하고 교부받은 금액을 넘어 집행할 수 없습니다."},
	"account_disallowed_was_spent":        {kind: fault.Conflict, msg: "집행한 금액보다 많이 불인정할 수 없습니다."},
	"account_within_line":                 {kind: fault.Conflict, msg: "비목의 예산을 넘어 집행할 수 없습니다."},
	"account_within_what_is_due":          {kind: fault.Conflict, msg: "반납할 금액을 넘어 반납할 수 없습니다."},
	"account_phase":                       {msg: "집행이 마감되었거나 정산이 확정되어 이 금액을 기록할 수 없습니다."},
	"account_phase_forward":               {msg: "마감하거나 확정한 집행을 다시 열 수 없습니다."},
	"posting_mirrors":                     {msg: "되돌리는 기록의 금액이 원래 기록과 다릅니다."},
	"postings_request_key_key":            {kind: fault.Conflict, msg: "이미 처리한 금액입니다."},
	"postings_reverses_year_reverses_key": {kind: fault.Conflict, msg: "이미 되돌린 기록입니다."},

	// identity
	"people_login_key":               {kind: fault.Invalid, msg: "이미 쓰고 있는 아이디입니다.", field: "login"},
	"grant_two_people":               {kind: fault.Conflict, msg: "이 역할은 요청한 사람이 아닌 다른 관리자가 승인해야 합니다."},
	"role_grants_government_id_fkey": {kind: fault.Invalid, msg: "기관을 골라 주십시오.", field: "scope"},
	"role_grants_program_id_fkey":    {kind: fault.Invalid, msg: "사업을 골라 주십시오.", field: "scope"},

	// application
	"application_one_per_call":        {kind: fault.Conflict, msg: "이 공모에는 이미 이 지자체의 신청서가 있습니다."},
	"application_flow":                {msg: "신청서의 지금 상태에서는 처리할 수 없습니다. 화면을 새로 고쳐 확인해 주십시오."},
	"plan_open":                       {msg: "제출했거나 끝난 신청서의 계획서는 고칠 수 없습니다."},
	"submissions_append_only":         {msg: "제출한 계획서는 바꿀 수 없습니다."},
	"endorsement_in_time":             {msg: "시·도의 검토·추천 마감 시각이 지났습니다."},
	"endorsements_submission_id_key":  {kind: fault.Conflict, msg: "이미 검토를 마친 제출본입니다."},
	"deliberation_document_attached":  {kind: fault.Conflict, msg: "위원회 회의록으로 고른 파일입니다. 그 선택을 먼저 바꿔 주십시오."},
	"participation_document_attached": {kind: fault.Conflict, msg: "협업기관의 협약서로 고른 파일입니다. 그 선택을 먼저 바꿔 주십시오."},
	"budget_line_basis":               {kind: fault.Invalid, msg: "산출기초의 곱이 금액과 다릅니다."},

	"won_check": {kind: fault.Invalid, msg: "금액은 15자리까지 적을 수 있습니다."},
}
