package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"eoul/pkg/fault"
)

// How passwords are hashed: argon2id with 19 MiB, two passes, one lane.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashLength = 32
	saltLength = 16
)

// hashWait is how long a sign-in waits for its turn before it is asked to come back.
const hashWait = 2 * time.Second

// Hasher hashes passwords, at most one at a time for every two cores, so that a
// wave of sign-ins cannot take the machine from everybody else (invariant S-07).
type Hasher struct {
	slots chan struct{}
	dummy string
}

// NewHasher makes a Hasher for this machine.
func NewHasher() *Hasher {
	h := &Hasher{slots: make(chan struct{}, max(1, runtime.NumCPU()/2))}
	h.dummy = encode([]byte("0123456789abcdef"), make([]byte, hashLength))
	return h
}

func (h *Hasher) enter(ctx context.Context) error {
	wait := time.NewTimer(hashWait)
	defer wait.Stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return &fault.Error{Kind: fault.Unavailable, Retry: 5 * time.Second, Msg: "로그인이 몰려 처리하지 못했습니다. 잠시 뒤 다시 시도해 주십시오."}
	}
}

// Hash is the stored form of a password. Too long a queue is Unavailable.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	return encode(salt, digest(password, salt)), nil
}

// Verify tells whether the password belongs to the stored form. An empty form,
// of somebody who does not exist or has no password, takes the same time and never fits.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	salt, want, err := decode(stored)
	if err != nil {
		return false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	return subtle.ConstantTimeCompare(digest(password, salt), want) == 1 && known, nil
}

func digest(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, hashPasses, hashMemory, hashLanes, hashLength)
}

func encode(salt, sum []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes, b.EncodeToString(salt), b.EncodeToString(sum))
}

func decode(stored string) (salt, sum []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || strings.Join(parts[:4], "$") != fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d", argon2.Version, hashMemory, hashPasses, hashLanes) {
		return nil, nil, fmt.Errorf("identity: a stored password has an unknown form")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return nil, nil, fmt.Errorf("identity: salt: %w", err)
	}
	if sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return nil, nil, fmt.Errorf("identity: hash: %w", err)
	}
	return salt, sum, nil
}

// The shortest and the longest password, in characters.
const (
	passwordMin = 10
	passwordMax = 128
)

// common are words that guessers try first, longest first; keyboard runs included.
const common = `
	qwertyuiopasdfghjkl 1q2w3e4r5t6y7u8i9o0p 0123456789 1234567890 9876543210 qwertyuiop asdfghjkl; abcdefghij
	administrator 비밀번호비밀번호 password passw0rd p@ssw0rd iloveyou sunshine princess football baseball
	welcome letmein qwer1234 asdf1234 1q2w3e4r zaq12wsx qwerty asdfgh zxcvbn 123456 654321 abc123 111111 000000
	dragon monkey master shadow secret korea seoul gongmuwon gongmu daegu busan 비밀번호 대한민국 공무원 관리자 사용자
	사랑해 안녕하세요 담당자 admin login user test root guest 1234 4321 abcd qwer asdf 2020 2021 2022 2023 2024 2025 2026 2027`

// ownWords are the words of this very service.
const ownWords = `eoul 어울 보조금 정산 eoullim 어울림`

// weakness says in one Korean sentence why a password is refused, or nothing. What
// is left after taking away what is easily guessed must still be worth guessing.
func weakness(password, login, name string) string {
	p := norm.NFC.String(password)
	switch n := utf8.RuneCountInString(p); {
	case !utf8.ValidString(password):
		return "비밀번호에 읽을 수 없는 글자가 있습니다."
	case n < passwordMin:
		return fmt.Sprintf("비밀번호는 %d자 이상이어야 합니다.", passwordMin)
	case n > passwordMax:
		return fmt.Sprintf("비밀번호는 %d자까지 쓸 수 있습니다.", passwordMax)
	}
	rest := strings.ToLower(p)
	for _, word := range append([]string{strings.ToLower(login), norm.NFC.String(name)}, strings.Fields(ownWords+common)...) {
		if word != "" {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	distinct := map[rune]bool{}
	for _, r := range rest {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return "짐작하기 쉬운 비밀번호입니다. 아이디, 이름, 흔한 낱말이나 이어진 글자가 아닌 것으로 정해 주십시오."
	}
	return ""
}

// madeUp is a random password of 20 letters for the first sign-in.
func madeUp() string { return strings.ToLower(rand.Text()[:20]) }
