package planbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/korean"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// TestEveryMistakeAtOnce: each wrong cell is named with its value, its rule and its
// remedy, in the order of the cells.
func TestEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	file := edited(t, w.download(t), func(f *excelize.File) error {
		if err := f.SetCellFormula("예산", "G8", "SUM(C7:C8)"); err != nil {
			return err
		}
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			return err
		}
		if err := f.SetCellStyle("예산", "I8", "I8", day); err != nil {
			return err
		}
		return set(
			"예산!A7", "999-99 없는 과목", "예산!C7", "백만", "예산!G7", "1.0E+8", "예산!H7", 12.5, "예산!J7", true, "예산!D8", "둘",
			"예산!I8", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), "예산!G9", -5, "예산!B10", strings.Repeat("가", 201), "예산!G11", 1,
			"협업기관!B6", "124-81-00999", "협업기관!D6", "내일", "협업기관!E6", "없는 파일.pdf", "협업기관!C7", "이름 없는 기관",
			"세부사업!E6", "2031-01-01", "성과지표!E6", nil,
		)(f)
	})
	in := w.upload(t, file)
	want := []string{
		"예산 A7 비목·세목 [999-99 없는 과목] 목록에서 골라", "예산 C7 단가 [백만] 숫자와 세 자리마다", "예산 G7 국비 [1.0E+8] 자릿수가 잘렸을", "예산 H7 시도비 [12.5] 소수점",
		"예산 J7 자부담 [TRUE] 참·거짓", "예산 D8 수량 [둘] 정수여야", "예산 G8 국비 [=SUM(C7:C8) → 33226500] 수식", "예산 I8 시군구비 [2026-01-02] 날짜로 된 칸", "예산 G9 국비 [-5] 0원 이상",
		"예산 B10 내역 [" + strings.Repeat("가", 80) + "…] 200자까지", "예산 K11 재원 합계 [] 재원의 합은",
		"협업기관 B6 사업자등록번호 [124-81-00999] 검증번호", "협업기관 D6 협약일 [내일] 날짜로 읽을", "협업기관 E6 협약서 [없는 파일.pdf] 올린 파일의 이름", "협업기관 A7 기관명 [] 적어 주십시오",
		"세부사업 E6 종료일 [2031-01-01] 사업 기간", "성과지표 E6 목표값 [] 적어 주십시오",
	}
	var got []string
	for _, f := range in.Only(false) {
		got = append(got, fmt.Sprintf("%s %s %s [%s] %s", f.Sheet, f.Cell, f.Heading, f.Value, f.Rule))
		if f.Remedy == "" {
			t.Errorf("%s has no remedy", f.Cell)
		}
	}
	if len(got) != len(want) || in.Errors != len(want) {
		t.Fatalf("%d findings, want %d\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i, text := range want {
		begin, rule, _ := strings.Cut(text, "] ")
		if !strings.HasPrefix(got[i], begin+"] ") || !strings.Contains(got[i], rule) {
			t.Errorf(" got %s\nwant %s", got[i], text)
		}
	}
	wantKind(t, w.apply(t, w.Officer, in), fault.Invalid, "17군데")

	name, marked, err := w.books.Marked(t.Context(), w.Officer, w.app.ID, in.ID)
	if err != nil || name != "확인 결과 예산.xlsx" {
		t.Fatalf("%s %v", name, err)
	}
	edited(t, marked, func(f *excelize.File) error {
		comments, err := f.GetComments("예산")
		if err != nil || len(comments) != 11 || !strings.Contains(comments[0].Text, "목록에서 골라") {
			t.Errorf("comments %+v %v", comments, err)
		}
		id, err := f.GetCellStyle("예산", "A7")
		if err != nil {
			return err
		}
		style, err := f.GetStyle(id)
		if err != nil || len(style.Fill.Color) != 1 || style.Fill.Color[0] != "FFC9CF" {
			t.Errorf("A7 looks like %+v %v", style, err)
		}
		if v, err := f.GetCellValue("예산", "A7"); err != nil || v != "999-99 없는 과목" {
			t.Errorf("A7 is %q %v", v, err)
		}
		return nil
	})
	// The same file corrected, comments and colours still on it: nothing of the old answer stays.
	in = w.upload(t, w.download(t))
	if in.Errors != 0 || len(in.Findings) != 0 {
		t.Errorf("the corrected file: %+v", in.Findings)
	}
}

