package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/kong"
)

// calc runs one command line as the program does and returns what it printed, the
// sentence for standard error, and the exit code.
func calc(t *testing.T, args ...string) (stdout, sentence string, code int) {
	t.Helper()
	var cli struct {
		Calc CalcCmd `cmd:""`
	}
	var buf bytes.Buffer
	parser, err := kong.New(&cli, kong.Name("eoul"), kong.Exit(func(int) { t.Fatal("the parser ended the program") }), kong.Writers(&buf, &buf))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse(append([]string{"calc"}, args...))
	if err != nil {
		t.Fatalf("%v is refused by the parser: %v", args, err)
	}
	err = ctx.Run(&cliOut{&buf})
	if err == nil {
		return buf.String(), "", 0
	}
	exit, ok := errors.AsType[Exit](err)
	if !ok {
		t.Fatalf("%v: unforeseen error %v", args, err)
	}
	return buf.String(), exit.Msg, exit.ExitCode()
}

func TestCalcVectors(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"split --amount 7753087 --weights 50000000,50000000", "1\t3,876,544원\n2\t3,876,543원\n계\t7,753,087원\n"},
		{"split --amount 12,345 --weights 50,50 --unit 10",
			"1\t6,170원\t(버린 금액 3원)\n2\t6,170원\t(버린 금액 2원)\n계\t12,340원\t(버린 금액 5원)\n"},
		{"split --amount 12345 --weights 50,50 --unit 1", "1\t6,173원\n2\t6,172원\n계\t12,345원\n"},
		{"split --amount 7777777 --weights 50000000,50000000,11000000", "1\t3,503,503원\n2\t3,503,503원\n3\t770,771원\n계\t7,777,777원\n"},
		{"split --amount 100001 --weights 50,25,25", "1\t50,001원\n2\t25,000원\n3\t25,000원\n계\t100,001원\n"},
		{"split --amount 0 --weights 1", "1\t0원\n계\t0원\n"},
		{"split --amount 5 --weights 0,1,0,1", "1\t0원\n2\t3원\n3\t0원\n4\t2원\n계\t5원\n"},
		{"words 100000000", "금일억원\n"},
		{"words 50000000", "금오천만원\n"},
		{"words 87500000", "금팔천칠백오십만원\n"},
		{"words 100010001", "금일억일만일원\n"},
		{"words 10000", "금일만원\n"},
		{"words 123,456,789", "금일억이천삼백사십오만육천칠백팔십구원\n"},
		{"words 113560", "금일십일만삼천오백육십원\n"},
		{"words 0", "금영원\n"},
		{"rate 14354212 87500000", "16.4%\n"},
		{"rate 1 3", "33.3%\n"},
		{"rate 0 3", "0.0%\n"},
		{"score --drop-extremes 92 88 85 85 70", "86.00\n반영한 점수: 88, 85, 85\n제외한 점수: 92, 70\n"},
		{"score --drop-extremes 90 90 80 70 70", "80.00\n반영한 점수: 90, 80, 70\n제외한 점수: 90, 70\n"},
		{"score --drop-extremes 85.5 84.25 83.333", "84.25\n반영한 점수: 84.25\n제외한 점수: 85.5, 83.333\n"},
		{"score --drop-extremes --from 5 85.5 84.25 83.333", "84.36\n반영한 점수: 85.5, 84.25, 83.333\n"},
		{"score 92 88 85 85 70", "84.00\n반영한 점수: 92, 88, 85, 85, 70\n"},
		{"bizno 124-81-00998", "124-81-00998 검증번호가 맞습니다.\n"},
		{"bizno 2208162517", "220-81-62517 검증번호가 맞습니다.\n"},
		{"bizno 120-81-47521", "120-81-47521 검증번호가 맞습니다.\n"},
		{"bizno 104-81-36565", "104-81-36565 검증번호가 맞습니다.\n"},
		{"bizno 214-81-37726", "214-81-37726 검증번호가 맞습니다.\n"},
	} {
		got, sentence, code := calc(t, strings.Fields(c.line)...)
		if got != c.want || sentence != "" || code != 0 {
			t.Errorf("%s printed %q, %q, code %d; want %q", c.line, got, sentence, code, c.want)
		}
	}
}

