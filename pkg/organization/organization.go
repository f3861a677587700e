package organization

import (
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/korean"
	"eoul/pkg/work"
)

// ID identifies an organization.
type ID int64

// The kinds of organizations.
const (
	Ministry = "ministry"
	Sido     = "sido"
	Sigungu  = "sigungu"
	Partner  = "partner"
)

// Organization is a ministry, a local government or a partner body.
type Organization struct {
	ID         ID            `db:"id" json:"id"`
	Kind       string        `db:"kind" json:"kind"`
	Name       string        `db:"name" json:"name"`
	RegionCode string        `db:"region_code" json:"region_code,omitempty"` // ten digits, empty for a ministry, a partner and the fictitious
	Parent     ID            `db:"parent_id" json:"parent_id,omitempty"`     // the 시·도 of a 시·군·구, 0 for all others
	ParentName string        `db:"parent_name" json:"parent_name,omitempty"`
	BusinessNo string        `db:"business_no" json:"business_no,omitempty"`
	ValidFrom  calendar.Date `db:"valid_from" json:"valid_from"`
	ValidTo    calendar.Date `db:"valid_to" json:"valid_to"`
	Fictitious bool          `db:"fictitious" json:"fictitious"`
	Version    int           `db:"version" json:"version"`
}

// FullName names a 시·군·구 with its 시·도, "대구광역시 동구", because six cities have a 동구.
func (o Organization) FullName() string {
	if o.ParentName == "" {
		return o.Name
	}
	return o.ParentName + " " + o.Name
}

// KindLabel is the Korean word for the kind.
func (o Organization) KindLabel() string { return KindLabel(o.Kind) }

// KindLabel is the Korean word for a kind of organization.
func KindLabel(kind string) string {
	switch kind {
	case Ministry:
		return "중앙부처"
	case Sido:
		return "시·도"
	case Sigungu:
		return "시·군·구"
	case Partner:
		return "협업기관"
	}
	return kind
}

// InForce tells whether the organization exists on the day.
func (o Organization) InForce(on calendar.Date) bool {
	return !on.Before(o.ValidFrom) && (o.ValidTo.IsZero() || !on.After(o.ValidTo))
}

// Object is what the rules of permission look at.
func (o Organization) Object() authz.Object {
	return authz.Object{Kind: "organization", ID: int64(o.ID), Government: int64(o.ID), Province: int64(o.Parent)}
}

// Ref names the organization at its version.
func (o Organization) Ref() work.Ref {
	return work.Ref{Kind: "organization", ID: int64(o.ID), Version: o.Version}
}

// Input is what an administrator writes about an organization. A 시·도 or 시·군·구
// entered by hand is fictitious: the real ones come with the region codes.
type Input struct {
	Kind       string
	Name       string
	Parent     ID // the 시·도, for a 시·군·구
	BusinessNo string
	ValidFrom  calendar.Date
	ValidTo    calendar.Date
	Fictitious bool
}

// check names every mistake of the input at once.
func (in *Input) check() error {
	f := fault.Fields{}
	if KindLabel(in.Kind) == in.Kind {
		f.Add("kind", "기관 종류를 골라 주십시오.")
	}
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 100 {
		f.Add("name", "기관 이름을 100자 안으로 적어 주십시오.")
	}
	if (in.Kind == Sigungu) != (in.Parent != 0) {
		f.Add("parent_id", "시·군·구는 속한 시·도를 고르고, 다른 기관은 비워 주십시오.")
	}
	if (in.Kind == Sido || in.Kind == Sigungu) && !in.Fictitious {
		f.Add("kind", "실제 시·도와 시·군·구는 행정구역 코드와 함께 들어 있습니다. 가상의 지자체만 더할 수 있습니다.")
	}
	if in.BusinessNo != "" {
		no, err := korean.ParseBusinessNo(in.BusinessNo)
		if err := f.Merge("business_no", err); err != nil {
			return err
		}
		in.BusinessNo = digits(no.String())
	}
	if in.ValidFrom.IsZero() {
		f.Add("valid_from", "언제부터 있는 기관인지 적어 주십시오.")
	}
	if !in.ValidTo.IsZero() && in.ValidTo.Before(in.ValidFrom) {
		f.Add("valid_to", "끝나는 날이 시작하는 날보다 빠릅니다.")
	}
	return f.Err()
}

func digits(text string) string {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		if '0' <= text[i] && text[i] <= '9' {
			out = append(out, text[i])
		}
	}
	return string(out)
}
