package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// when is an instant as the workbook writes it.
var when = regexp.MustCompile(`\d{4}\. \d+\. \d+\.\([월화수목금토일]\) \d\d:\d\d`)

// record is a sheet without its three lines above the head, instants as 때.
func record(t *testing.T, f *excelize.File, sheet string) []string {
	t.Helper()
	rows := table(t, f, sheet)
	for i := range rows {
		rows[i] = when.ReplaceAllString(rows[i], "때")
	}
	return rows[3:]
}

// exactly compares all rows.
func exactly(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d rows, want %d:\n%s", what, len(got), len(want), strings.Join(got, "\n"))
		return
	}
	for i, line := range want {
		if got[i] != line {
			t.Errorf("%s, row %d is\n %s\nwant\n %s", what, i, got[i], line)
		}
	}
}

// TestJudgingDiscussion compares the sheets of the discussion cell by cell: for who may
// know names and who may not, and under the filter of the screen.
func TestJudgingDiscussion(t *testing.T) {
	w := newDiscussed(t)
	number := func(i int) string { return fmt.Sprintf("위원 %d", i+1) }
	named := func(i int) string { return number(i) + "(" + w.Reviewers[i].Name + ")" }
	both := number(0) + ", " + number(1)
	app := func(i int) string { return w.apps[i].Number + "|" + w.apps[i].GovernmentName }
	by := func(who authz.Actor) string { return "|때|" + who.Name }
	chair := by(w.Chair)

	ctx, queries := work.Counting(t.Context())
	file, err := w.Judging(ctx, w.Decider, w.call.ID, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := read(t, file.Book)
	if got := strings.Join(f.GetSheetList(), "|"); got != "순위|점수표|점수표(발표심사)|토의 기록|설명 요청|점수 변경" {
		t.Errorf("sheets %s", got)
	}
	head := "단계|구분|일시|처리한 사람|심사위원|신청번호|지자체명|내용"
	asked := []string{"심사 시작" + by(w.Manager), "토의 열기 요청" + chair, "토의 열기: 두 번째 사람의 확인" + by(w.Manager)}
	ended := []string{"심사 확정 요청" + chair, "내용이 바뀌어 요청 취소|때", "심사 확정 요청" + chair, "심사 확정: 두 번째 사람의 확인" + by(w.Decider)}
	all := func(stage string, parts ...[]string) (out []string) {
		for _, p := range parts {
			for _, line := range p {
				out = append(out, stage+"|"+line)
			}
		}
		return out
	}
	meeting := "회의(참석 위원, 장소)" + chair + "|" + both + "|||" + evil
	first, nothing, third := "신청별 토의와 결정"+chair+"||"+app(0)+"|그대로 둡니다.", "신청별 토의와 결정"+chair+"||"+app(1)+"|적은 내용이 없습니다.", "신청별 토의와 결정"+chair+"||"+app(2)+"|=1+1"
	reopened := "평가표 다시 열기" + chair + "|" + number(w.owner) + "|" + app(2) + "|-2+3"
	paragraphs := []string{"회의 내용" + chair + "||||첫 문단입니다.", "회의 내용" + chair + "||||둘째 문단입니다."}
	paper := all("서면심사", []string{meeting}, paragraphs, []string{first, nothing, third}, asked, []string{reopened}, ended)
	last := all("발표심사", []string{meeting, first, nothing, third}, asked,
		[]string{"평가표 제외|때|" + number(w.recused) + "|" + number(w.recused) + "|" + app(0) + "|친족이 일합니다."}, ended)
	exactly(t, "토의 기록", record(t, f, "토의 기록"), append(append([]string{head}, paper...), last...)...)

	items := w.criteria(t)
	exactly(t, "설명 요청", record(t, f, "설명 요청"), "단계|신청번호|지자체명|심사위원|평가항목|요청한 사람|요청 일시|요청 내용|답변 일시|답변 내용",
		"서면심사|"+app(2)+"|"+number(w.owner)+"|평가표 전체|위원장("+w.Chair.Name+")|때|"+evil+"|때|+1",
		"서면심사|"+app(2)+"|"+number(w.owner)+"|"+items[1]+"|"+number(w.fellow)+"|때|왜 낮습니까?||답변하지 않았습니다.")
	exactly(t, "점수 변경", record(t, f, "점수 변경"), "단계|신청번호|지자체명|심사위원|평가항목|점수|점수|점수|변경 사유|점수의 근거|점수의 근거|변경 일시|비고",
		"단계|신청번호|지자체명|심사위원|평가항목|변경 전|변경 후|차이|변경 사유|변경 전|변경 후|변경 일시|비고",
		"서면심사|"+app(2)+"|"+number(w.owner)+"|"+items[0]+"|18|12.5|-5.5|@SUM(A1)|"+items[0]+"의 근거입니다.|"+items[0]+"의 근거입니다.|때",
		"서면심사|"+app(2)+"|"+number(w.owner)+"|"+items[1]+"|23|23|0||"+items[1]+"의 근거입니다.|다시 적은 근거|때|근거만 고침")
	inert(t, f)
	if n := queries.N(); n > 14 {
		t.Errorf("%d queries for the workbook", n)
	}

	f, _ = w.judged.open(t, w.Manager, page.Request{})
	for sheet, text := range map[string]string{"토의 기록": named(0) + ", " + named(1), "설명 요청": "|" + named(w.fellow) + "|", "점수 변경": "|" + named(w.owner) + "|"} {
		if got := strings.Join(record(t, f, sheet), "\n"); !strings.Contains(got, text) {
			t.Errorf("the manager does not read %s in %s:\n%s", text, sheet, got)
		}
	}
	f, _ = w.judged.open(t, w.Auditor, page.Request{})
	for _, sheet := range f.GetSheetList() {
		for _, who := range w.Reviewers {
			if strings.Contains(strings.Join(table(t, f, sheet), "\n"), who.Name) {
				t.Errorf("the auditor reads %s in %s", who.Name, sheet)
			}
		}
	}

	f, _ = w.judged.open(t, w.Decider, page.Request{Query: strings.TrimPrefix(w.apps[2].GovernmentName, "마루도 ")})
	exactly(t, "토의 기록 of the last application", record(t, f, "토의 기록"), append(append([]string{head},
		all("서면심사", []string{meeting}, paragraphs, []string{third}, asked, []string{reopened}, ended)...), all("발표심사", []string{meeting, third}, asked, ended)...)...)
	if len(record(t, f, "설명 요청")) != 3 || len(record(t, f, "점수 변경")) != 4 {
		t.Error("the word of the last application hides what was asked about it or changed in it")
	}
	f, _ = w.judged.open(t, w.Decider, page.Request{Filters: map[string]string{"outcome": "declined"}})
	exactly(t, "토의 기록 of nobody", record(t, f, "토의 기록"), append(append([]string{head},
		all("서면심사", []string{meeting}, paragraphs, asked, ended)...), all("발표심사", []string{meeting}, asked, ended)...)...)
	if got := record(t, f, "설명 요청"); got[1] != "설명 요청이 없습니다." {
		t.Errorf("nobody was asked: %s", got)
	}
	if got := record(t, f, "점수 변경"); got[2] != "변경한 점수가 없습니다." {
		t.Errorf("nothing was changed: %s", got)
	}
}

// criteria are the titles of the paper stage.
func (w *discussed) criteria(t *testing.T) (out []string) {
	t.Helper()
	if err := w.DB.DB.Select(&out, `select k.title from criteria k join rubrics u on u.id = k.rubric_id where u.call_id = $1 and u.stage = 'paper' order by k.position`, w.call.ID); err != nil {
		t.Fatal(err)
	}
	return out
}

// inert checks that no cell of the discussion computes.
func inert(t *testing.T, f *excelize.File) {
	t.Helper()
	for _, sheet := range []string{"토의 기록", "설명 요청", "점수 변경"} {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c := range row {
				cell, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
					t.Errorf("%s!%s computes %q (%v)", sheet, cell, formula, err)
				}
			}
		}
	}
}

// TestJudgingTellsWhen: the instant of a line is that of its row, in Korean time.
func TestJudgingTellsWhen(t *testing.T) {
	w := newJudged(t)
	round := fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	view, err := fixture.Reviews(w.DB).Minutes(t.Context(), w.Manager, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := w.open(t, w.Manager, page.Request{})
	rows := table(t, f, "토의 기록")
	if !strings.HasPrefix(rows[4], "서면심사|회의(참석 위원, 장소)|"+calendar.FormatInstant(view.Minutes.HeldAt)+"|"+w.Chair.Name+"|위원 1(심사일), 위원 2(") {
		t.Errorf("the meeting is told as %s", rows[4])
	}
}
