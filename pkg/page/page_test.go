package page_test

import (
	"testing"

	"eoul/pkg/fault"
	"eoul/pkg/page"
)

func TestCutAndStart(t *testing.T) {
	r := page.Request{Size: 2}
	s := page.Cut(r, []int{10, 20, 30}, 7, func(n int) any { return n })
	if len(s.Items) != 2 || s.Total != 7 || s.Next == "" {
		t.Fatalf("slice = %+v", s)
	}
	var key int
	if ok, err := (page.Request{After: s.Next}).Start(&key); !ok || err != nil || key != 20 {
		t.Errorf("Start = %v %v, key %d; want the last row shown", ok, err, key)
	}
	if last := page.Cut(r, []int{10, 20}, 2, func(n int) any { return n }); last.Next != "" {
		t.Error("the last page must not offer another")
	}
	if _, err := (page.Request{After: "!!"}).Start(&key); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a forged cursor gives %v, want Invalid", err)
	}
}

func TestLimit(t *testing.T) {
	for in, want := range map[int]int{0: 50, -3: 50, 20: 20, 5000: 200} {
		if got := (page.Request{Size: in}).Limit(); got != want {
			t.Errorf("Limit(%d) = %d, want %d", in, got, want)
		}
	}
}
