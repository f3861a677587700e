package web_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

// toldRubric is a rubric with everything an applicant should be told of.
func toldRubric(in *program.CallInput) {
	first := &in.Rubric.Criteria[0]
	first.Guidance, first.Floor, first.Weight = "현안이 지역 통계로 드러나는지 봅니다.", 8, 2
	first.Levels = program.Levels{{Label: "수", Points: 20, Description: "현안과 사업이 꼭 맞습니다."}, {Label: "가", Points: 4, Description: "현안이 드러나지 않습니다."}}
	in.Rubric.Bonus = []program.BonusItem{{Title: "인구감소지역", Points: 3, Evidence: "행정안전부 고시"}, {Title: "전년도 정산 지연", Points: -2}}
	in.Rubric.TieBonus = 7
	for i := range in.Rubric.Criteria {
		in.Rubric.Criteria[i].TieOrder = i + 1
	}
	in.DropExtremes, in.DropFrom, in.TotalFloor = true, 5, 60
}

// TestCallTellsHowItJudges: anybody reads stages, criteria, anchors, floors, bonus items
// and the tie chain of an announced call, at the same cost for one stage and for three.
func TestCallTellsHowItJudges(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c, toldRubric)
	at := fmt.Sprintf("/public/calls/%d", call.ID)
	read := func() (webtest.Answer, int) {
		r := httptest.NewRequest("GET", at, nil)
		ctx, n := work.Counting(r.Context())
		page := site.Anyone().Do(r.WithContext(ctx))
		return page, n.N()
	}
	told := []string{"심사 방법", "현안이 지역 통계로 드러나는지", "<b class=\"num\">40</b>점", "20점까지 매긴 점수를 2배로", "과락 8점 미만", "수 <span class=\"num\">20</span>점", "현안과 사업이 꼭 맞습니다.",
		"확인할 자료: 행정안전부 고시", "<b class=\"num\">+3</b>점", "<b class=\"num\">-2</b>점", "5명 이상이 평가하면 최고점과 최저점을", "소수 둘째 자리까지(반올림)", "60점 미만이면", "지속가능성 → 가점·감점 → 위원회 결정"}
	page, few := read()
	page.Want(t, 200, told...).Lacks(t, "비중을 곱해", "100%", " open><summary>")
	stages := []program.StageInput{{Stage: program.Paper, WeightBps: 4_000}, {Stage: program.Site, WeightBps: 1_000}, {Stage: program.Presentation, WeightBps: 5_000}}
	if _, err := (&program.Service{Work: d.Work}).SetStages(t.Context(), c.Manager, call.ID, stages, "단계를 나눕니다."); err != nil {
		t.Fatal(err)
	}
	page, many := read()
	page.Want(t, 200, append(told[:len(told)-1], "40%", "현장실사", "발표심사 배점표", "비중을 곱해", "발표심사: 사업 필요성·지역현안 적합성 → ")...)
	if many != few {
		t.Errorf("the page costs %d queries with one stage, %d with three", few, many)
	}
	site.As(c.Officer).Get(fmt.Sprintf("/calls/%d", call.ID)).Want(t, 200, "발표심사 배점표", "현안과 사업이 꼭 맞습니다.")
}

