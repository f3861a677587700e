package program

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"eoul/pkg/fault"
	"eoul/pkg/postgres"
)

// Level is one anchor of a criterion: what a plan is like that deserves these points.
type Level struct {
	Label       string `json:"label"` // 수, 우, 미, 양, 가, or the call's own
	Points      int    `json:"points"`
	Description string `json:"description"`
}

// Levels are the anchors of a criterion, the best first; a jsonb array in the database.
type Levels []Level

const maxLevels = 10

// FiveLevels are 수·우·미·양·가 of a criterion of so many points, in even steps
// rounded down; the call describes them.
func FiveLevels(points int) Levels {
	out := make(Levels, 0, 5)
	for i, label := range []string{"수", "우", "미", "양", "가"} {
		out = append(out, Level{Label: label, Points: points * (5 - i) / 5})
	}
	return out
}

// check names every mistake and demands that a better level has more points.
func (l Levels) check(f fault.Fields, at string, most int) {
	if len(l) > maxLevels {
		f.Add(at+"levels", fmt.Sprintf("평가 등급은 %d개까지 둘 수 있습니다.", maxLevels))
	}
	seen := map[string]bool{}
	for i := range l {
		here := fmt.Sprintf("%slevels.%d.", at, i)
		words(f, here+"label", &l[i].Label, 20, "등급의 이름을 적어 주세요.")
		words(f, here+"description", &l[i].Description, 500, "")
		if seen[l[i].Label] {
			f.Add(here+"label", "같은 이름의 등급이 있습니다.")
		}
		seen[l[i].Label] = true
		if l[i].Points < 0 || l[i].Points > most {
			f.Add(here+"points", "등급의 점수는 0점부터 배점까지입니다.")
		} else if i > 0 && l[i].Points >= l[i-1].Points {
			f.Add(here+"points", "위 등급보다 낮은 점수를 적어 주세요.")
		}
	}
}

// Value gives PostgreSQL the JSON text; no levels are an empty array.
func (l Levels) Value() (driver.Value, error) {
	if l == nil {
		l = Levels{}
	}
	b, err := json.Marshal([]Level(l))
	return string(b), err
}

// Scan reads the JSON text.
func (l *Levels) Scan(src any) error {
	return postgres.ScanJSON(src, (*[]Level)(l))
}
