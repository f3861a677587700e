package intake_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/korean"

	"eoul/pkg/fault"
	"eoul/pkg/intake"
	"eoul/pkg/report/xlsx"
)

// TestHostileFiles: each has its own answer. Those that are made to exhaust a reader
// go through the child process, the others are read here, which is quicker.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	r := intake.NewReader()
	heavy := []string{"entries", "bomb", "large", "entities", "row 5e7", "shared string -1", "cut"}
	for name, f := range hostile(t) {
		refused := ""
		if slices.Contains(heavy, name) {
			_, err := r.Read(t.Context(), f.data)
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
			_, fields := fault.Public(err)
			refused = fields["file"]
		} else {
			_, refused = intake.Examine(f.data)
		}
		if !strings.Contains(refused, f.want) {
			t.Errorf("%s: %q, want %q", name, refused, f.want)
		}
	}
}

// TestCutAnywhere: a file that ends early is refused wherever it ends.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	whole := minimal(`<row r="1"><c r="A1"><v>1</v></c></row>`).with("xl/media/x", noise(20_000)).pack(t)
	for n := 4; n < len(whole); n += 97 {
		if content, refused := intake.Examine(whole[:n]); refused == "" {
			t.Errorf("%d of %d bytes were read as %+v", n, len(whole), content)
		}
	}
	if _, refused := intake.Examine(whole); refused != "" {
		t.Errorf("the whole file: %s", refused)
	}
}

func TestTooLargeIsNotLookedAt(t *testing.T) {
	t.Parallel()
	if _, err := intake.NewReader().Read(t.Context(), make([]byte, intake.MaxSize+1)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%v", err)
	}
}

