package application_test

import (
	"strings"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// TestComparedNames: what people write of one organization is one name, and what is
// another stays another.
func TestComparedNames(t *testing.T) {
	d := dbtest.New(t)
	for _, q := range []struct {
		same bool
		a, b string
	}{
		{true, "㈜어울림", "주식회사 어울림"}, {true, "(주) 어울림", "어울림㈜"}, {true, "（주）어울림", "어울림"}, {true, "어울림 협동조합", "어울림협동조합"},
		{true, "ＡＢＣ 마을", "abc마을"}, {true, "사단법인 한-마을", "(사)한마을"},
		{false, "어울림협동조합", "어울림"}, {false, "사회적협동조합 온", "온"}, {false, "가람", "나루"},
	} {
		var same bool
		if err := d.DB.Get(&same, `select compared_name($1) = compared_name($2)`, q.a, q.b); err != nil || same != q.same {
			t.Errorf("%q and %q are one: %v (%v)", q.a, q.b, same, err)
		}
	}
	for title, want := range map[string]string{"2022년 나루 장터 사업": "나루장터", "2021년도 나루장터 제2차": "나루장터", "사업": "", "꽃": "꽃"} {
		var got string
		if err := d.DB.Get(&got, `select compared_title($1)`, title); err != nil || got != want {
			t.Errorf("%q is compared as %q (%v)", title, got, err)
		}
	}
	var none int
	if err := d.DB.Get(&none, `select cardinality(compared_grams(''))`); err != nil || none != 0 {
		t.Errorf("an empty word has %d pairs (%v)", none, err)
	}
}

// like writes and hands in a plan with a title and a partner.
func like(t *testing.T, d *dbtest.DB, call program.Call, who authz.Actor, title string, partner application.Partner) application.Application {
	t.Helper()
	s := fixture.Applications(t, d)
	a := fixture.Drafted(t, d, call, who)
	partner.Role = "판로 개척"
	rewrite(t, s, who, a.ID, title, partner)
	w, err := s.Workspace(t.Context(), who, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = s.Submit(t.Context(), who, a.ID, w.Version, w.DraftVersion); err != nil {
		t.Fatal(err)
	}
	return a
}

func rewrite(t *testing.T, s *application.Service, who authz.Actor, id application.ID, title string, partner application.Partner) {
	t.Helper()
	w, err := s.Workspace(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	version := func(part string) int { p, _ := w.Report.Part(part); return p.Version }
	if _, err := s.SaveTitle(t.Context(), who, id, version(application.PartTitle), title); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavePartners(t.Context(), who, id, version(application.PartPartners), []application.Partner{partner}); err != nil {
		t.Fatal(err)
	}
}

func found(s application.Screening) string {
	var out []string
	for _, d := range s.Duplicates {
		var kinds []string
		for _, l := range d.Likenesses {
			kinds = append(kinds, l.Kind)
		}
		out = append(out, d.GovernmentName+" "+strings.Join(kinds, "+"))
	}
	return strings.Join(out, ", ")
}

// TestDuplicates finds the same partner, number and title among what was handed in,
// and shows everybody only what they may read: a 시·도 its own districts', a manager
// the programme's, nobody a draft.
func TestDuplicates(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := fixture.Applications(t, d)
	call := fixture.Call(t, d, c)
	mine := like(t, d, call, c.Officer, "나루 어울림 장터", application.Partner{Name: "㈜어울림", BusinessNo: "124-81-00998"})
	like(t, d, call, c.Officer2, "2022년 나루 어울림 장터 사업", application.Partner{Name: "다른 곳"})
	like(t, d, call, c.OfficerOther, "바람 숲 학교", application.Partner{Name: "주식회사 어울림", BusinessNo: "124-81-00998"})
	fixture.HandedIn(t, d, call, c.ProvinceOther) // nothing alike but a partner of another name
	own := fixture.Drafted(t, d, call, c.Province)
	rewrite(t, s, c.Province, own.ID, "나루 어울림 장터", application.Partner{Name: "어울림", Role: "판로"})

	for _, q := range []struct {
		name string
		who  authz.Actor
		want string
	}{
		{"the 시·도 above", c.Province, "가람도 다솜시 title"},
		{"the manager", c.Manager, "마루도 바람군 number+partner, 마루도 number, 가람도 다솜시 title"},
		{"the auditor", c.Auditor, "마루도 바람군 number+partner, 마루도 number, 가람도 다솜시 title"},
	} {
		got, err := s.Duplicates(t.Context(), q.who, mine.ID)
		if err != nil || found(got) != q.want {
			t.Errorf("%s: %q, want %q (%v)", q.name, found(got), q.want, err)
		}
	}
	for name, q := range map[string]struct {
		who  authz.Actor
		id   application.ID
		kind fault.Kind
	}{
		"the officer who wrote it":  {c.Officer, mine.ID, fault.Forbidden},
		"the officer of another":    {c.Officer2, mine.ID, fault.NotFound},
		"the 시·도 of another":        {c.ProvinceOther, mine.ID, fault.NotFound},
		"a draft, by the manager":   {c.Manager, own.ID, fault.NotFound},
		"an application of nowhere": {c.Manager, 999, fault.NotFound},
	} {
		if _, err := s.Duplicates(t.Context(), q.who, q.id); fault.KindOf(err) != q.kind {
			t.Errorf("%s: %v", name, err)
		}
	}

	// Of many versions the last one counts, and what was withdrawn no more.
	returned, err := s.Show(t.Context(), c.Province, mine.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Withdraw(t.Context(), c.Officer2, got2(t, s, c, mine.ID), 2, "중복"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Duplicates(t.Context(), c.Province, returned.ID); err != nil || found(got) != "" {
		t.Errorf("after the withdrawal %q (%v)", found(got), err)
	}
}

// got2 is the one duplicate the 시·도 sees.
func got2(t *testing.T, s *application.Service, c fixture.Company, id application.ID) application.ID {
	t.Helper()
	got, err := s.Duplicates(t.Context(), c.Province, id)
	if err != nil || len(got.Duplicates) != 1 {
		t.Fatalf("%+v (%v)", got, err)
	}
	return got.Duplicates[0].ID
}

// TestDuplicatesOverYears compares with an earlier call, in as many queries.
func TestDuplicatesOverYears(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := fixture.Applications(t, d)
	first := fixture.Call(t, d, c)
	old := like(t, d, first, c.Officer, "나루 어울림 장터", application.Partner{Name: "가"})
	count := func(id application.ID) int {
		ctx, n := work.Counting(t.Context())
		if _, err := s.Duplicates(ctx, c.Manager, id); err != nil {
			t.Fatal(err)
		}
		return n.N()
	}
	alone := count(old.ID)
	programs := &program.Service{Work: d.Work}
	in := fixture.CallInput(c, fixture.Now(t, d).Add(time.Hour))
	in.OpensAt = fixture.Now(t, d).Add(-time.Hour)
	in.Title = "다음 공모"
	second, err := programs.CreateCall(t.Context(), c.Manager, in)
	if err == nil {
		_, err = programs.Announce(t.Context(), c.Manager, second.ID, second.Version)
	}
	if err == nil {
		second, err = programs.Open(t.Context(), c.Manager, second.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	now := like(t, d, second, c.Officer, "나루 어울림장터 둘째 마당", application.Partner{Name: "나"})
	got, err := s.Duplicates(t.Context(), c.Manager, now.ID)
	if err != nil || found(got) != "가람도 나루군 title" || got.Duplicates[0].CallID != first.ID || got.Duplicates[0].Likenesses[0].Percent >= 100 {
		t.Errorf("%+v (%v)", got.Duplicates, err)
	}
	if n := count(now.ID); n != alone {
		t.Errorf("%d queries with a duplicate, %d without", n, alone)
	}
}
