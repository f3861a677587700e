package report_test

import (
	"fmt"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/page"
)

func TestCallsCountWhatTheActorSees(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who  authz.Actor
		want string
	}{
		{w.Officer, "1/1"}, {w.Officer2, "0/1"}, {w.Province, "1/2"}, {w.ProvinceOther, "0/1"}, {w.Manager, "1/3"}, {w.Auditor, "1/3"},
	} {
		s, err := w.Calls(t.Context(), c.who, page.Request{})
		if err != nil || len(s.Items) != 1 || s.Total != 1 || s.Items[0].Number != "2022-009" {
			t.Fatalf("%s: %+v %v", c.who.Name, s, err)
		}
		if got := fmt.Sprintf("%d/%d", s.Items[0].Settled, s.Items[0].Awards); got != c.want {
			t.Errorf("%s sees %s settled, want %s", c.who.Name, got, c.want)
		}
	}
	for word, want := range map[string]int{"2022-0": 1, "어울림": 1, "100%": 0, "_": 0} {
		if s, err := w.Calls(t.Context(), w.Manager, page.Request{Query: word}); err != nil || s.Total != want || len(s.Items) != want {
			t.Errorf("%q finds %+v %v", word, s, err)
		}
	}
	if _, err := w.Calls(t.Context(), w.Nobody, page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("nobody: %v", err)
	}
}

func TestProjectsOfACall(t *testing.T) {
	w := newWorld(t)
	var got []string
	r := page.Request{Size: 2}
	for {
		p, err := w.Projects(t.Context(), w.Manager, w.call, r)
		if err != nil || p.Awards.Total != 3 || p.Call.Awards != 3 {
			t.Fatalf("%+v %v", p, err)
		}
		for _, a := range p.Awards.Items {
			got = append(got, a.Number+" "+a.Government+" "+a.Settlement)
		}
		if r.After = p.Awards.Next; r.After == "" {
			break
		}
	}
	want := "[G-2022-00001 가람도 나루군 fixed G-2022-00002 가람도 다솜시  G-2022-00003 마루도 바람군 ]"
	if fmt.Sprint(got) != want {
		t.Errorf("listed %v, want %s", got, want)
	}
	own, err := w.Projects(t.Context(), w.OfficerOther, w.call, page.Request{})
	if err != nil || own.Awards.Total != 1 || own.Awards.Items[0].Number != "G-2022-00003" || own.Call.Awards != 1 {
		t.Errorf("the other officer sees %+v %v", own, err)
	}
	if p, err := w.Projects(t.Context(), w.Manager, w.call, page.Request{Query: "다솜시"}); err != nil || p.Awards.Total != 1 || p.Call.Awards != 3 {
		t.Errorf("searching found %+v %v", p, err)
	}
	if _, err := w.Projects(t.Context(), w.Manager, w.call+1, page.Request{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another call: %v", err)
	}
}