// TestCells reads every way in which programs write a cell.
func TestCells(t *testing.T) {
	t.Parallel()
	rows := `<row r="2" hidden="1"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><r><t>굵</t></r><r><t xml:space="preserve">게 </t></r></is></c>` +
		`<c r="D2"><v>1E+8</v></c><c r="E2" s="1"><v>46143</v></c><c r="F2" s="2"><v>46143.5</v></c><c r="G2"><f>SUM(A1:A3)</f><v>3</v></c><c r="H2" t="b"><v>1</v></c><c r="I2" t="e"><v>#REF!</v></c>` +
		`<c r="J2" t="str"><f t="shared" si="0"/><v>글</v></c><c r="K2" s="1"/><c r="L2" t="d"><v>2026-05-01T00:00:00</v></c><c r="M2" t="inlineStr"><is><t>줄_x000D_바꿈</t></is></c></row>` +
		`<row><c><v>7</v></c><c t="inlineStr"><is><t/></is></c></row><row r="9"/>`
	file := minimal(rows)
	want := intake.Content{Sheets: []intake.Sheet{{Name: "예산", Rows: []intake.Row{
		{Number: 2, Hidden: true, Cells: []intake.Cell{
			{1, intake.Text, "가나다", ""}, {2, intake.Text, "라마", ""}, {3, intake.Text, "굵게 ", ""}, {4, intake.Number, "1E+8", ""},
			{5, intake.Date, "2026-05-01", ""}, {6, intake.Date, "2026-05-01", ""}, {7, intake.Number, "3", "SUM(A1:A3)"}, {8, intake.Bool, "1", ""},
			{9, intake.Broken, "#REF!", ""}, {10, intake.Text, "글", "수식"}, {12, intake.Date, "2026-05-01", ""}, {13, intake.Text, "줄바꿈", ""},
		}},
		{Number: 3, Cells: []intake.Cell{{1, intake.Number, "7", ""}}},
	}, Merged: []intake.Area{{1, 5, 3, 6}}}}}
	file = file.swapped("xl/worksheets/sheet1.xml", "</worksheet>", `<mergeCells count="1"><mergeCell ref="$A$5:C6"/></mergeCells></worksheet>`)
	// A program of another vendor: every element has a prefix, the parts other names.
	hancom := parts{}
	for name, text := range file {
		if strings.HasPrefix(name, "xl/worksheets") || name == "xl/sharedStrings.xml" {
			text = strings.NewReplacer("</", "</x:", "<", "<x:", "<?", "<?").Replace(text)
			text = strings.ReplaceAll(strings.ReplaceAll(text, `xmlns="`, `xmlns:x="`), "<x:?", "<?")
		}
		hancom[name] = text
	}
	for name, f := range map[string]parts{"plain": file, "prefixed": hancom} {
		got, err := intake.NewReader().Read(t.Context(), f.pack(t))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v\nwant %+v", name, got, want)
		}
	}
	base1904 := file.swapped("xl/workbook.xml", "<sheets>", `<workbookPr date1904="1"/><sheets>`)
	if got, refused := intake.Examine(base1904.pack(t)); refused != "" || got.Sheets[0].Rows[0].Cells[4].Value != "2030-05-02" {
		t.Errorf("days of 1904: %+v %s", got, refused)
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	text := "비목·세목,내역\r\n210-01,\"한 줄\n두 줄\"\r\n,\r\n'=1+1,'가\r\n"
	cp949, err := korean.EUCKR.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []intake.Row{
		{Number: 1, Cells: []intake.Cell{{1, intake.Text, "비목·세목", ""}, {2, intake.Text, "내역", ""}}},
		{Number: 2, Cells: []intake.Cell{{1, intake.Text, "210-01", ""}, {2, intake.Text, "한 줄\n두 줄", ""}}},
		{Number: 4, Cells: []intake.Cell{{1, intake.Text, "=1+1", ""}, {2, intake.Text, "'가", ""}}},
	}
	for name, file := range map[string]string{
		"utf-8": text, "with a mark": "\ufeff" + text, "cp949": cp949, "tabs": strings.ReplaceAll(text, ",", "\t"), "semicolons": strings.ReplaceAll(text, ",", ";"),
	} {
		got, err := intake.NewReader().Read(t.Context(), []byte(file))
		if err != nil || !got.CSV || !reflect.DeepEqual(got.Sheets[0].Rows, want) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]int{"A1": {1, 1}, "Z9": {26, 9}, "AA10": {27, 10}, "XFD1048576": {16384, 1048576}} {
		if c, r, ok := intake.ParseName(name); !ok || c != want[0] || r != want[1] || intake.Name(c, r) != name {
			t.Errorf("%s is %d, %d, %v", name, c, r, ok)
		}
	}
	for _, bad := range []string{"", "A", "1", "A0", "A-1", "XFE1", "ABCD1", "A1048577", "A1B", "가1"} {
		if c, r, ok := intake.ParseName(bad); ok {
			t.Errorf("%q is read as %d, %d", bad, c, r)
		}
	}
}

// slow is an honest file that takes a while.
func slow(t *testing.T) []byte {
	n := 15_500_000
	if !intake.LimitsMemory { // a child under the race detector is slow by itself
		n /= 6
	}
	return minimal(`<row r="1"><c r="A1"><v>1</v></c></row>`).
		with("xl/styles.xml", "<styleSheet>"+strings.Repeat("<a/>", n)+"</styleSheet>").with("x", noise(1<<20)).pack(t)
}

// TestTimeIsLimited: processor time by the child itself, patience by its parent, and
// both leave the reader ready for the next file.
func TestTimeIsLimited(t *testing.T) {
	t.Parallel()
	file := slow(t)
	for name, r := range map[string]*intake.Reader{"processor": intake.Limited(1, 512<<20, time.Minute), "clock": intake.Limited(20, 512<<20, 300*time.Millisecond)} {
		_, err := r.Read(t.Context(), file)
		if _, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["file"], "시간이나 메모리") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "processor" {
			if _, err := r.Read(t.Context(), []byte("a,b\n")); err != nil {
				t.Errorf("%s: the next file: %v", name, err)
			}
		}
	}
}

