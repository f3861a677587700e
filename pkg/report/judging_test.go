package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/report"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
)

// judged is a call whose review is locked: three applications, three sheets each.
type judged struct {
	*dbtest.DB
	fixture.Company
	report.Service
	call program.Call
	apps []application.Application
}

func newJudged(t *testing.T) judged {
	t.Helper()
	d := dbtest.New(t)
	w := judged{DB: d, Company: fixture.Cast(t, d), Service: report.Service{Work: d.Work}}
	w.call = fixture.Call(t, d, w.Company)
	for _, who := range []authz.Actor{w.Province, w.Officer, w.OfficerOther} {
		w.apps = append(w.apps, fixture.Submitted(t, d, w.Company, w.call, who))
	}
	return w
}

func read(t *testing.T, book *xlsx.Book) (*excelize.File, []byte) {
	t.Helper()
	var raw bytes.Buffer
	if _, err := book.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, raw.Bytes()
}

func (w judged) open(t *testing.T, who authz.Actor, req page.Request) (*excelize.File, []byte) {
	t.Helper()
	file, err := w.Judging(t.Context(), who, w.call.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, file.Book)
}

// TestJudgingWorkbook compares cell by cell: the ranking with its inputs, the sheets by
// number for those who may not know names, and only what the filter leaves.
func TestJudgingWorkbook(t *testing.T) {
	w := newJudged(t)
	ctx := t.Context()
	for _, who := range []authz.Actor{w.Manager, w.Chair} {
		if _, err := w.Judging(ctx, who, w.call.ID, page.Request{}); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("before the lock %s got %v", who.Name, err)
		}
	}
	fixture.Selected(t, w.DB, w.Company, w.call, w.apps)
	for _, who := range []authz.Actor{w.Officer, w.Reviewers[0], w.Finance, authz.Anonymous()} {
		if _, err := w.Judging(ctx, who, w.call.ID, page.Request{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s got %v", who.Name, err)
		}
	}
	f, _ := w.open(t, w.Decider, page.Request{})
	if got := strings.Join(f.GetSheetList(), "|"); got != "순위|점수표|토의 기록|설명 요청|점수 변경" {
		t.Errorf("sheets %s", got)
	}
	ranking, scores, minutes := table(t, f, "순위"), table(t, f, "점수표"), table(t, f, "토의 기록")
	if !strings.HasPrefix(ranking[5], "1|"+w.apps[0].Number+"|가람도|어울림 시장 만들기|") || !strings.Contains(ranking[5], "|선정|100000000|50000000|50000000|0|0") || !strings.HasPrefix(ranking[8], "합계") || !strings.Contains(ranking[8], "300000000|150000000") {
		t.Errorf("ranking:\n%s", strings.Join(ranking, "\n"))
	}
	if len(scores) < 14 || !strings.Contains(scores[5], "|위원 ") || strings.Contains(strings.Join(scores, ""), "심사일") {
		t.Errorf("scores:\n%s", strings.Join(scores, "\n"))
	}
	if text := strings.Join(minutes, "\n"); !strings.Contains(text, "점수를 그대로 둡니다.") || !strings.Contains(text, "심사 확정: 두 번째 사람의 확인|") {
		t.Errorf("minutes:\n%s", text)
	}
	if f, _ := w.open(t, w.Manager, page.Request{}); !strings.Contains(strings.Join(table(t, f, "점수표"), ""), "위원 1(심사") {
		t.Error("the manager reads no names")
	}
	both := w.Decider // here, and manager of another programme
	both.Grants = append(slices.Clone(both.Grants), authz.Grant{Role: "manager", Program: w.Program + 1})
	if f, _ := w.open(t, both, page.Request{}); strings.Contains(strings.Join(table(t, f, "점수표"), ""), "위원 1(심사") {
		t.Error("who is manager elsewhere reads names here")
	}
	f, _ = w.open(t, w.Decider, page.Request{Query: "바람"})
	if rows := table(t, f, "순위"); len(rows) != 7 || !strings.Contains(rows[5], "마루도 바람군") {
		t.Errorf("one word leaves\n%s", strings.Join(rows, "\n"))
	}
	f, _ = w.open(t, w.Decider, page.Request{Filters: map[string]string{"outcome": "declined"}})
	if rows := table(t, f, "순위"); len(rows) != 6 {
		t.Errorf("nobody was declined:\n%s", strings.Join(rows, "\n"))
	}
}

