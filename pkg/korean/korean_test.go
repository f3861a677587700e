package korean

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
	"pgregory.net/rapid"

	"eoul/pkg/fault"
	"eoul/pkg/money"
)

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{
		100_000_000:         "금일억원",
		50_000_000:          "금오천만원",
		87_500_000:          "금팔천칠백오십만원",
		100_010_001:         "금일억일만일원",
		10_000:              "금일만원",
		123_456_789:         "금일억이천삼백사십오만육천칠백팔십구원",
		113_560:             "금일십일만삼천오백육십원",
		0:                   "금영원",
		1:                   "금일원",
		10:                  "금일십원",
		1_111:               "금일천일백일십일원",
		10_000_000:          "금일천만원",
		1_000_000_000_000:   "금일조원",
		1_000_000_000_005:   "금일조오원",
		999_999_999_999_999: "금구백구십구조구천구백구십구억구천구백구십구만구천구백구십구원",
		-20_300:             "금마이너스이만삼백원",
	} {
		if got := Words(money.Must(n)); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
	var sum money.Amount
	if err := sum.Scan(int64(math.MaxInt64)); err != nil {
		t.Fatal(err)
	}
	if got := Words(sum); got != "금구백이십이경삼천삼백칠십이조삼백육십팔억오천사백칠십칠만오천팔백칠원" {
		t.Errorf("the largest sum is %s", got)
	}
	if got := AmountWithWords(money.Must(113_560)); got != "금113,560원(금일십일만삼천오백육십원)" {
		t.Error(got)
	}
}

// read is the second path: it reads the words back to the number.
func read(words string) int64 {
	var sum, group, digit int64
	for _, r := range words {
		switch i := strings.IndexRune("영일이삼사오육칠팔구", r); {
		case i >= 0:
			digit = int64(i / len("영"))
		case strings.ContainsRune("십백천", r):
			group += digit * map[rune]int64{'십': 10, '백': 100, '천': 1_000}[r]
			digit = 0
		case strings.ContainsRune("만억조", r):
			sum += (group + digit) * map[rune]int64{'만': 1e4, '억': 1e8, '조': 1e12}[r]
			group, digit = 0, 0
		}
	}
	return sum + group + digit
}

func TestWordsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, money.Max).Draw(t, "n")
		words := Words(money.Must(n))
		if read(words) != n || strings.ContainsAny(words, " 0123456789") || !strings.HasPrefix(words, "금") || !strings.HasSuffix(words, "원") {
			t.Fatalf("%d is %s, which reads %d", n, words, read(words))
		}
	})
}

func TestBusinessNo(t *testing.T) {
	for _, text := range []string{"124-81-00998", "220-81-62517", "120-81-47521", "104-81-36565", "214-81-37726"} {
		n, err := ParseBusinessNo(text)
		if err != nil || n.String() != text {
			t.Errorf("%s = %s, %v", text, n, err)
		}
		for _, other := range []string{strings.ReplaceAll(text, "-", ""), " " + text + "\u3000", strings.ReplaceAll(text, "-", "–")} {
			if again, err := ParseBusinessNo(other); err != nil || again != n {
				t.Errorf("%q = %s, %v", other, again, err)
			}
		}
	}
	if n, err := ParseBusinessNo("１２４－８１－００９９８"); err != nil || n.String() != "124-81-00998" {
		t.Errorf("full-width = %s, %v", n, err)
	}
	for _, text := range []string{"123-45-67890", "1234567890", "124-81-00997"} {
		_, err := ParseBusinessNo(text)
		if !errors.Is(err, ErrCheckDigit) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"", "124-81-0099", "124-81-009981", "12-481-00998", "124-8100998", "124 81 00998", "abc-de-fghij", "000-00-00000", "---"} {
		_, err := ParseBusinessNo(text)
		if fault.KindOf(err) != fault.Invalid || errors.Is(err, ErrCheckDigit) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Of the ten numbers that differ in the last digit exactly one is right, and one
// wrong digit before the last but one is always found.
func TestBusinessNoCheckDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.StringMatching(`[1-9][0-9]{8}`).Draw(t, "first")
		var right string
		for d := range 10 {
			text := first + string(rune('0'+d))
			if _, err := ParseBusinessNo(text); err == nil {
				if right != "" {
					t.Fatalf("both %s and %s are right", right, text)
				}
				right = text
			}
		}
		if right == "" {
			t.Fatalf("no check digit for %s", first)
		}
		at := rapid.IntRange(0, 7).Draw(t, "at")
		other := rapid.SampledFrom([]byte("0123456789")).Draw(t, "other")
		if right[at] == other {
			return
		}
		wrong := right[:at] + string(other) + right[at+1:]
		if _, err := ParseBusinessNo(wrong); err == nil {
			t.Fatalf("%s is right and so is %s", right, wrong)
		}
	})
}

