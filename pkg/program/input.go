package program

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// CallInput is a call as a manager writes it, with everything that hangs on it.
type CallInput struct {
	ProgramID         ID                 `json:"program_id"`
	FiscalYear        int                `json:"fiscal_year"`
	Title             string             `json:"title"`
	Summary           string             `json:"summary"`
	Agenda            Words              `json:"agenda"`
	OpensAt           time.Time          `json:"opens_at"`
	ClosesAt          time.Time          `json:"closes_at"`
	EndorseUntil      time.Time          `json:"endorse_until"`
	CorrectUntil      time.Time          `json:"correct_until"`
	ProjectFrom       calendar.Date      `json:"project_from"`
	ProjectTo         calendar.Date      `json:"project_to"`
	Cap               money.Amount       `json:"cap"`
	Applicants        Words              `json:"applicants"`
	CodeSet           string             `json:"code_set"`
	NeedsDeliberation bool               `json:"needs_deliberation"`
	NeedsSignoff      bool               `json:"needs_signoff"`
	Matching          Matching           `json:"matching"`
	DropExtremes      bool               `json:"drop_extremes"`
	DropFrom          int                `json:"drop_from"`
	TotalFloor        int                `json:"total_floor"`
	Sections          []Section          `json:"sections"`
	Documents         []RequiredDocument `json:"documents"`
	Hints             []Hint             `json:"hints"`       // of the parts that are no texts; those not named stay
	Rubric            RubricInput        `json:"rubric"`      // of the paper stage; without criteria an update leaves it as it is
	RubricFrom        CallID             `json:"rubric_from"` // a new call takes the rubrics of this one instead
}

