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
	"won_check": {kind: fault.Invalid, msg: "금액은 15자리까지 적을 수 있습니다."},
}
