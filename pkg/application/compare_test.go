package application_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/money"
)

// marked writes pieces as a text: [-removed-] and {+added+}.
func marked(pieces []application.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		switch p.Change {
		case application.Removed:
			b.WriteString("[-" + p.Text + "-]")
		case application.Added:
			b.WriteString("{+" + p.Text + "+}")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestDiffText(t *testing.T) {
	long := strings.Repeat("가 나 다\n", 1_000)
	for _, tt := range []struct{ name, was, is, want string }{
		{"nothing", "", "", ""},
		{"same", "가 나", "가 나", "가 나"},
		{"a word", "장터를 매달 엽니다.", "장터를 매주 엽니다.", "장터를 [-매달-]{+매주+} 엽니다."},
		{"two words in a row", "매달 한 번 엽니다", "매주 두 번 엽니다", "[-매달 한-]{+매주 두+} 번 엽니다"},
		{"added", "가 다", "가 나 다", "가 {+나 +}다"},
		{"removed line", "가\n나\n다", "가\n다", "가\n[-나\n-]다"},
		{"from nothing", "", "가", "{+가+}"},
		{"to nothing", "가", "", "[-가-]"},
		{"blanks count", "가  나", "가 나", "가[-  -]{+ +}나"},
		{"long texts go by lines", "처음 말\n" + long + "끝 말", "시작 말\n" + long + "마침 말", "[-처음 말\n-]{+시작 말\n+}" + long + "[-끝 말-]{+마침 말+}"},
		{"very long ones as a whole", "가\n" + strings.Repeat(long, 3) + "나", "다\n" + strings.Repeat(long, 3) + "라", "[-가\n" + strings.Repeat(long, 3) + "나-]{+다\n" + strings.Repeat(long, 3) + "라+}"},
	} {
		if got := marked(application.DiffText(tt.was, tt.is)); got != tt.want {
			t.Errorf("%s: %.200q, want %.200q", tt.name, got, tt.want)
		}
	}
	words := rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{"가", "나", "다", " ", "\n", "라마"})), func(w []string) string { return strings.Join(w, "") })
	rapid.Check(t, func(r *rapid.T) {
		was, is := words.Draw(r, "was"), words.Draw(r, "is")
		pieces := application.DiffText(was, is)
		var a, b strings.Builder
		for i, p := range pieces {
			if p.Text == "" || i > 0 && pieces[i-1].Change == p.Change {
				r.Fatalf("pieces are not joined: %v", pieces)
			}
			if p.Change != application.Added {
				a.WriteString(p.Text)
			}
			if p.Change != application.Removed {
				b.WriteString(p.Text)
			}
		}
		if a.String() != was || b.String() != is {
			r.Fatalf("%q → %q became %q", was, is, marked(pieces))
		}
		if back := application.DiffText(is, was); !sameMirrored(pieces, back) {
			r.Fatalf("%q backwards is %q", marked(pieces), marked(back))
		}
	})
}

// sameMirrored tells whether two lists of pieces are each other's mirror; within a
// change what was removed stands first on both sides.
func sameMirrored(a, b []application.Piece) bool {
	swap := map[application.Change]application.Change{application.Added: application.Removed, application.Removed: application.Added, application.Same: application.Same}
	turned := make([]application.Piece, len(b))
	for i, p := range b {
		turned[i] = application.Piece{Change: swap[p.Change], Text: p.Text}
	}
	for i := 1; i < len(turned); i++ {
		if turned[i-1].Change == application.Added && turned[i].Change == application.Removed {
			turned[i-1], turned[i] = turned[i], turned[i-1]
		}
	}
	return slices.Equal(a, turned)
}

func planA() application.Plan {
	return application.Plan{
		Title:    "어울림 시장",
		Sections: []application.Section{{Kind: "overview", Title: "사업 개요", Body: "매달 엽니다."}, {Kind: "effects", Title: "기대효과", Body: "같습니다."}},
		Lines: []application.BudgetLine{
			{Code: "210-01", Category: "운영비", CodeName: "일반수용비", Description: "인쇄", Amounts: money.BySource{National: money.Must(500), Sido: money.Must(500)}},
			{Code: "110-03", Category: "인건비", CodeName: "일용임금", UnitPrice: won(10), Quantity: times(2), Times: times(3), Amounts: money.BySource{National: money.Must(60)}},
		},
		Deliberation: &application.Deliberation{Committee: "위원회", HeldOn: calendar.Must(2026, 2, 1), Agenda: "안건", Decision: "approved", DocumentID: 1},
		Partners:     []application.Partner{{Name: "협동조합", Role: "판로"}},
		Activities:   []application.Activity{{Title: "장터", StartsOn: calendar.Must(2026, 3, 1), EndsOn: calendar.Must(2026, 4, 1)}},
		Indicators:   []application.Indicator{{Name: "참여 기업", Target: "30"}},
		Attachments:  []application.Attachment{{DocumentID: 1, Name: "회의록.pdf", Size: 1000, SHA256: "aa"}},
	}
}

