package money

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestScanAndValue(t *testing.T) {
	for _, src := range []any{int64(-7), "-7", []byte("-7")} {
		var a Amount
		if err := a.Scan(src); err != nil || a != won(-7) {
			t.Errorf("Scan(%v) = %v, %v", src, a, err)
		}
	}
	for _, src := range []any{nil, 1.5, "1.5", "", []byte("NaN"), true, int64(math.MinInt64), "9223372036854775808"} {
		var a Amount
		if err := a.Scan(src); err == nil {
			t.Errorf("Scan(%v) was accepted as %v", src, a)
		}
	}
	if v, err := won(Max).Value(); err != nil || v != int64(Max) {
		t.Errorf("Value = %v, %v", v, err)
	}
}

func TestWhatLeavesIsChecked(t *testing.T) {
	for _, n := range []int64{Max + 1, -Max - 1} {
		if _, err := won(n).Value(); !errors.Is(err, ErrRange) {
			t.Errorf("Value of %d: %v", n, err)
		}
		if _, err := json.Marshal(won(n)); !errors.Is(err, ErrRange) {
			t.Errorf("JSON of %d: %v", n, err)
		}
	}
	sum := BySource{National: won(Max), Own: won(1)}
	if _, err := json.Marshal(sum); !errors.Is(err, ErrRange) {
		t.Errorf("JSON of a total beyond the range: %v", err)
	}
}

func TestAmountJSON(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "-5": -5, "999999999999999": Max, " 12 ": 12} {
		var a Amount
		if err := json.Unmarshal([]byte(text), &a); err != nil || a.n != want {
			t.Errorf("%s = %v, %v", text, a, err)
		}
	}
	for _, text := range []string{"1.0", "1.5", "1e3", "1E3", `"1"`, "null", "true", "[]", "{}", "1000000000000000", "99999999999999999999"} {
		var a Amount
		if err := json.Unmarshal([]byte(text), &a); err == nil {
			t.Errorf("%s was accepted as %v", text, a)
		} else {
			wantInvalid(t, err)
		}
	}
	var a Amount
	for _, text := range []string{"", "-", "--1", "+1"} {
		if a.UnmarshalJSON([]byte(text)) == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	var missing struct{ A *Amount }
	if err := json.Unmarshal([]byte(`{"A":null}`), &missing); err != nil || missing.A != nil {
		t.Errorf("a null pointer gave %v, %v", missing.A, err)
	}
}

func TestBySourceJSON(t *testing.T) {
	b := BySource{won(50), won(30), won(0), won(20)}
	const text = `{"national":50,"sido":30,"sigungu":0,"own":20,"total":100}`
	if got, err := json.Marshal(b); err != nil || string(got) != text {
		t.Errorf("got %s, %v", got, err)
	}
	for _, ok := range []string{text, `{"own":20,"national":50,"sido":30}`, ` {"total":100,"own":20,"national":50,"sido":30,"sigungu":0}`} {
		var got BySource
		if err := json.Unmarshal([]byte(ok), &got); err != nil || got != b {
			t.Errorf("%s = %v, %v", ok, got, err)
		}
	}
	for _, bad := range []string{
		`{"national":50,"total":51}`, `{"nation":50}`, `{"National":50}`, `{"national":1,"national":1}`, `{"national":1.5}`, `{"national":null}`,
		`{"national":"1"}`, `[]`, `null`, `1`, `{"total":0,"total":0}`, `{"national":1000000000000000}`, `{"national":{}}`,
	} {
		got := b
		err := json.Unmarshal([]byte(bad), &got)
		wantInvalid(t, err)
		if got != b {
			t.Errorf("%s changed the value although refused: %v", bad, got)
		}
	}
	if err := new(BySource).UnmarshalJSON([]byte(`{"national":`)); err == nil {
		t.Error("a cut object was accepted")
	}
}

// TestPlainObject: the short way takes what we and PostgreSQL write, and nothing that
// the careful reader would refuse.
func TestPlainObject(t *testing.T) {
	b := BySource{won(50), won(30), won(0), won(-20)}
	for _, plain := range []string{`{"national":50,"sido":30,"sigungu":0,"own":-20,"total":60}`, `{"own": -20, "sido": 30, "total": 60, "sigungu": 0, "national": 50}`} {
		if got, ok := plainObject([]byte(plain)); !ok || got != b {
			t.Errorf("%s = %v, %t", plain, got, ok)
		}
	}
	for _, odd := range []string{`{}`, `{"national":1,"national":1}`, `{"national":50,"total":51}`, `{"total":0,"total":0}`, `{"nation":1}`, `{"national":1}x`, `{"national":1`, `{"national":}`,
		`{national":1}`, `{"national":99999999999999999999}`, `{"national":1.0}`, `{"nation\u0061l":1}`} {
		if got, ok := plainObject([]byte(odd)); ok {
			t.Errorf("%s was taken as %v", odd, got)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anySources(t, "b", -Max/4, Max/4)
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var got BySource
		if err := json.Unmarshal(data, &got); err != nil || got != b {
			t.Fatalf("%s = %v, %v", data, got, err)
		}
	})
}

func FuzzBySourceJSON(f *testing.F) {
	f.Add(`{"national":50,"sido":30,"sigungu":0,"own":20,"total":100}`)
	f.Add(`{"national":1e2}`)
	f.Add(`{"own": 20, "sido": -30}`)
	f.Fuzz(func(t *testing.T, text string) {
		var b BySource
		if json.Unmarshal([]byte(text), &b) != nil || !b.Total().inRange() {
			return
		}
		if careful, err := anyObject([]byte(text)); err != nil || careful != b {
			t.Fatalf("%s was read as %v, carefully as %v %v", text, b, careful, err)
		}
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var again BySource
		if err := json.Unmarshal(data, &again); err != nil || again != b {
			t.Fatalf("%s was read as %v, written as %s", text, b, data)
		}
	})
}