const (
	maxSections = 30
	minLength   = 100
	maxLength   = 20_000
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// check names every mistake of the call at once and numbers its rows.
func (in *CallInput) check() error {
	f := fault.Fields{}
	if in.ProgramID == 0 {
		f.Add("program_id", "사업을 골라 주세요.")
	}
	if in.FiscalYear < 2000 || in.FiscalYear > 2200 {
		f.Add("fiscal_year", "회계연도를 네 자리 숫자로 적어 주세요.")
	}
	words(f, "title", &in.Title, maxTitle, "공모 이름을 적어 주세요.")
	words(f, "summary", &in.Summary, maxText, "공모의 목적과 내용을 적어 주세요.")
	agenda(f, "agenda", &in.Agenda)
	in.checkWindows(f)
	in.checkWho(f)
	in.Matching.check(f, "matching.")
	in.checkSections(f)
	in.checkDocuments(f)
	checkHints(f, in.Hints, knownHints(nil))
	if len(in.Rubric.Criteria) > 0 || in.RubricFrom == 0 {
		in.Rubric.check(f)
	}
	in.checkScoring(f)
	return f.Err()
}

func (in *CallInput) checkWindows(f fault.Fields) {
	for _, w := range []struct {
		field, name string
		at          time.Time
	}{{"opens_at", "접수 시작", in.OpensAt}, {"closes_at", "접수 마감", in.ClosesAt},
		{"endorse_until", "시·도 추천 기한", in.EndorseUntil}, {"correct_until", "보완 기한", in.CorrectUntil}} {
		if w.at.IsZero() {
			f.Add(w.field, w.name+" 일시를 적어 주세요.")
		}
	}
	if !in.ClosesAt.After(in.OpensAt) {
		f.Add("closes_at", "접수 마감은 접수 시작보다 뒤여야 합니다.")
	}
	if in.EndorseUntil.Before(in.ClosesAt) {
		f.Add("endorse_until", "시·도 추천 기한은 접수 마감과 같거나 그보다 뒤여야 합니다.")
	}
	if in.CorrectUntil.Before(in.ClosesAt) {
		f.Add("correct_until", "보완 기한은 접수 마감과 같거나 그보다 뒤여야 합니다.")
	}
	switch {
	case in.ProjectFrom.IsZero():
		f.Add("project_from", "사업을 시작하는 날을 적어 주세요.")
	case in.ProjectTo.IsZero():
		f.Add("project_to", "사업을 마치는 날을 적어 주세요.")
	case in.ProjectTo.Before(in.ProjectFrom):
		f.Add("project_to", "사업을 마치는 날이 시작하는 날보다 빠릅니다.")
	case in.ProjectTo.Year() > in.FiscalYear:
		f.Add("project_to", fmt.Sprintf("보조금은 그 회계연도 안에 써야 합니다. %d. 12. 31.까지로 적어 주세요.", in.FiscalYear))
	}
}

func (in *CallInput) checkWho(f fault.Fields) {
	if len(in.Applicants) == 0 || slices.ContainsFunc(in.Applicants, func(k string) bool { return k != "sido" && k != "sigungu" }) {
		f.Add("applicants", "신청할 수 있는 지자체를 하나 이상 골라 주세요.")
	}
	slices.Sort(in.Applicants)
	in.Applicants = slices.Compact(in.Applicants)
	if in.Cap.Sign() <= 0 {
		f.Add("cap", "과제당 총사업비 한도를 1원 이상 적어 주세요.")
	}
	if in.CodeSet != NationalCodes && in.CodeSet != LocalCodes {
		f.Add("code_set", "예산 과목 체계를 골라 주세요.")
	}
}

func (in *CallInput) checkScoring(f fault.Fields) {
	if in.DropFrom == 0 {
		in.DropFrom = 3
	}
	if in.DropFrom < 3 || in.DropFrom > 50 {
		f.Add("drop_from", "최고·최저 점수는 3명 이상이 평가할 때부터 뺄 수 있습니다.")
	}
	most := 0
	for _, c := range in.Rubric.Criteria {
		most += c.Full()
	}
	if len(in.Rubric.Criteria) == 0 {
		most = maxPoints
	}
	if in.TotalFloor < 0 || in.TotalFloor > most {
		f.Add("total_floor", fmt.Sprintf("총점 과락은 0점부터 배점 합계(%d점)까지입니다.", most))
	}
}

func (in *CallInput) checkSections(f fault.Fields) {
	if len(in.Sections) == 0 || len(in.Sections) > maxSections {
		f.Add("sections", fmt.Sprintf("사업계획서 항목은 1개부터 %d개까지 둘 수 있습니다.", maxSections))
	}
	seen := map[string]bool{}
	for i := range in.Sections {
		s, at := &in.Sections[i], fmt.Sprintf("sections.%d.", i)
		s.Position = i + 1
		if s.Kind == "" {
			s.Kind = fmt.Sprintf("section_%d", i+1)
		}
		if !identifier.MatchString(s.Kind) || seen[s.Kind] {
			f.Add(at+"kind", "항목 코드는 영문 소문자로 시작하고 영문 소문자·숫자·밑줄만 쓰며, 서로 달라야 합니다.")
		}
		seen[s.Kind] = true
		words(f, at+"title", &s.Title, maxTitle, "항목 이름을 적어 주세요.")
		words(f, at+"hint", &s.Hint, maxText, "")
		if s.MaxLength == 0 {
			s.MaxLength = maxText
		}
		if s.MaxLength < minLength || s.MaxLength > maxLength {
			f.Add(at+"max_length", "글자 수 한도는 100자부터 20,000자까지입니다.")
		}
	}
}

func (in *CallInput) checkDocuments(f fault.Fields) {
	if len(in.Documents) > maxSections {
		f.Add("documents", fmt.Sprintf("제출 서류는 %d개까지 둘 수 있습니다.", maxSections))
	}
	seen := map[string]bool{}
	for i := range in.Documents {
		d, at := &in.Documents[i], fmt.Sprintf("documents.%d.", i)
		d.Position = i + 1
		if d.Code == "" {
			d.Code = fmt.Sprintf("document_%d", i+1)
		}
		if !identifier.MatchString(d.Code) || seen[d.Code] {
			f.Add(at+"code", "서류 코드는 영문 소문자로 시작하고 영문 소문자·숫자·밑줄만 쓰며, 서로 달라야 합니다.")
		}
		seen[d.Code] = true
		words(f, at+"title", &d.Title, maxTitle, "서류 이름을 적어 주세요.")
	}
}

// DefaultSections are the texts of a project plan as 지방보조금법 §7② asks for them;
// a manager edits them for each call.
func DefaultSections() []Section {
	out := []Section{
		{Kind: "overview", Title: "사업 개요", Hint: "사업명, 지역, 기간, 총사업비와 재원을 간단히 적습니다."},
		{Kind: "background", Title: "추진 배경과 지역 현안", Hint: "어떤 현안을 왜 지금 풀어야 하는지 자료와 함께 적습니다."},
		{Kind: "organisation", Title: "추진 체계", Hint: "행정, 당사자 조직, 중간지원조직의 역할을 적습니다."},
		{Kind: "tasks", Title: "세부 사업 내용", Hint: "분야별로 무엇을 언제 어떻게 하는지 적습니다."},
		{Kind: "effects", Title: "기대 효과"},
		{Kind: "sustainability", Title: "지속 계획", Hint: "지원이 끝난 뒤 어떻게 이어 가는지 적습니다."},
	}
	for i := range out {
		out[i].Position, out[i].Required, out[i].MaxLength = i+1, true, maxText
	}
	return out
}

// DefaultDocuments are the files most calls ask for.
func DefaultDocuments() []RequiredDocument {
	return []RequiredDocument{
		{Code: "deliberation", Position: 1, Title: "사회적경제위원회 심의 결과", Required: true},
		{Code: "agreement", Position: 2, Title: "협업기관 협약서", Required: false},
	}
}

// columns are the arguments of sqlInsertCall and sqlUpdateCall from program_id on.
func (in *CallInput) columns(appropriation int64) []any {
	m := in.Matching
	return []any{in.ProgramID, appropriation, in.FiscalYear, in.Title, in.Summary, in.Agenda, in.OpensAt, in.ClosesAt, in.EndorseUntil, in.CorrectUntil,
		in.ProjectFrom, in.ProjectTo, in.Cap, in.Applicants, in.CodeSet, in.NeedsDeliberation, m.NationalBps, m.NationalExact, m.SidoMin, m.SidoMax,
		m.SigunguMin, m.SigunguMax, m.OwnMin, m.OwnMax, in.DropExtremes, in.DropFrom, in.TotalFloor, in.NeedsSignoff}
}
