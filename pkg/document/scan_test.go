package document_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/filetest"
	"eoul/pkg/fixture"
)

func scanner(t *testing.T, at string) *document.Scanner {
	t.Helper()
	s, err := document.NewScanner(at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScannerAddresses(t *testing.T) {
	for _, good := range []string{"unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310", "clamd.example:3310", "[::1]:3310"} {
		if _, err := document.NewScanner(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "unix:", "unix:clamd.ctl", "tcp:", "clamd", "host:", "tcp::3310"} {
		if _, err := document.NewScanner(bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestQuarantine goes through the real clamd: what is clean comes out, what is not
// stays in, and nothing is decided while the scanner is down.
func TestQuarantine(t *testing.T) {
	at, stop := filetest.Scanner(t)
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, _ := service(t, d)
	before := upload(t, s, c, "검사 전.pdf", pdf)
	s.Scanner = scanner(t, at)
	good := upload(t, s, c, "좋은 것.xlsx", string(filetest.Workbook(t, "예산")))
	bad := upload(t, s, c, "나쁜 것.xlsx", string(filetest.Workbook(t, filetest.Eicar)))
	full := bytes.Repeat([]byte("0123456789abcdef"), document.MaxSize/16-16) // near the limit of an upload
	large := upload(t, s, c, "큰 것.pdf", "%PDF-1.7\n"+string(full)+"\n%%EOF\n")
	for _, f := range []document.Document{good, bad, large} {
		if _, err := s.Open(t.Context(), f); f.ScanState != document.Pending || fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s is %s and opens with %v before it was scanned", f.Name, f.ScanState, err)
		}
	}
	if n, err := s.ScanDue(t.Context()); n != 3 || err != nil {
		t.Fatalf("%d scanned, %v", n, err)
	}
	for _, want := range []struct {
		f              document.Document
		state, finding string
		opens          bool
	}{{before, document.Unscanned, "", true}, {good, document.Clean, "", true}, {bad, document.Infected, "Eicar", false}, {large, document.Clean, "", true}} {
		var is document.Document
		if err := d.Owner.Get(&is, `select scan_state, finding from documents where id = $1`, want.f.ID); err != nil {
			t.Fatal(err)
		}
		want.f.ScanState = is.ScanState
		body, err := s.Open(t.Context(), want.f)
		if is.ScanState != want.state || !strings.Contains(is.Finding, want.finding) || (err == nil) != want.opens {
			t.Errorf("%s is %s %q, %v", want.f.Name, is.ScanState, is.Finding, err)
		}
		if body != nil {
			_ = body.Close()
		}
	}
	stop()
	waiting := upload(t, s, c, "기다림.pdf", pdf)
	for _, at := range []*document.Scanner{s.Scanner, scanner(t, liar(t, "INSTREAM size limit exceeded. ERROR\x00")), scanner(t, liar(t, "stream: OK")), scanner(t, liar(t, ""))} {
		s.Scanner = at
		d.Clock(t, fixture.Now(t, d).Add(time.Minute))
		if n, err := s.ScanDue(t.Context()); n != 0 || err == nil {
			t.Errorf("%d scanned without a scanner, %v", n, err)
		}
		if n, err := s.ScanDue(t.Context()); n != 0 || err != nil {
			t.Errorf("tried again at once: %d, %v", n, err)
		}
	}
	var state string
	if err := d.Owner.Get(&state, `select scan_state from documents where id = $1`, waiting.ID); err != nil || state != document.Pending {
		t.Errorf("without a scanner it became %s, %v", state, err)
	}
	for _, change := range []string{`update documents set scan_state = 'clean', finding = '' where scan_state = 'infected'`, `update documents set name = 'x'`,
		`update documents set size = size + 1 where scan_state = 'pending'`} {
		if _, err := d.Owner.Exec(change); err == nil {
			t.Errorf("%s was possible", change)
		}
	}
}

// TestUploaderHearsOfInfection: what the scanner finds is announced once, to who
// uploaded the file; a clean file is not.
func TestUploaderHearsOfInfection(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, _ := service(t, d)
	s.Scanner = scanner(t, listener(t, "stream: Eicar-Signature FOUND\x00"))
	bad := upload(t, s, c, "나쁜 것.pdf", pdf)
	if n, err := s.ScanDue(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d scanned, %v", n, err)
	}
	s.Scanner = scanner(t, listener(t, "stream: OK\x00"))
	upload(t, s, c, "좋은 것.pdf", pdf)
	if n, err := s.ScanDue(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d scanned, %v", n, err)
	}
	var told []string
	if err := d.Owner.Select(&told, `select concat_ws(' ', payload ->> 'id', payload ->> 'title', payload ->> 'people') from outbox where topic = 'document.infected'`); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d 나쁜 것.pdf [%d]", bad.ID, bad.UploadedBy); len(told) != 1 || told[0] != want {
		t.Errorf("told %q, want %q", told, want)
	}
}

// liar answers before it heard everything.
func liar(t *testing.T, says string) string {
	t.Helper()
	return daemon(t, says, func(heard []byte) bool { return true })
}

// listener answers when it heard the empty piece that ends a file.
func listener(t *testing.T, says string) string {
	t.Helper()
	return daemon(t, says, func(heard []byte) bool { return bytes.HasSuffix(heard, make([]byte, 4)) })
}

// daemon answers each connection with one text, once it heard enough.
func daemon(t *testing.T, says string, enough func(heard []byte) bool) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			var heard []byte
			buffer := make([]byte, 1<<16)
			for err == nil && (len(heard) == 0 || !enough(heard)) {
				var n int
				n, err = conn.Read(buffer)
				heard = append(heard, buffer[:n]...)
			}
			_, _ = conn.Write([]byte(says))
			_ = conn.Close()
		}
	}()
	return "tcp:" + l.Addr().String()
}
