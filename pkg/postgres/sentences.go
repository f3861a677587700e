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
	"submission_without_mistakes":     {msg: "오류를 고치지 않은 항목이 있어 제출할 수 없습니다. 계획서의 작성 현황을 확인해 주십시오."},
	"submissions_append_only":         {msg: "제출한 계획서는 바꿀 수 없습니다."},
	"endorsement_in_time":             {msg: "시·도의 검토·추천 마감 시각이 지났습니다."},
	"endorsements_submission_id_key":  {kind: fault.Conflict, msg: "이미 검토를 마친 제출본입니다."},
	"signoff_two_people":              {kind: fault.Conflict, msg: "결재는 올린 사람이 아닌 다른 사람이 해야 합니다."},
	"signoff_not_own_text":            {kind: fault.Conflict, msg: "계획서를 직접 작성한 사람은 결재할 수 없습니다. 다른 결재자에게 부탁해 주십시오."},
	"signoff_asked_for":               {kind: fault.Conflict, msg: "결재를 기다리는 계획서가 아닙니다. 화면을 새로 열어 확인해 주십시오."},
	"submission_signed":               {kind: fault.Conflict, msg: "이 공모는 결재를 받아야 제출할 수 있습니다."},
	"submission_answers":              {kind: fault.Conflict, msg: "답하지 않은 보완 요청이 있습니다. 모두 조치한 뒤 제출해 주십시오."},
	"deliberation_document_attached":  {kind: fault.Conflict, msg: "위원회 회의록으로 고른 파일입니다. 그 선택을 먼저 바꿔 주십시오."},
	"participation_document_attached": {kind: fault.Conflict, msg: "협업기관의 협약서로 고른 파일입니다. 그 선택을 먼저 바꿔 주십시오."},
	"attachment_quota":                {kind: fault.Conflict, msg: "신청서 하나에 올릴 수 있는 파일의 수나 전체 크기를 넘었습니다. 쓰지 않는 파일을 빼고 다시 올려 주십시오."},
	"attachments_document_id_fkey":    {kind: fault.Conflict, msg: "올려 둔 파일이 정리되었습니다. 다시 올려 주십시오.", field: "file"},
	"attachment_once":                 {kind: fault.Conflict, msg: "이 파일은 지난 판으로 남아 있습니다. 새로 올려 주십시오."},
	"submission_files_clean":          {kind: fault.Conflict, msg: "악성코드 검사가 끝나지 않았거나 악성코드가 발견된 첨부파일이 있어 제출할 수 없습니다. 첨부서류를 확인해 주십시오."},
	"budget_line_basis":               {kind: fault.Invalid, msg: "산출기초의 곱이 금액과 다릅니다."},

	// comment
	"comment_reply_same_audience": {kind: fault.Conflict, msg: "이 의견에는 답글을 달 수 없습니다."},
	"comment_begins_thread":       {kind: fault.Conflict, msg: "거둔 의견이나 답글에는 답글을 달 수 없습니다."},
	"comment_own":                 {kind: fault.Conflict, msg: "자신이 쓴 의견만 한 번 거둘 수 있습니다."},

	// program
	"appropriations_program_id_fiscal_year_key": {kind: fault.Conflict, msg: "이 사업의 이 회계연도 예산은 이미 있습니다.", field: "fiscal_year"},
	"call_flow":                 {msg: "지금 상태에서는 이 공모를 그렇게 처리할 수 없습니다."},
	"rubrics_call_id_stage_key": {kind: fault.Conflict, msg: "이 심사 단계의 배점표는 이미 있습니다."},
	"rules_key_daterange_excl":  {kind: fault.Conflict, msg: "같은 기준의 적용 기간이 서로 겹칩니다."},
	"deadline_only_later":       {msg: "마감은 뒤로만 옮길 수 있습니다."},
	"rubric_weights":            {kind: fault.Conflict, msg: "심사 단계의 비중을 더하면 100%가 되어야 합니다."},
	"rubric_frozen":             {msg: "심사를 시작한 뒤에는 배점표를 바꿀 수 없습니다."},

	// review
	"assignment_not_own_jurisdiction": {kind: fault.Conflict, msg: "심사위원을 자기 지역의 신청서에 배정할 수 없습니다."},
	"assignment_once":                 {kind: fault.Conflict, msg: "이미 이 신청서에 배정된 심사위원입니다."},
	"assignment_of_round":             {msg: "이 공모의 신청서가 아니어서 배정할 수 없습니다."},
	"assignment_accepted":             {kind: fault.Conflict, msg: "위촉을 수락한 심사위원에게만 배정할 수 있습니다."},
	"assignment_without_conflict":     {kind: fault.Conflict, msg: "이해관계가 있어 이 신청서를 심사할 수 없는 위원입니다. 배정안을 새로 열어 확인해 주십시오."},
	"exclusion_once":                  {kind: fault.Conflict, msg: "이미 제외한 평가표입니다."},
	"challenge_once":                  {kind: fault.Conflict, msg: "이 심사위원의 기피를 이미 신청했습니다."},
	"sheet_excluded":                  {kind: fault.Conflict, msg: "이해관계로 제외된 평가표는 고칠 수 없습니다."},
	"screening_by_two":                {kind: fault.Forbidden, msg: "부적격을 통지한 사람과 다른 사람이 결정해야 합니다."},
	"screening_answer_in_time":        {kind: fault.Conflict, msg: "소명 기한이 지났습니다."},
	"screening_after_answer":          {kind: fault.Conflict, msg: "소명 기한이 남아 있습니다."},
	"application_heard":               {kind: fault.Conflict, msg: "부적격을 먼저 통지하고 소명할 기회를 주어야 합니다."},
	"assignment_while_scoring":        {msg: "채점이 끝난 뒤에는 배정을 바꿀 수 없습니다."},
	"reviewer_once":                   {kind: fault.Conflict, msg: "이미 심사위원으로 위촉된 사람입니다."},
	"round_once":                      {kind: fault.Conflict, msg: "이 단계의 심사는 이미 시작되었습니다."},
	"round_discussed_by_two":          {kind: fault.Conflict, msg: "논의는 요청한 사람이 아닌 다른 사람이 확인해야 시작됩니다."},
	"round_locked_by_two":             {kind: fault.Conflict, msg: "심사는 요청한 사람이 아닌 다른 사람이 확인해야 확정됩니다."},
	"round_complete":                  {msg: "아직 내지 않은 평가표가 있습니다."},
	"conflict_once":                   {kind: fault.Conflict, msg: "이해관계는 이미 신고되었습니다."},
	"sheet_declared":                  {msg: "이해관계 여부를 먼저 신고해 주십시오."},
	"sheet_complete":                  {msg: "모든 항목에 점수를 매긴 뒤 내 주십시오."},
	"scores_open":                     {msg: "낸 평가표나 확정된 심사의 점수는 바꿀 수 없습니다."},
	"score_within_maximum":            {msg: "점수가 배점을 넘습니다."},
	"score_of_rubric":                 {msg: "이 심사의 평가항목이 아닙니다."},
	"bonus_of_round":                  {msg: "이 심사의 가점·감점 항목이 아닙니다."},
	"bonus_once":                      {kind: fault.Conflict, msg: "이미 확인한 가점·감점 항목입니다."},

	"round_minutes_written":        {kind: fault.Conflict, msg: "심사 회의록을 먼저 적어 주십시오. 회의록이 없으면 심사를 확정할 수 없습니다."},
	"minutes_once":                 {kind: fault.Conflict, msg: "그사이 다른 사람이 회의록을 만들었습니다. 화면을 새로 열어 확인해 주십시오."},
	"minutes_open":                 {msg: "회의록은 토의하는 동안에만 적을 수 있습니다."},
	"minutes_attended":             {kind: fault.Invalid, msg: "참석한 위원을 골라 주십시오.", field: "attendees"},
	"minutes_attendees":            {kind: fault.Conflict, msg: "이 심사의 위원만 참석자로 적을 수 있습니다."},
	"minutes_of_round":             {kind: fault.Conflict, msg: "이 심사의 신청이 아닙니다."},
	"score_change_reason":          {kind: fault.Conflict, msg: "토의 중에 점수를 바꾸면 그 사유를 적어야 합니다."},
	"score_kept":                   {kind: fault.Conflict, msg: "토의 중에는 매긴 점수를 지울 수 없습니다."},
	"explanation_while_discussing": {kind: fault.Conflict, msg: "설명은 토의하는 동안에만 요청하고 답할 수 있습니다."},
	"explanation_of_another":       {kind: fault.Conflict, msg: "자신의 평가표에는 설명을 요청할 수 없습니다."},
	"explanation_once":             {kind: fault.Conflict, msg: "이미 답한 설명 요청입니다."},

	// selection
	"selection_once":                 {kind: fault.Conflict, msg: "이 공모의 선정안은 이미 있습니다."},
	"selection_one_under_way":        {kind: fault.Conflict, msg: "이 공모에는 아직 공개하지 않은 선정안이 있습니다."},
	"selection_nobody_worse":         {kind: fault.Conflict, msg: "공개한 결과를 더 나쁘게 바꿀 수 없습니다. 선정된 신청은 같은 금액으로, 예비인 신청은 예비 이상으로 두어야 합니다."},
	"forfeit_before_award":           {kind: fault.Conflict, msg: "교부신청을 한 사업은 선정을 포기할 수 없습니다. 교부신청을 먼저 거두어 주십시오."},
	"scenario_once":                  {kind: fault.Conflict, msg: "같은 이름으로 저장한 시뮬레이션이 있습니다. 다른 이름을 적어 주십시오.", field: "name"},
	"letter_template_once":           {kind: fault.Conflict, msg: "그사이 다른 사람이 통지서 문안을 만들었습니다. 화면을 새로 열어 확인해 주십시오."},
	"letter_once":                    {kind: fault.Conflict, msg: "결과 통지서는 이미 만들었습니다."},
	"objection_two_people":           {kind: fault.Conflict, msg: "이의신청의 인용은 답변을 작성한 사람이 아닌 다른 사람이 확정해야 합니다."},
	"objection_once":                 {kind: fault.Conflict, msg: "이 결과에는 이미 이의신청이 있습니다."},
	"objection_attested":             {kind: fault.Conflict, msg: "점수 오기는 위원장이 먼저 확인해야 합니다."},
	"objection_attested_by_chair":    {kind: fault.Forbidden, msg: "점수 오기는 이 신청과 이해관계가 없는 위원장만 확인할 수 있습니다."},
	"objection_traced":               {kind: fault.Conflict, msg: "이의신청의 인용과 바로잡기는 함께 이루어져야 합니다."},
	"correction_by_objection":        {kind: fault.Conflict, msg: "심사가 확정된 뒤에는 인용한 이의신청이 정한 것만 바로잡을 수 있습니다."},
	"correction_stale":               {kind: fault.Conflict, msg: "그사이 이 점수가 달라졌거나 평균에서 빠졌습니다. 답변을 돌려보내 주십시오."},
	"bonus_lift_once":                {kind: fault.Conflict, msg: "이미 취소한 감점입니다."},
	"objection_in_time":              {kind: fault.Conflict, msg: "이의신청 기한이 지났습니다."},
	"selection_two_people":           {kind: fault.Conflict, msg: "선정안은 작성한 사람이 아닌 다른 사람이 승인해야 합니다."},
	"selection_final":                {msg: "승인한 선정안은 바꿀 수 없습니다."},
	"selection_of_call":              {msg: "이 공모의 신청서가 아닙니다."},
	"selection_within_appropriation": {msg: "선정 금액의 합이 예산을 넘습니다."},

	// award
	"award_one_per_application":   {kind: fault.Conflict, msg: "이 신청서의 교부 건은 이미 있습니다."},
	"award_two_people":            {kind: fault.Conflict, msg: "교부결정은 검토한 사람이 아닌 다른 사람이 해야 합니다."},
	"tranche_two_people":          {kind: fault.Conflict, msg: "교부는 작성한 사람이 아닌 다른 사람이 확인해야 합니다."},
	"tranche_one_payer":           {kind: fault.Invalid, msg: "한 번의 교부는 한 기관이 자기 재원만 보낼 수 있습니다."},
	"tranche_received_after_sent": {kind: fault.Invalid, msg: "받은 날은 보낸 날보다 앞설 수 없습니다.", field: "received_on"},
	"tranches_award_id_no_key":    {kind: fault.Conflict, msg: "같은 차수의 교부가 이미 있습니다."},
	"conditions_final":            {msg: "교부결정 뒤에는 교부조건을 바꿀 수 없습니다."},

	// execution
	"expenditure_in_period":        {msg: "사업 기간 밖의 집행은 기록할 수 없습니다."},
	"expenditure_sums":             {kind: fault.Invalid, msg: "재원별 금액의 합이 공급가액과 부가가치세의 합과 다릅니다."},
	"expenditures_award_id_no_key": {kind: fault.Conflict, msg: "같은 순번의 집행을 다른 사람이 먼저 기록했습니다. 다시 저장해 주십시오."},
	"expenditures_reversal_of_key": {kind: fault.Conflict, msg: "이미 바로잡은 집행입니다."},
	"evidence_sound":               {kind: fault.Conflict, msg: "악성코드가 발견된 파일은 증빙으로 쓸 수 없습니다. 다른 파일을 올려 주십시오."},
	"expenditure_evidence_sound":   {kind: fault.Conflict, msg: "증빙 파일의 악성코드 검사가 끝나지 않았거나 악성코드가 발견되었습니다. 성한 증빙을 올린 뒤에 인정해 주십시오."},

	// settlement
	"settlements_award_id_key":            {kind: fault.Conflict, msg: "이 교부 건의 정산은 이미 있습니다."},
	"settlement_two_people":               {kind: fault.Conflict, msg: "정산은 검토한 사람이 아닌 다른 사람이 확정해야 합니다."},
	"settlement_final":                    {msg: "확정한 정산은 바꿀 수 없습니다."},
	"settlement_equals_ledger":            {msg: "정산 금액이 장부와 다릅니다. 화면을 새로 고쳐 다시 확인해 주십시오."},
	"entry_exclusion_says_why":            {kind: fault.Invalid, msg: "반납에서 빼는 이자에는 까닭을 적어 주십시오.", field: "excluded_reason"},
	"repayments_notice_no_key":            {kind: fault.Conflict, msg: "같은 번호의 반납 고지가 이미 있습니다."},
	"repayments_settlement_id_source_key": {kind: fault.Conflict, msg: "이 재원의 반납은 이미 고지되었습니다."},

	"won_check": {kind: fault.Invalid, msg: "금액은 15자리까지 적을 수 있습니다."},
}
