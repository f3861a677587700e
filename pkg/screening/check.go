package screening

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/postgres"
	"eoul/pkg/program"
)

// Check is one thing an application has to fulfil. Computed ones have a key; those by
// hand the item they answer.
type Check struct {
	Key    string `json:"key"`  // kind, deliberation, matching, cap, documents, time; empty: by hand
	Item   int64  `json:"item"` // 0: computed
	Title  string `json:"title"`
	Passed bool   `json:"passed"`
	Reason string `json:"reason"` // what was found
	Part   string `json:"part"`   // of the plan where it is found, empty for none
}

// Checks are the checks of one application; a jsonb array in the database.
type Checks []Check

// Failed counts what is not fulfilled.
func (c Checks) Failed() (n int) {
	for _, one := range c {
		if !one.Passed {
			n++
		}
	}
	return n
}

// Value gives PostgreSQL the JSON text; no checks are an empty array.
func (c Checks) Value() (driver.Value, error) {
	if c == nil {
		c = Checks{}
	}
	b, err := json.Marshal([]Check(c))
	return string(b), err
}

// Scan reads the JSON text.
func (c *Checks) Scan(src any) error {
	return postgres.ScanJSON(src, (*[]Check)(c))
}

// facts are what the computed checks look at.
type facts struct {
	ApplicationID application.ID  `db:"application_id"`
	ProvinceID    organization.ID `db:"province_id"`
	First         time.Time       `db:"first"` // when it was first handed in
	Until         *time.Time      `db:"until"` // the deadline that binds it
	Content       []byte          `db:"content"`
	Amounts       money.BySource  `db:"amounts"`
}

// compute holds what was handed in against the call. What it finds is a fact with its
// place in the plan; whether it ends the application a person decides.
func compute(call program.Call, documents []program.RequiredDocument, f facts) (Checks, error) {
	var plan application.Plan
	if err := json.Unmarshal(f.Content, &plan); err != nil {
		return nil, fmt.Errorf("read submission: %w", err)
	}
	out := Checks{kindCheck(call, f)}
	if call.NeedsDeliberation {
		out = append(out, deliberationCheck(plan.Deliberation, f.First))
	}
	return append(out, matchingCheck(call, f.Amounts), capCheck(call, f.Amounts), documentsCheck(documents, plan.Attachments), timeCheck(f)), nil
}

func kindCheck(call program.Call, f facts) Check {
	kind, label := "sigungu", "시·군·구"
	if f.ProvinceID == 0 {
		kind, label = "sido", "시·도"
	}
	c := Check{Key: "kind", Title: "신청 자격", Passed: call.Invites(kind), Reason: label + "의 신청입니다."}
	if !c.Passed {
		c.Reason = "이 공모는 " + label + "의 신청을 받지 않습니다."
	}
	return c
}

func deliberationCheck(d *application.Deliberation, handed time.Time) Check {
	c := Check{Key: "deliberation", Title: "위원회 사전 심의", Part: "deliberation"}
	day := calendar.Today(handed)
	switch {
	case d == nil:
		c.Reason = "위원회 심의를 적지 않았습니다."
	case d.Decision == "rejected":
		c.Reason = d.Committee + "가 부결했습니다."
	case d.HeldOn.After(day):
		c.Reason = "심의일(" + d.HeldOn.Korean() + ")이 제출한 날(" + day.Korean() + ")보다 뒤입니다."
	default:
		c.Passed, c.Reason = true, d.Committee+", "+d.HeldOn.Korean()+" "+d.DecisionLabel()
	}
	return c
}

func matchingCheck(call program.Call, amounts money.BySource) Check {
	c := Check{Key: "matching", Title: "재원 분담", Part: "lines", Passed: true, Reason: "공모의 비율에 맞습니다."}
	if err := call.Matching.Check(amounts); err != nil {
		c.Passed = false
		_, fields := fault.Public(err)
		var found []string
		for _, key := range []string{"total", "national", "sido", "sigungu", "own"} {
			if fields[key] != "" {
				found = append(found, fields[key])
			}
		}
		c.Reason = strings.Join(found, " ")
	}
	return c
}

func capCheck(call program.Call, amounts money.BySource) Check {
	total := amounts.Total()
	c := Check{Key: "cap", Title: "총사업비 한도", Part: "lines", Passed: total.Cmp(call.Cap) <= 0,
		Reason: "총사업비 " + total.Comma() + "원, 한도 " + call.Cap.Comma() + "원"}
	if !c.Passed {
		c.Reason += "을 넘습니다."
	}
	return c
}

func documentsCheck(documents []program.RequiredDocument, files []application.Attachment) Check {
	have := map[string]bool{}
	for _, f := range files {
		have[f.Code] = true
	}
	c := Check{Key: "documents", Title: "제출 서류", Part: "attachments"}
	var missing []string
	for _, d := range documents {
		if d.Required && !have[d.Code] {
			missing = append(missing, d.Title)
		}
	}
	if c.Passed = len(missing) == 0; c.Passed {
		c.Reason = fmt.Sprintf("꼭 내야 하는 서류를 모두 냈습니다(첨부 %d개).", len(files))
	} else {
		c.Reason = "내지 않은 서류: " + strings.Join(missing, ", ")
	}
	return c
}

func timeCheck(f facts) Check {
	c := Check{Key: "time", Title: "제출 기한"}
	handed := calendar.FormatInstant(f.First) + " 제출"
	if f.Until == nil {
		c.Reason = handed + ", 기한이 정해지지 않았습니다."
		return c
	}
	c.Passed = !f.First.After(*f.Until)
	c.Reason = handed + ", 기한 " + calendar.FormatInstant(*f.Until)
	return c
}