// TestNumbers are the spellings of an amount and what each is read as.
func TestNumbers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	cells := []any{"1,000", "１０００", " 1 000 ", "₩1,000", "1,000원", 1000, 1000.0, "1000.00", "1.000,00", "1,00", "=1000", "1e3", 1e15, "-", "0x10", "9999999999999999"}
	want := []string{"1000", "1000", "1000", "1000", "1000", "1000", "1000", "1000", "소수점", "쉼표", "쉼표", "1.0E+8", "999,999,999,999,999", "0", "쉼표", "999,999,999,999,999"}
	data := w.download(t)
	pairs := []any{"예산!H7", 1, "예산!C7", nil, "예산!D7", nil, "예산!E7", nil}
	for i, v := range cells {
		n := 20 + i
		pairs = append(pairs, fmt.Sprintf("예산!A%d", n), "210-01", fmt.Sprintf("예산!H%d", n), 1, fmt.Sprintf("예산!G%d", n), v)
	}
	in := w.upload(t, edited(t, data, set(pairs...)))
	at := map[string]string{}
	for _, f := range in.Findings {
		at[f.Cell] += f.Rule
	}
	for i, v := range cells {
		cell := fmt.Sprintf("G%d", 20+i)
		number := strings.Trim(want[i], "0123456789") == ""
		if number == (at[cell] != "") || !number && !strings.Contains(at[cell], want[i]) {
			t.Errorf("%v in %s: %q, want %q", v, cell, at[cell], want[i])
		}
	}
}

