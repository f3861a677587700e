package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"eoul/pkg/fault"
)

func TestPublicHidesTheCause(t *testing.T) {
	cause := errors.New(`pq: relation "secret" does not exist`)
	for _, err := range []error{
		cause,
		fmt.Errorf("lock award: %w", cause),
		fault.Wrap(fault.Internal, "내부", cause),
		fault.Wrap(fault.Conflict, "다른 사람이 먼저 고쳤습니다.", cause),
	} {
		msg, _ := fault.Public(err)
		if strings.Contains(msg, "secret") {
			t.Errorf("Public(%v) shows the cause: %q", err, msg)
		}
		if !errors.Is(err, cause) {
			t.Errorf("%v lost its cause", err)
		}
	}
}

func TestKindOf(t *testing.T) {
	if k := fault.KindOf(errors.New("x")); k != fault.Internal {
		t.Errorf("foreign error is %v, want Internal", k)
	}
	if k := fault.KindOf(fmt.Errorf("wrapped: %w", fault.New(fault.NotFound, "없습니다."))); k != fault.NotFound {
		t.Errorf("wrapped fault is %v, want NotFound", k)
	}
}

func TestFieldsCollectAll(t *testing.T) {
	f := fault.Fields{}
	if f.Err() != nil {
		t.Fatal("no mistake must be no error")
	}
	f.Add("title", "제목을 입력해 주세요.")
	f.Add("title", "두 번째 말은 남지 않습니다.")
	inner := fault.Fields{}
	inner.Add("national", "국비는 0원 이상이어야 합니다.")
	if err := f.Merge("lines.2.", inner.Err()); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	if err := f.Merge("x.", boom); !errors.Is(err, boom) {
		t.Error("Merge must hand back what is not an input mistake")
	}
	_, fields := fault.Public(f.Err())
	if len(fields) != 2 || fields["title"] != "제목을 입력해 주세요." || fields["lines.2.national"] == "" {
		t.Errorf("fields = %v", fields)
	}
}