func TestCalcDeadlineVectors(t *testing.T) {
	for line, want := range map[string]string{
		"--from 2022-12-31 --months 2": "2023-02-28 (화)",
		"--from 2022-12-31 --months 3": "2023-03-31 (금)",
		"--from 2022-11-30 --months 2": "2023-01-31 (화)",
		"--from 2022-06-30 --months 2": "2022-08-31 (수)",
		"--from 2022-12-15 --months 2": "2023-02-15 (수)",
		"--from 2022-12-30 --months 2": "2023-02-28 (화)",
		"--from 2023-12-31 --months 2": "2024-02-29 (목)",
		"--from 2025-12-31 --months 2": "2026-03-03 (화)",
		"--from 2022-05-13 --days 30":  "2022-06-13 (월)",
		"--from 2022-05-13 --days 20":  "2022-06-02 (목)",
	} {
		got, sentence, code := calc(t, append([]string{"deadline"}, strings.Fields(line)...)...)
		first, _, _ := strings.Cut(got, "\n")
		if first != want || code != 0 {
			t.Errorf("%s printed %q, %q, code %d; want %q", line, got, sentence, code, want)
		}
	}
	got, _, _ := calc(t, "deadline", "--from", "2025-12-31", "--months", "2")
	want := `2026-03-03 (화)
- 기산일 2025. 12. 31.(수): 첫날은 세지 않습니다(민법 제157조).
- 세기 시작하는 날 2026. 1. 1.(목)
- 2개월의 마지막 날 2026. 2. 28.(토): 달력에 따라 셉니다(민법 제160조).
- 2026. 2. 28.(토): 쉬는 날(토요일)이어서 다음 날로 넘깁니다(민법 제161조).
- 2026. 3. 1.(일): 쉬는 날(일요일, 삼일절)이어서 다음 날로 넘깁니다(민법 제161조).
- 2026. 3. 2.(월): 쉬는 날(삼일절 대체)이어서 다음 날로 넘깁니다(민법 제161조).
- 기한 2026. 3. 3.(화)까지
`
	if got != want {
		t.Errorf("got %s", got)
	}
	got, _, _ = calc(t, "deadline", "--from", "2022-05-13", "--days", "20")
	if !strings.Contains(got, "- 20일의 마지막 날 2022. 6. 2.(목)\n") {
		t.Errorf("got %s", got)
	}
}

func TestCalcJSON(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"split --json --amount 12345 --weights 50,50 --unit 10",
			`{"amount":12345,"weights":[50,50],"unit":10,"parts":[6170,6170],"total":12340,"cuts":[3,2],"cut":5}`},
		{"split --json --amount 7753087 --weights 1,1",
			`{"amount":7753087,"weights":[1,1],"unit":1,"parts":[3876544,3876543],"total":7753087,"cuts":[0,0],"cut":0}`},
		{"words --json 113560", `{"amount":113560,"words":"금일십일만삼천오백육십원","text":"금113,560원(금일십일만삼천오백육십원)"}`},
		{"rate --json 14354212 87500000", `{"part":14354212,"whole":87500000,"rate":16.4}`},
		{"score --json --drop-extremes 92 88 85 85 70", `{"mean":86.00,"used":[88,85,85],"dropped":[92,70]}`},
		{"score --json 80.5", `{"mean":80.50,"used":[80.5],"dropped":[]}`},
		{"bizno --json 1248100998", `{"number":"124-81-00998","valid":true}`},
		{"deadline --json --from 2022-05-13 --days 30", `{"from":"2022-05-13","days":30,"start":"2022-05-14","nominal":"2022-06-12",` +
			`"skipped":[{"date":"2022-06-12","why":"일요일"}],"deadline":"2022-06-13","weekday":"월"}`},
		{"deadline --json --from 2022-12-31 --months 3", `{"from":"2022-12-31","months":3,"start":"2023-01-01","nominal":"2023-03-31",` +
			`"skipped":[],"deadline":"2023-03-31","weekday":"금"}`},
	} {
		got, sentence, code := calc(t, strings.Fields(c.line)...)
		if got != c.want+"\n" || code != 0 || !json.Valid([]byte(got)) {
			t.Errorf("%s printed %q, %q, code %d; want %s", c.line, got, sentence, code, c.want)
		}
	}
}