// TestWrongFiles: what is no workbook of this application has its answer.
func TestWrongFiles(t *testing.T) {
	t.Parallel()
	w := setup(t)
	data := w.download(t)
	id := func(row int, value string) []byte {
		return edited(t, data, set(fmt.Sprintf("_eoul!B%d", row), value))
	}
	w.refused(t, "another template", id(1, "other"), "어울에서 내려받은")
	w.refused(t, "an old template", id(2, "0"), "지금 쓰지 않는 서식")
	w.refused(t, "another application", id(3, "A-2026-99999"), "다른 신청서(A-2026-99999)")
	w.refused(t, "no identity", edited(t, data, func(f *excelize.File) error { return f.DeleteSheet("_eoul") }), "어울에서 내려받은")
	w.refused(t, "any workbook", edited(t, data, func(f *excelize.File) error {
		for _, s := range f.GetSheetList()[:6] {
			if err := f.DeleteSheet(s); err != nil {
				return err
			}
		}
		return nil
	}), "하나도 찾지 못했습니다")
	empty := edited(t, data, func(f *excelize.File) error {
		for _, sheet := range []string{"예산", "협업기관", "세부사업", "성과지표"} {
			rows, err := f.GetRows(sheet)
			if err != nil {
				return err
			}
			for n := len(rows); n >= 6; n-- {
				if err := f.RemoveRow(sheet, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
	w.refused(t, "nothing filled in", empty, "적은 내용이 없습니다")
	w.refused(t, "a picture", []byte("\x89PNG\r\n\x1a\n\x00"), "엑셀 통합 문서")
	w.refused(t, "text", []byte("안녕하세요"), "제목 줄")
	if _, err := w.books.Upload(t.Context(), w.Officer, w.app.ID, "큰.xlsx", make([]byte, 10<<20+1)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a large file: %v", err)
	}
	var n int
	if err := w.DB.DB.Get(&n, `select count(*) from plan_imports`); err != nil || n != 0 {
		t.Errorf("%d refused files are kept (%v)", n, err)
	}
}

// TestSheetsAndColumnsByHeading: moved, renamed, hidden and deleted ones.
func TestSheetsAndColumnsByHeading(t *testing.T) {
	t.Parallel()
	w := setup(t)
	data := w.download(t)
	in := w.upload(t, edited(t, data, func(f *excelize.File) error {
		for _, err := range []error{
			f.SetSheetName("예산", "우리 예산"), f.DeleteSheet("세부사업"), f.MoveSheet("성과지표", "작성 안내"), f.SetSheetVisible("협업기관", false),
			f.InsertCols("우리 예산", "A", 2), f.InsertRows("우리 예산", 1, 3), f.SetCellValue("우리 예산", "I8", "국비 (원)"), f.SetCellValue("성과지표", "A6", "고친 지표"),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	}))
	if in.Errors != 0 || len(in.Versions) != 1 || in.Versions[application.PartIndicators] == 0 {
		t.Fatalf("%+v, versions %v", in.Findings, in.Versions)
	}
	if len(in.Notes) != 1 || !strings.Contains(in.Notes[0], "‘세부사업’ 시트가 없어") || in.Warnings != 1 || !strings.Contains(in.Findings[0].Rule, "숨긴 시트") {
		t.Errorf("notes %v, findings %+v", in.Notes, in.Findings)
	}
	in = w.upload(t, edited(t, data, func(f *excelize.File) error {
		for _, err := range []error{f.RemoveCol("예산", "G"), f.MergeCell("예산", "A7", "A8"), f.SetRowVisible("예산", 9, false), f.SetCellValue("협업기관", "E5", "역할")} {
			if err != nil {
				return err
			}
		}
		n, err := f.NewSheet("복사본")
		if err != nil {
			return err
		}
		from, err := f.GetSheetIndex("성과지표")
		if err != nil {
			return err
		}
		return f.CopySheet(from, n)
	}))
	rules := ""
	for _, f := range in.Findings {
		rules += f.Sheet + " " + f.Cell + " " + f.Rule + "\n"
	}
	for _, want := range []string{"예산 A5 ‘국비’ 열을 찾지 못했습니다", "예산 A7 병합한 칸", "예산 A9 숨긴 행", "협업기관 A5 ‘협약서’ 열을 찾지", "협업기관 A5 ‘역할’ 열이 두 번", "복사본 A5 ‘성과지표’ 표가 다른 시트에도"} {
		if !strings.Contains(rules, want) {
			t.Errorf("no %q in\n%s", want, rules)
		}
	}
}

// TestCSVOfLines takes the budget sheet saved as CSV, in CP949 too.
func TestCSVOfLines(t *testing.T) {
	t.Parallel()
	w := setup(t)
	text := "예산 편성 내역,,,\n비목·세목,내역,국비(원),시도비(원)\n합계,,\"2,000\",\n210-01 일반수용비,'=홍보물,\"1,000\",\"1,000\"\n"
	cp949, err := korean.EUCKR.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	in := w.upload(t, []byte(cp949))
	missing := 0
	for _, f := range in.Only(false) {
		if strings.Contains(f.Rule, "열을 찾지 못했습니다") {
			missing++
		}
	}
	if in.Errors != missing || missing != 5 || in.Findings[0].Cell != "A2" {
		t.Errorf("%+v", in.Findings)
	}
	in = w.upload(t, []byte(strings.ReplaceAll(text, "시도비(원)\n", "시도비(원),단가,수량,횟수,시군구비,자부담\n")))
	if in.Errors != 0 || !in.Ready() {
		t.Fatalf("%+v", in.Findings)
	}
	if err := w.apply(t, w.Officer, in); err != nil {
		t.Fatal(err)
	}
	if lines := w.plan(t).Lines; len(lines) != 1 || lines[0].Description != "=홍보물" || lines[0].Amounts.National != money.Must(1000) {
		t.Errorf("%+v", lines)
	}
	if _, _, err := w.books.Marked(t.Context(), w.Officer, w.app.ID, in.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("colours of an applied CSV: %v", err)
	}
}

// TestRulesOfTheCallAreWarnings: the matching rule and the cap do not stop a draft.
func TestRulesOfTheCallAreWarnings(t *testing.T) {
	t.Parallel()
	w := setup(t)
	in := w.upload(t, edited(t, w.download(t), set("예산!A40", "210-01", "예산!J40", 50_000_000)))
	if in.Errors != 0 || in.Warnings < 3 || !in.Ready() {
		t.Fatalf("%+v", in.Findings)
	}
	if f := in.Findings[0]; f.Cell != "G5" || !strings.Contains(f.Rule, "국비는") || !f.Warning {
		t.Errorf("%+v", in.Findings)
	}
	if err := w.apply(t, w.Officer, in); err != nil {
		t.Fatal(err)
	}
}

// TestFiveThousandLines: far more than a plan takes, and still every cell is named.
func TestFiveThousandLines(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx, n := work.Counting(t.Context())
	in, err := w.books.Upload(ctx, w.Officer, w.app.ID, "큰 예산.xlsx", Lines(t, w.download(t), 5000))
	if err != nil {
		t.Fatal(err)
	}
	many := n.N()
	if in.Errors != 5000/10+1 || !in.Many(false) || !strings.Contains(in.Findings[30].Rule+in.Findings[31].Rule, "300줄까지") {
		t.Errorf("%d errors, the 31st %+v", in.Errors, in.Findings[30])
	}
	groups := in.Groups(false)
	if len(groups) != 1 || !groups[0].Folded() || groups[0].Last().Cell != "A4997" {
		t.Errorf("%d groups, %+v", len(groups), groups[0].Last())
	}
	ctx, n = work.Counting(t.Context())
	if _, err := w.books.Upload(ctx, w.Officer, w.app.ID, "작은.xlsx", w.download(t)); err != nil || n.N() != many {
		t.Errorf("%d queries for 8 lines, %d for 5,000 (%v)", n.N(), many, err)
	}
}

// Lines makes a workbook of so many lines, every tenth with a code that does not exist.
func Lines(t testing.TB, data []byte, lines int) []byte {
	t.Helper()
	return edited(t, data, func(f *excelize.File) error {
		for i := range lines {
			code := "210-01 일반수용비"
			if i%10 == 0 {
				code = "999-99"
			}
			row := []any{code, fmt.Sprintf("%d번째 줄의 내역", i+1), 1000, 2, 1, nil, 1000, 500, 500, 0}
			if err := f.SetSheetRow("예산", fmt.Sprintf("A%d", 7+i), &row); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestOtherPrograms: a file whose parts another program wrote in its own manner, with
// prefixes on every element, shared strings and no formulas' values.
func TestOtherPrograms(t *testing.T) {
	t.Parallel()
	w := setup(t)
	shared := edited(t, w.download(t), set("성과지표!E6", "32")) // excelize writes shared strings where it changes
	var out bytes.Buffer
	z, err := zip.NewReader(bytes.NewReader(shared), int64(len(shared)))
	if err != nil {
		t.Fatal(err)
	}
	to := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/sheet") || f.Name == "xl/sharedStrings.xml" {
			text = []byte(strings.NewReplacer("</", "</hx:", "<?", "<?", "<", "<hx:", `xmlns="`, `xmlns:hx="`).Replace(string(text)))
		}
		if f.Name == "docProps/app.xml" {
			text = []byte(`<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Hancom Office Hancell</Application></Properties>`)
		}
		part, err := to.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	in := w.upload(t, out.Bytes())
	if in.Errors != 0 || len(in.Versions) != 1 || in.Versions[application.PartIndicators] == 0 {
		t.Errorf("%+v, versions %v", in.Findings, in.Versions)
	}
}