// TestJudgingLook folds the anchors without a script, shows them all on paper, and
// shows a rubric that is closed as text.
func TestJudgingLook(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c, toldRubric)
	public := fmt.Sprintf("/public/calls/%d", call.ID)
	b := browsertest.New(t, site.Handler)
	look(t, b, "public", []string{public})
	printed(t, b, "현안이 드러나지 않습니다")
	plain := browsertest.New(t, site.Handler)
	plain.NoJS()
	plain.Open(public)
	plain.Click(".judged details summary")
	if plain.Count(".judged details[open]") != 1 {
		t.Error("without a script the anchors stay folded")
	}
	fixture.Submitted(t, d, c, call, c.Province)
	fixture.Round(t, d, c, call)
	rubric := fmt.Sprintf("/calls/%d/rubric", call.ID)
	site.As(c.Manager).Get(rubric).Want(t, 200, "더는 고칠 수 없습니다", "심사", " open><summary>", "현안과 사업이 꼭 맞습니다.").
		Lacks(t, "rubric-row", `name="rubric.`, `action="/calls/`+fmt.Sprint(call.ID)+`/rubric"`)
	late := url.Values{"rubric.criteria.0.title": {"늦은 항목"}, "rubric.criteria.0.max": {"100"}, "rubric.stage": {"paper"}, "rubric.reviewers": {"3"}, "rubric.rounding": {"half_up"}, "reason": {"늦음"}}
	site.As(c.Manager).Post(rubric, late).Want(t, 409, "정정할 수 없습니다", "더는 고칠 수 없습니다").Lacks(t, "rubric-row", "늦은 항목")
	look(t, browsertest.New(t, site.For(c.Manager)), "manager", []string{rubric})
}

// TestRankingOfTwoStages: what a row of the ranking shows stands under the heads of both
// stages, and the rule is told as the call has it.
func TestRankingOfTwoStages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	stages := []program.StageInput{{Stage: program.Paper, WeightBps: 4_000}, {Stage: program.Presentation, WeightBps: 6_000}}
	if _, err := (&program.Service{Work: s.db.Work}).SetStages(t.Context(), s.Manager, s.call.ID, stages, "발표를 더합니다."); err != nil {
		t.Fatal(err)
	}
	one := fixture.Locked(t, s.db, s.Company, s.call, s.apps)
	call := s.call
	call.State = program.StateReviewing
	two := fixture.Round(t, s.db, s.Company, call)
	if _, err := fixture.Reviews(s.db).AutoAssign(t.Context(), s.Manager, two.ID, 3); err != nil {
		t.Fatal(err)
	}
	for i, who := range s.Reviewers {
		for _, task := range fixture.Tasks(t, s.db, who) {
			if !task.Done() {
				sheet := fixture.Declared(t, s.db, who, task.ID)
				if _, err := fixture.Reviews(s.db).Submit(t.Context(), who, sheet, fixture.Scored(t, s.db, who, sheet, i).Draft); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	fixture.Lock(t, s.db, s.Company, two)
	for id, cells := range map[review.RoundID]int{one.ID: 7 + 6, two.ID: 7 + 2 + 12} {
		page := s.As(s.Decider).Get(fmt.Sprintf("/rounds/%d/ranking", id)).Want(t, 200, "총점의 평균을 냅니다", "위원회 결정")
		head, rest, _ := strings.Cut(page.Body[strings.Index(page.Body, "<thead>"):], "</thead>")
		row, _, _ := strings.Cut(rest, "</tr>")
		if heads, got := strings.Count(head, "<th "), strings.Count(row, "<th ")+strings.Count(row, "<td"); heads != cells || got != cells {
			t.Errorf("round %d: %d heads over %d cells, want %d", id, heads, got, cells)
		}
	}
	s.As(s.Decider).Get(fmt.Sprintf("/rounds/%d", two.ID)).Want(t, 200, "발표심사 · 공모")
	s.As(s.Decider).Get(fmt.Sprintf("/rounds/%d/ranking", two.ID)).Want(t, 200, "서면심사 평균", "비중 60%", "서면심사 40%, 발표심사 60%")
}

// printed wants text on the printed page. pdftotext reads it; without that program it
// is asked for only where the browser is required too.
func printed(t *testing.T, b *browsertest.Browser, want string) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil && os.Getenv("EOUL_BROWSER") != "required" {
		return
	}
	file := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(file, b.PDF(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", file, "-").Output()
	if err != nil || !strings.Contains(string(text), want) {
		t.Errorf("the paper leaves %q out: %v", want, err)
	}
}