// Bad input prints nothing, says one Korean sentence and ends with 2.
func TestCalcBadInput(t *testing.T) {
	for _, line := range []string{
		"split --amount 1.5 --weights 1,1", "split --amount 1e6 --weights 1,1", "split --amount 12원 --weights 1", "split --weights 1", "split --amount=-1 --weights 1",
		"split --amount 1000000000000000 --weights 1", "split --amount 10 --weights 0,0", "split --amount 10", "split --amount 10 --weights 1,x",
		"split --amount 10 --weights 1,0.5", "split --amount 10 --weights 1,,2", "split --amount 10 --weights=-1,2", "split --amount 10 --weights 1,2,3,4,5",
		"split --amount 10 --weights 1 --unit 5", "split --amount 10 --weights 1 --unit 100", "split --json --amount x --weights 1",
		"deadline --from 2023-02-29 --months 1", "deadline --from 2023-13-01 --months 1", "deadline --from 20230101 --months 1", "deadline --months 1",
		"deadline --from 2023-01-01", "deadline --from 2023-01-01 --months 1 --days 1", "deadline --from 2023-01-01 --months 0",
		"deadline --from 2023-01-01 --days=-1", "deadline --from 2023-01-01 --days 1.5", "deadline --from 2023-01-01 --months 99999999999",
		"deadline --from 2023-01-01 --months 5000", "deadline --from 2035-01-01 --months 2", "deadline --from 2027-12-31 --days 1",
		"deadline --from 2019-12-31 --months 2", "deadline --json --from 2035-01-01 --days 2",
		"words", "words 1.5", "words 일억", "words 1000000000000000", "words 1,00",
		"rate", "rate 1", "rate 1 0", "rate 0 0", "rate 1.5 2", "rate 1 2.5", "rate a b",
		"score", "score a", "score 85.1234", "score 1e2", "score --drop-extremes", "score --drop-extremes --from 2 1 2 3", "score --drop-extremes --from x 1 2 3",
		"score --from 3 1 2 3", "bizno", "bizno 123", "bizno abc-de-fghij", "bizno 124-81-009988",
	} {
		got, sentence, code := calc(t, strings.Fields(line)...)
		if got != "" || code != 2 {
			t.Errorf("%s printed %q, code %d", line, got, code)
		}
		if !strings.ContainsFunc(sentence, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) || strings.Contains(sentence, "\n") {
			t.Errorf("%s says %q", line, sentence)
		}
	}
}

func TestCalcSaysWhichYearsItKnows(t *testing.T) {
	_, sentence, _ := calc(t, "deadline", "--from", "2035-01-01", "--months", "2")
	if sentence != "2035년의 공휴일 자료가 없어 기한을 계산할 수 없습니다(자료가 있는 해: 2021~2027년)." {
		t.Error(sentence)
	}
}

func TestCalcBiznoWrongDigitEndsWithOne(t *testing.T) {
	got, sentence, code := calc(t, "bizno", "123-45-67890")
	if got != "" || code != 1 || !strings.Contains(sentence, "123-45-67890") {
		t.Errorf("%q, %q, %d", got, sentence, code)
	}
	got, _, code = calc(t, "bizno", "--json", "123-45-67890")
	if got != `{"number":"123-45-67890","valid":false}`+"\n" || code != 1 {
		t.Errorf("%q, %d", got, code)
	}
}

// Every calculator teaches: a sentence of help, flags explained, and an example.
func TestCalcHelpTeaches(t *testing.T) {
	var cli struct {
		Calc CalcCmd `cmd:""`
	}
	for _, name := range []string{"split", "deadline", "words", "rate", "score", "bizno"} {
		var buf bytes.Buffer
		ended := errors.New("ended")
		parser, err := kong.New(&cli, kong.Name("eoul"), kong.Writers(&buf, &buf), kong.Exit(func(int) { panic(ended) }))
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if r := recover(); r != any(ended) {
					t.Errorf("%s --help did not end: %v", name, r)
				}
			}()
			_, _ = parser.Parse([]string{"calc", name, "--help"})
		}()
		for _, want := range []string{"예: eoul calc " + name, "JSON으로 출력합니다."} {
			if !strings.Contains(buf.String(), want) {
				t.Errorf("help of %s lacks %q:\n%s", name, want, buf.String())
			}
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestCalcReportsThatItCouldNotPrint(t *testing.T) {
	for _, run := range []func(*cliOut) error{
		(&calcWords{N: "1"}).Run, (&calcWords{N: "1", JSON: true}).Run, (&calcScore{Scores: []string{"1"}}).Run, (&calcBizno{X: "123-45-67890", JSON: true}).Run,
	} {
		err := run(&cliOut{brokenPipe{}})
		if _, isExit := errors.AsType[Exit](err); err == nil || isExit {
			t.Errorf("got %v", err)
		}
	}
}
