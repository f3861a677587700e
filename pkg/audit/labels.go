package audit

import (
	"maps"
	"slices"
	"strings"
)

// Kinds lists the kinds of records the trail speaks of, for the filter of its list.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

var kinds = map[string]string{
	"allowance": "심사수당", "application": "신청", "appropriation": "예산", "assignment": "심사 배정", "award": "교부", "bonus": "가점", "budget": "예산 변경",
	"call": "공모", "challenge": "기피 신청", "comment": "의견", "document": "첨부 파일", "expenditure": "집행", "grant": "역할", "holiday": "휴일", "letter": "결과 통지서", "letter_template": "통지서 문안", "minutes": "심사 회의록", "membership": "소속", "notice": "알림", "objection": "이의신청",
	"organization": "기관", "outage": "장애 기간", "person": "사람", "posting": "원장", "program": "사업", "ranking": "순위", "repayment": "반납", "report": "내보내기",
	"reviewer": "심사위원", "round": "심사", "rubric": "배점표", "rule": "규정 값", "scenario": "선정 시뮬레이션", "screening": "자격 심사", "selection": "선정", "session": "로그인", "settlement": "정산",
	"sheet": "심사표", "token": "API 토큰", "tranche": "교부금",
}

var verbs = map[string]string{
	"accept": "인정", "announce": "공고", "answer": "답변", "approve": "승인", "ask": "설명 요청", "attach": "증빙 첨부", "cancel": "취소", "change": "변경", "check": "확인",
	"close": "마감", "confirm": "확인(두 번째 사람)", "correct": "시정 요구", "create": "만들기", "decide": "결정", "declare": "이해관계 신고",
	"decline": "탈락", "disable": "사용 중지", "dismiss": "기각", "discuss": "토론 열기", "disqualify": "부적격", "draft": "기안", "edit": "고치기", "end": "끝내기",
	"endorse": "추천", "examine": "검토", "export": "내려받기", "extend": "기한 연장", "fix": "확정", "forfeit": "선정 포기", "grant": "교부결정", "issue": "통지", "lock": "잠금",
	"notify": "반납 고지", "open": "접수 시작", "password": "비밀번호 바꾸기", "pay": "수납", "promote": "추가 선정", "publish": "공개", "read": "열람", "receive": "수령",
	"recall": "회수", "refuse": "실패", "reject": "불인정", "remove": "빼기", "reopen": "다시 열기", "repay": "반납 완료", "reserve": "예비", "reset": "비밀번호 새로 만들기",
	"resolve": "마치기", "resume": "재개", "retract": "거두기", "return": "보완 요청", "reverse": "되돌리기", "review": "심사 시작", "revoke": "폐기", "score": "채점", "secure": "확보",
	"select": "선정", "settle": "정산 시작", "sign": "결재 올리기", "start": "집행 시작", "submit": "제출", "suspend": "중단", "undo": "기안 취소", "uphold": "인용 의견", "update": "고치기",
	"verify": "검산", "withdraw": "철회",
}

// phrases are actions whose verb has another word elsewhere.
var phrases = map[string]string{
	"call:hint": "공모 작성 안내", "comment:internal": "기관 내부 의견 보기", "application:screen": "신청 중복 확인",
	"assignment:exclude": "심사 배정 제외", "assignment:recuse": "심사 배정 회피", "challenge:invite": "심사위원 후보 공개", "ranking:name": "심사 자료의 심사위원 이름 보기", "ranking:renew": "순위 다시 내기",
	"screening:answer": "자격 심사 소명", "screening:notify": "부적격 예정 통지", "screening:overturn": "자격 심사 소명 인용", "screening:pass": "자격 심사 적격",
	"screening:setup": "자격 심사 확인 항목",
	"document:scan":   "악성코드 검사", "document:sweep": "쓰이지 않은 파일 정리",
	"application:approve": "신청 결재", "application:reject": "신청 결재 반려", "application:correct": "신청 보완 요청",
	"bonus:lift": "감점 취소(이의신청 인용)", "sheet:correct": "점수 오기 정정(이의신청 인용)",
	"objection:refer": "이의신청 위원장 확인 요청", "objection:attest": "이의신청 점수 오기 확인", "objection:deny": "이의신청 점수 오기 아님",
	"objection:confirm": "이의신청 인용 확정", "objection:refuse": "이의신청 답변 돌려보내기", "objection:withdraw": "이의신청 취하",
}

var fields = map[string]string{
	"id": "번호", "title": "제목", "name": "이름", "state": "상태", "number": "문서번호", "reason": "사유", "return_reason": "보완 사유",
	"national": "국비", "sido": "시도비", "sigungu": "시군구비", "own": "자부담", "total": "합계", "amount": "금액", "amounts": "금액", "accepted": "인정액",
	"government_id": "지자체", "province_id": "시·도", "program_id": "사업", "call_id": "공모", "award_id": "교부", "application_id": "신청",
	"opens_at": "접수 시작", "closes_at": "접수 마감", "valid_from": "시작일", "valid_to": "종료일", "due_on": "기한", "at": "시각",
	"granted_by": "결정한 사람", "examined_by": "검토한 사람", "made_by": "기안한 사람", "confirmed_by": "확인한 사람", "approved_by": "승인한 사람",
	"requested_by": "요청한 사람", "fixed_by": "확정한 사람", "submitted_by": "제출한 사람", "person_id": "사람", "person_name": "사람", "role": "역할",
	"login": "아이디", "outcome": "결과", "email": "전자우편", "business_no": "사업자등록번호", "kind": "종류", "receipt_no": "접수번호",
	"occurred_on": "집행일", "payee": "지급처", "item": "용도", "supply": "공급가액", "vat": "부가세", "rank": "순위", "points": "점수",
	"disabled_at": "사용 중지", "created_at": "만든 시각", "expires_at": "만료", "revoked_at": "폐기", "any": "전체 범위", "fictitious": "가상",
	"sent_on": "보낸 날", "received_on": "받은 날", "condition": "조건", "disallowed_reason": "불인정 사유", "fiscal_year": "회계연도",
	"correction": "바로잡은 것", "evidence": "근거", "bonus_item_id": "가점·감점 항목", "reviewer_id": "심사위원", "conflict": "제척·기피", "sheet_id": "평가표",
	"criterion_id": "평가항목", "points_before": "바로잡기 앞 점수", "points_after": "바로잡은 점수", "attested_by": "확인한 위원장", "answered_by": "답변한 사람",
	"ranking_id":  "순위",
	"region_code": "행정구역 코드", "parent_id": "속한 시·도", "parent_name": "속한 시·도", "value": "내용", "scan_state": "악성코드 검사", "finding": "발견된 악성코드",
}

// KindLabel is the Korean word for a kind of record, the code word without one.
func KindLabel(kind string) string {
	if word, ok := kinds[kind]; ok {
		return word
	}
	return kind
}

// Label is the Korean phrase for an action such as "application:submit".
func Label(action string) string {
	if phrase, ok := phrases[action]; ok {
		return phrase
	}
	noun, verb, _ := strings.Cut(action, ":")
	if word, ok := verbs[verb]; ok {
		verb = word
	}
	return strings.TrimSpace(KindLabel(noun) + " " + verb)
}

// FieldLabel is the Korean word for a field; of "amounts.national" the last part says enough.
func FieldLabel(field string) string {
	last := field[strings.LastIndex(field, ".")+1:]
	if word, ok := fields[last]; ok {
		return word
	}
	return field
}