func TestBusinessNoEncoding(t *testing.T) {
	type row struct{ N BusinessNo }
	var r row
	if err := json.Unmarshal([]byte(`{"N":"1248100998"}`), &r); err != nil || r.N.String() != "124-81-00998" {
		t.Errorf("%v, %v", r, err)
	}
	if text, err := json.Marshal(r); err != nil || string(text) != `{"N":"124-81-00998"}` {
		t.Errorf("%s, %v", text, err)
	}
	v, err := r.N.Value()
	if err != nil || v != "1248100998" {
		t.Errorf("%v, %v", v, err)
	}
	for _, src := range []any{v, []byte("1248100998")} {
		var back BusinessNo
		if err := back.Scan(src); err != nil || back != r.N {
			t.Errorf("%v, %v", back, err)
		}
	}
	for _, bad := range []string{`{"N":1248100998}`, `{"N":"1234567890"}`, `{"N":""}`} {
		if err := json.Unmarshal([]byte(bad), &r); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if r.N.Scan("1234567890") == nil || r.N.Scan(int64(1)) == nil {
		t.Error("a wrong number was scanned")
	}
	if err := r.N.Scan(nil); err != nil || !r.N.IsZero() || r.N.String() != "" {
		t.Errorf("NULL = %s, %v", r.N, err)
	}
	if v, err := r.N.Value(); err != nil || v != nil {
		t.Errorf("no number is %v, %v", v, err)
	}
	if text, err := json.Marshal(r); err != nil || string(text) != `{"N":null}` {
		t.Errorf("%s, %v", text, err)
	}
	if err := json.Unmarshal([]byte(`{"N":null}`), &r); err != nil || !r.N.IsZero() {
		t.Errorf("null = %s, %v", r.N, err)
	}
}

func TestDecode(t *testing.T) {
	const text = "사업명,집행액\n똠방각하 어울뜰,1000\n"
	cp949, err := korean.EUCKR.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"UTF-8": text, "UTF-8 with BOM": "\ufeff" + text, "CP949": cp949} {
		if got, err := Decode([]byte(data)); err != nil || got != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, data := range [][]byte{{0xff, 0xfe, 'a', 0}, {0xb0}, {0x80, 0x80}, append([]byte(cp949), 0xff)} {
		if got, err := Decode(data); fault.KindOf(err) != fault.Invalid {
			t.Errorf("% x = %q, %v", data, got, err)
		}
	}
}

func FuzzParseBusinessNo(f *testing.F) {
	f.Add("124-81-00998")
	f.Add("１２４８１００９９８")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseBusinessNo(text)
		if err != nil {
			return
		}
		if again, err := ParseBusinessNo(n.String()); err != nil || again != n {
			t.Fatalf("%q was read as %s, which is read as %s, %v", text, n, again, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\ufeff가"))
	f.Add([]byte{0xb0, 0xa1})
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := Decode(data)
		if err == nil && !strings.HasPrefix(string(data), "\ufeff") && strings.ToValidUTF8(text, "") != text {
			t.Fatalf("% x became invalid text %q", data, text)
		}
	})
}