func TestCompare(t *testing.T) {
	a := planA()
	if c := application.Compare(a, a); !c.Empty() || c.Lines.Changed() {
		t.Errorf("a plan differs from itself: %+v", c)
	}
	for _, tt := range []struct {
		name   string
		change func(*application.Plan)
		part   string
		want   string
	}{
		{"title", func(p *application.Plan) { p.Title = "어울림 장터" }, "title", "어울림 [-시장-]{+장터+}"},
		{"text", func(p *application.Plan) {
			p.Sections = slices.Clone(p.Sections)
			p.Sections[0].Body = "매주 엽니다."
		}, "section.overview", "[-매달-]{+매주+} 엽니다."},
		{"committee", func(p *application.Plan) { d := *p.Deliberation; d.Decision = "conditional"; p.Deliberation = &d }, "deliberation", "논의 결과 변경: 의결 원안 의결→조건부 의결"},
		{"no committee", func(p *application.Plan) { p.Deliberation = nil }, "deliberation", "논의 결과 삭제: 위원회 위원회→, 개최일 2026. 2. 1.→, 안건 안건→, 의결 원안 의결→, 회의록 회의록.pdf→"},
		{"partner added", func(p *application.Plan) {
			p.Partners = append(slices.Clone(p.Partners), application.Partner{Name: "가게", Role: "교육"})
		}, "partners", "가게 추가: 역할 →교육"},
		{"partner changed", func(p *application.Plan) { p.Partners = []application.Partner{{Name: "협동조합", Role: "교육"}} }, "partners", "협동조합 변경: 역할 판로→교육"},
		{"activity renamed", func(p *application.Plan) { p.Activities = nil }, "activities", "장터 삭제: 시작일 2026. 3. 1.→, 종료일 2026. 4. 1.→"},
		{"indicator", func(p *application.Plan) {
			p.Indicators = []application.Indicator{{Name: "참여 기업", Target: "40"}}
		}, "indicators", "참여 기업 변경: 목표값 30→40"},
		{"file replaced", func(p *application.Plan) {
			p.Attachments = []application.Attachment{{DocumentID: 1, Name: "회의록.pdf", Size: 1000, SHA256: "bb"}}
		}, "attachments", "회의록.pdf 변경: 내용 확인값(SHA-256) aa→bb"},
	} {
		b := a
		tt.change(&b)
		c := application.Compare(a, b)
		part, ok := c.Part(tt.part)
		if got := said(part); !ok || got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		for _, p := range c.Parts {
			if p.Part != tt.part && p.Changed() {
				t.Errorf("%s: %s differs too: %q", tt.name, p.Part, said(p))
			}
		}
		if c.Empty() {
			t.Errorf("%s: nothing is said to differ", tt.name)
		}
	}
}

// TestCompareForgetsNoField changes every field of every row of a plan, one at a time:
// a field that is added to a plan later must not go unseen.
func TestCompareForgetsNoField(t *testing.T) {
	derived := map[string]bool{ // of a file and a code, known by what else changes with them
		"Attachment.DocumentID": true, "Attachment.MediaType": true, "Attachment.Size": true, "Attachment.Version": true, "Attachment.ScanState": true,
		"Attachment.Code": true, "BudgetLine.CodeSet": true, "BudgetLine.Category": true, "BudgetLine.CodeName": true,
		"BudgetLine.UnitPrice": true, "BudgetLine.Quantity": true, "BudgetLine.Times": true, // seen together as 산출기초
	}
	was := planA()
	for _, list := range []string{"Lines", "Partners", "Activities", "Indicators", "Attachments", "Deliberation"} {
		row := func(p application.Plan) reflect.Value {
			v := reflect.ValueOf(&p).Elem().FieldByName(list)
			if v.Kind() == reflect.Slice {
				return v.Index(0)
			}
			return v.Elem()
		}
		for i := range row(was).NumField() {
			is := planA()
			r := row(is)
			name := r.Type().Name() + "." + r.Type().Field(i).Name
			if derived[name] {
				continue
			}
			switch f := r.Field(i).Addr().Interface().(type) {
			case *string:
				*f += "x"
			case *calendar.Date:
				*f = calendar.Must(2031, 1, 1)
			case *document.ID:
				*f += 7
			case *money.BySource:
				*f = f.Add(money.BySource{Own: money.Must(1)})
			default:
				t.Fatalf("%s is a %s, which this test does not know", name, r.Field(i).Type())
			}
			if application.Compare(was, is).Empty() {
				t.Errorf("a change of %s is not seen", name)
			}
		}
	}
}

