package money

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"eoul/pkg/fault"
)

// MarshalJSON writes the four sources and their total. Beyond ±Max it is ErrRange.
func (b BySource) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 128)
	before := byte('{')
	field := func(name string, a Amount) bool {
		out = append(out, before, '"')
		out = append(out, name...)
		out = strconv.AppendInt(append(out, '"', ':'), a.n, 10)
		before = ','
		return a.inRange()
	}
	kept := true
	for _, s := range Sources() {
		kept = field(s.Code(), b.At(s)) && kept
	}
	if kept = field("total", b.Total()) && kept; !kept {
		return nil, rangeFault()
	}
	return append(out, '}'), nil
}

// UnmarshalJSON reads an object of the four codes; a missing source is 0 won. An
// unknown or doubled name, and a total that is not the sum, are Invalid faults.
func (b *BySource) UnmarshalJSON(data []byte) error {
	read, ok := plainObject(data)
	if !ok {
		var err error
		if read, err = anyObject(data); err != nil {
			return err
		}
	}
	*b = read
	return nil
}

// anyObject reads whatever comes and says what is wrong with it.
func anyObject(data []byte) (read BySource, err error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return read, fault.New(fault.Invalid, "재원별 금액은 national, sido, sigungu, own을 가진 객체여야 합니다.")
	}
	var total *Amount
	seen := map[string]bool{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return read, fmt.Errorf("money: read amounts by source: %w", err)
		}
		key, _ := name.(string)
		if seen[key] {
			return read, fault.New(fault.Invalid, "재원별 금액에 같은 이름이 두 번 있습니다: "+key)
		}
		seen[key] = true
		var a Amount
		if err := decodeAmount(dec, &a); err != nil {
			return read, err
		}
		if key == "total" {
			total = &a
			continue
		}
		source, err := ParseSource(key)
		if err != nil {
			return read, fault.New(fault.Invalid, "재원별 금액에 알 수 없는 이름이 있습니다: "+key)
		}
		read = read.With(source, a)
	}
	if total != nil && *total != read.Total() {
		return read, fault.New(fault.Invalid, "재원별 금액의 합이 total과 다릅니다.")
	}
	return read, nil
}

// decodeAmount reads one value; a null reaches Amount too, which refuses it.
func decodeAmount(dec *json.Decoder, a *Amount) error {
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("money: read amount: %w", err)
	}
	return a.UnmarshalJSON(raw)
}

// plainObject reads amounts as we and PostgreSQL write them, which is nearly always
// what comes: known names once each, short whole numbers, a total that is the sum. A
// plan of 40 lines is read in half the time. All else is left to the careful reader,
// which knows what is wrong with it.
func plainObject(data []byte) (b BySource, ok bool) {
	rest, ok := bytes.CutPrefix(data, []byte("{"))
	var total *Amount
	seen := [4]bool{}
	for ok {
		var name, number []byte
		if name, rest, ok = bytes.Cut(bytes.TrimLeft(rest, " "), []byte(`":`)); !ok || len(name) == 0 || name[0] != '"' {
			return b, false
		}
		end := bytes.IndexAny(rest, ",}")
		if end < 0 {
			return b, false
		}
		last := rest[end] == '}'
		number, rest = bytes.TrimSpace(rest[:end]), rest[end+1:]
		var a Amount
		if len(number) > 16 || a.UnmarshalJSON(number) != nil {
			return b, false
		}
		if string(name[1:]) == "total" && total == nil {
			total = &a
		} else if s, err := ParseSource(string(name[1:])); err != nil || seen[s] {
			return b, false
		} else {
			seen[s], b = true, b.With(s, a)
		}
		if last {
			return b, len(rest) == 0 && (total == nil || *total == b.Total())
		}
	}
	return b, false
}