// TestJudgingTellsCorrections: points that an upheld objection corrected count in the
// sheet and the ranking, both values stand beside, and the new version has its cause.
func TestJudgingTellsCorrections(t *testing.T) {
	w := newJudged(t)
	ctx, sel := t.Context(), fixture.Selections(w.DB)
	fixture.Selected(t, w.DB, w.Company, w.call, w.apps)
	letters, err := sel.Letters(ctx, w.OfficerOther, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := sel.File(ctx, w.OfficerOther, letters.Items[0].ID, "다시 보아 주십시오.", nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := sel.Objection(ctx, w.Manager, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	x := d.Correctable.Scores[0]
	if o, err = sel.Uphold(ctx, w.Manager, o.ID, o.Version, "살펴보니 맞습니다.", review.CorrectionInput{Kind: review.CorrectScore, SheetID: x.SheetID, CriterionID: x.CriterionID, Points: "3", Evidence: "=위원의 확인서"}); err == nil {
		o, err = sel.Attest(ctx, w.Chair, o.ID, o.Version)
	}
	if err == nil {
		_, err = sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, _ := w.open(t, w.Decider, page.Request{})
	rows := table(t, f, "점수 변경")
	if len(rows) != 6 || !strings.Contains(rows[5], "|"+x.Criterion+"|17|3|-14|=위원의 확인서|") || !strings.HasSuffix(rows[5], "|이의신청 인용") {
		t.Errorf("changes:\n%s", strings.Join(rows, "\n"))
	}
	corrected := 0
	for _, row := range table(t, f, "점수표") {
		if strings.HasSuffix(row, "|정정") {
			corrected++
			if !strings.HasPrefix(row, w.apps[2].Number) || !strings.Contains(row, "|3|22|22|7|7|7|68|정정") {
				t.Errorf("the corrected sheet is %s", row)
			}
		}
	}
	if corrected != 1 {
		t.Errorf("%d sheets are corrected:\n%s", corrected, strings.Join(table(t, f, "점수표"), "\n"))
	}
	if text := strings.Join(table(t, f, "토의 기록"), "\n"); !strings.Contains(text, "순위의 새 판") || !strings.Contains(text, "제2판: 이의신청 인용(마루도 바람군") {
		t.Errorf("the new version is not told:\n%s", text)
	}
}

func TestAllowances(t *testing.T) {
	w := newJudged(t)
	fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	if _, err := w.Allowances(t.Context(), w.Decider, w.call.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the decision maker got %v", err)
	}
	file, err := w.Allowances(t.Context(), w.Finance, w.call.ID)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := read(t, file.Book)
	rows := table(t, f, "심사수당")
	text := strings.Join(rows, "\n")
	total := fmt.Sprintf("%d", 9*10_000+5*100_000)
	if !strings.Contains(text, "1|심사일|가상대학교|") || !strings.Contains(text, "|"+total) || !strings.Contains(text, "세금은 계산하지 않았습니다") {
		t.Errorf("want a total of %s:\n%s", total, text)
	}
}

// TestOfficeReadsJudging takes both workbooks through LibreOffice and back.
func TestOfficeReadsJudging(t *testing.T) {
	if os.Getenv("EOUL_OFFICE") == "" {
		t.Skip("EOUL_OFFICE=1 runs this with LibreOffice (make office)")
	}
	w := newDiscussed(t).judged
	f, raw := w.open(t, w.Manager, page.Request{})
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "judging.xlsx"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	convert(t, filepath.Join(folder, "judging.xlsx"), filepath.Join(folder, "again"), "xlsx:Calc MS Excel 2007 XML")
	again, err := excelize.OpenFile(filepath.Join(folder, "again", "judging.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	unchanged(t, f, again)
}