// said is the difference of a part in one line.
func said(p application.PartChange) string {
	if len(p.Rows) == 0 {
		return marked(p.Pieces)
	}
	var rows []string
	for _, r := range p.Rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, c.Label+" "+c.Was+"→"+c.Is)
		}
		rows = append(rows, r.Name+" "+r.Change.Label()+": "+strings.Join(cells, ", "))
	}
	return strings.Join(rows, "; ")
}

func TestCompareBudget(t *testing.T) {
	a, b := planA(), planA()
	b.Lines = []application.BudgetLine{
		{Code: "110-03", UnitPrice: won(20), Quantity: times(1), Times: times(3), Amounts: money.BySource{National: money.Must(60)}},
		{Code: "210-01", Description: "인쇄", Amounts: money.BySource{National: money.Must(400), Sido: money.Must(500), Own: money.Must(50)}},
		{Code: "240-01", Description: "출장", Amounts: money.BySource{National: money.Must(7)}},
	}
	c := application.Compare(a, b).Lines
	if c.Diff.Total() != money.Must(-43) || c.Is.Sub(c.Was) != c.Diff {
		t.Errorf("totals %+v", c)
	}
	var kinds []string
	for _, r := range c.Rows {
		kinds = append(kinds, r.Code+" "+string(r.Change)+" "+r.Diff.Total().String())
	}
	if want := []string{"110-03 changed 0", "210-01 changed -50", "240-01 added 7"}; !slices.Equal(kinds, want) {
		t.Errorf("rows %v, want %v", kinds, want)
	}
	if c.Rows[0].BasisWas != "10원 × 2 × 3" || c.Rows[0].BasisIs != "20원 × 1 × 3" {
		t.Errorf("산출기초 %+v", c.Rows[0])
	}
}

// TestCompareHoldsForAnyPlans: a plan does not differ from itself; backwards is the
// mirror of forwards; 증감 adds up line by line and in total.
func TestCompareHoldsForAnyPlans(t *testing.T) {
	name := rapid.SampledFrom([]string{"가", "나", "다"})
	plan := rapid.Custom(func(r *rapid.T) application.Plan {
		p := application.Plan{Title: name.Draw(r, "title"), Sections: []application.Section{{Kind: "overview", Body: name.Draw(r, "a") + " " + name.Draw(r, "b")}}}
		for range rapid.IntRange(0, 5).Draw(r, "lines") {
			p.Lines = append(p.Lines, application.BudgetLine{Code: name.Draw(r, "code"), Description: name.Draw(r, "what"),
				Amounts: money.BySource{National: money.Must(rapid.Int64Range(0, 9).Draw(r, "n")), Own: money.Must(rapid.Int64Range(0, 9).Draw(r, "o"))}})
		}
		for range rapid.IntRange(0, 3).Draw(r, "partners") {
			p.Partners = append(p.Partners, application.Partner{Name: name.Draw(r, "partner"), Role: name.Draw(r, "role")})
		}
		return p
	})
	rapid.Check(t, func(r *rapid.T) {
		a, b := plan.Draw(r, "was"), plan.Draw(r, "is")
		if !application.Compare(a, a).Empty() {
			r.Fatal("a plan differs from itself")
		}
		there, back := application.Compare(a, b), application.Compare(b, a)
		if there.Empty() != back.Empty() || there.Lines.Diff != back.Lines.Diff.Neg() {
			r.Fatalf("%+v and backwards %+v", there, back)
		}
		var sum money.BySource
		for i, row := range there.Lines.Rows {
			turned := back.Lines.Rows[i]
			if row.Was != turned.Is || row.Is != turned.Was || row.Diff != turned.Diff.Neg() || (row.Change == application.Added) != (turned.Change == application.Removed) {
				r.Fatalf("line %+v backwards is %+v", row, turned)
			}
			sum = sum.Add(row.Diff)
		}
		if sum != there.Lines.Diff {
			r.Fatalf("the lines differ by %+v, the totals by %+v", sum, there.Lines.Diff)
		}
		for i, p := range there.Parts {
			q := back.Parts[i]
			if p.Pieces != nil && !sameMirrored(p.Pieces, q.Pieces) || !reflect.DeepEqual(turnedRows(p.Rows), q.Rows) {
				r.Fatalf("%s: %q backwards is %q", p.Part, said(p), said(q))
			}
		}
	})
}

func turnedRows(rows []application.RowChange) (out []application.RowChange) {
	for _, r := range rows {
		switch r.Change {
		case application.Added:
			r.Change = application.Removed
		case application.Removed:
			r.Change = application.Added
		}
		var cells []application.CellChange
		for _, c := range r.Cells {
			cells = append(cells, application.CellChange{Label: c.Label, Was: c.Is, Is: c.Was})
		}
		r.Cells = cells
		out = append(out, r)
	}
	return out
}
