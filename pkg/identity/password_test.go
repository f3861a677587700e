package identity

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/fault"
)

func TestWeakness(t *testing.T) {
	for password, strong := range map[string]bool{
		"맑은하늘아래우리동네":                   true,
		"river-stone-lamp":             true,
		"xK9#vTq2mLpZ":                 true,
		strings.Repeat("가나다라마바사아", 16): true,
		"short-one":                    false, // 9 characters
		strings.Repeat("가나다라마바사아", 17): false, // 136
		"1234567890":                   false,
		"password1234!":                false,
		"qwertyuiop123":                false,
		"aaaaaaaaaaaaaaaa":             false,
		"hong.gildong2024":             false, // the login
		"홍길동홍길동홍길동홍길동":                 false, // the name
		"eoul-보조금-2026!":               false, // this service
		"비밀번호비밀번호1!":                   false,
		"bad\xffutf8-password":         false,
		norm.NFD.String("맑은하늘아래우리동네"):  true,
		norm.NFD.String("맑은하늘"):        false, // 4 characters, however they are written
	} {
		if msg := weakness(password, "hong.gildong", "홍길동"); (msg == "") != strong {
			t.Errorf("%q: strong is %t, answer %q", password, strong, msg)
		}
	}
}

func TestVerify(t *testing.T) {
	h := NewHasher()
	stored, err := h.Hash(t.Context(), "맑은하늘아래우리동네")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q, %v", stored, err)
	}
	long := strings.Repeat("가", 100)
	longStored, err := h.Hash(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		stored, password string
		fits             bool
	}{
		"the password":            {stored, "맑은하늘아래우리동네", true},
		"decomposed":              {stored, norm.NFD.String("맑은하늘아래우리동네"), true},
		"another":                 {stored, "맑은하늘아래우리동내", false},
		"nobody":                  {"", "맑은하늘아래우리동네", false},
		"beyond bcrypt's 72":      {longStored, long, true},
		"cut at the 72nd byte":    {longStored, long[:72], false},
		"different after byte 72": {longStored, long[:297] + "나", false},
	} {
		if fits, err := h.Verify(t.Context(), c.stored, c.password); err != nil || fits != c.fits {
			t.Errorf("%s: fits is %t, %v", name, fits, err)
		}
	}
	if _, err := h.Verify(t.Context(), "$2a$10$abc", "x"); err == nil {
		t.Error("a stored password of an unknown form was taken")
	}
}

func TestHashingWaitsItsTurn(t *testing.T) {
	h := NewHasher()
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	_, err := h.Hash(t.Context(), "맑은하늘아래우리동네")
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.Retry == 0 {
		t.Errorf("a full queue gave %v", err)
	}
	if _, err := h.Verify(t.Context(), "", "x"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("somebody unknown did not take a turn: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(gone, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a gone caller waited: %v", err)
	}
}