// TestQueue: beyond the queue is a 503 with a time, and so is waiting too long.
func TestQueue(t *testing.T) {
	t.Parallel()
	r := intake.NewReader()
	free := r.Hold()
	_, err := r.Read(t.Context(), []byte("a,b\n"))
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != fault.Unavailable || e.Retry <= 0 {
		t.Errorf("%v", err)
	}
	free()
	var wait sync.WaitGroup
	for range 4 { // one at a time, all of them in the end
		wait.Go(func() {
			if _, err := r.Read(context.Background(), []byte("a,b\n")); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// TestMark colours and comments, and takes off what an earlier answer said.
func TestMark(t *testing.T) {
	t.Parallel()
	r := intake.NewReader()
	file := minimal(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row>`).pack(t)
	marked, err := r.Mark(t.Context(), file, []xlsx.Mark{{Sheet: "예산", Cell: "B1", Text: "숫자가 아닙니다."}, {Sheet: "예산", Cell: "A1", Text: "확인", Warning: true}})
	if err != nil {
		t.Fatal(err)
	}
	fills, comments := marksOf(t, marked)
	if fills["예산!B1"] != "FFC9CF" || fills["예산!A1"] != "FFEA9D" || !strings.Contains(comments["예산!B1"], "숫자가 아닙니다.") {
		t.Errorf("fills %v, comments %v", fills, comments)
	}
	again, err := r.Mark(t.Context(), marked, []xlsx.Mark{{Sheet: "예산", Cell: "A1", Text: "아직"}})
	if err != nil {
		t.Fatal(err)
	}
	fills, comments = marksOf(t, again)
	if fills["예산!B1"] != "" || fills["예산!A1"] != "FFC9CF" || len(comments) != 1 || !strings.Contains(comments["예산!A1"], "아직") {
		t.Errorf("the second time: fills %v, comments %v", fills, comments)
	}
	if got, err := r.Read(t.Context(), again); err != nil || got.Sheets[0].Rows[0].Cells[1].Value != "2" {
		t.Errorf("what was marked reads %+v %v", got, err)
	}
}

// FuzzExamine: whatever comes in, it is read or refused in a sentence.
func FuzzExamine(f *testing.F) {
	f.Add([]byte("비목·세목,국비\n210-01,1000\n"))
	f.Add([]byte("\xb0\xa1,\xb3\xaa\n"))
	f.Add(minimal(`<row r="1"><c r="A1" t="s"><v>1</v></c><c t="inlineStr"><is><t>글</t></is></c></row>`).pack(f))
	f.Add(minimal(`<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`).pack(f))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		content, refused := intake.Examine(data)
		if (refused == "") != (len(content.Sheets) > 0) {
			t.Fatalf("%d sheets and the answer %q", len(content.Sheets), refused)
		}
	})
}

// FuzzSheet goes past the container, which random bytes never form.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>1</v></c></row>`, `<xf numFmtId="14"/>`)
	f.Add(`<row><c t="inlineStr"><is><t>가</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`, `<numFmt numFmtId="1" formatCode="[d]\"y\"d"/>`)
	f.Fuzz(func(t *testing.T, rows, styles string) {
		file := minimal(rows).with("xl/styles.xml", "<styleSheet><cellXfs>"+styles+"</cellXfs></styleSheet>").pack(t)
		content, _ := intake.Examine(file)
		for _, s := range content.Sheets {
			last := 0
			for _, r := range s.Rows {
				if r.Number <= last || len(r.Cells) == 0 {
					t.Fatalf("rows %+v", s.Rows)
				}
				last = r.Number
			}
		}
	})
}

func TestChildRefusesNonsense(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := intake.Child(strings.NewReader("no order\n"), &out, &errs); code == 0 || out.Len() > 0 {
		t.Errorf("code %d, wrote %q", code, out.String())
	}
}
