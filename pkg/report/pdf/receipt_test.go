package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eoul/pkg/money"
	"eoul/pkg/report/pdf"
)

func sample(files int) pdf.Receipt {
	r := pdf.Receipt{
		Number: "2026-001-0042", CallNumber: "2026-001", CallTitle: "지역 사회적경제 활성화 사업 공모", Government: "가람도 나루시",
		Title: "전통시장과 협동조합이 함께 만드는 어울림 판로 확대와 돌봄 인력 양성 사업", No: 2,
		SubmittedAt: time.Date(2026, 3, 2, 8, 59, 59, 123456789, time.UTC),
		Totals:      money.BySource{National: money.Must(50_000_000), Sido: money.Must(25_000_000), Sigungu: money.Must(20_000_001), Own: money.Must(4_999_999)},
		SHA256:      strings.Repeat("0123456789abcdef", 4),
	}
	for i := range files {
		r.Files = append(r.Files, pdf.ReceiptFile{Title: "협업기관 협약서", Name: fmt.Sprintf("협약서 %02d (최종) 뷁 社會.pdf", i+1), Size: "1.2 MB", SHA256: strings.Repeat(fmt.Sprintf("%016x", i), 4)})
	}
	return r
}

func write(t *testing.T, r pdf.Receipt) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := new(pdf.Press).Receipt(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// text is what another program reads in the file.
func text(t *testing.T, file []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("EOUL_SERVERS") == "required" {
			t.Fatal("no pdftotext was found; install Debian's package poppler-utils")
		}
		t.Skip("no pdftotext was found; install Debian's package poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "-layout", path, "-").Output() // #nosec G204 -- a test
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestReceiptSaysEverything(t *testing.T) {
	r := sample(3)
	plain := strings.Join(strings.Fields(text(t, write(t, r))), "")
	for _, want := range []string{"접수증", r.Number, r.CallTitle, "(2026-001)", r.Government, r.Title, "제출본2", "2026년3월2일17시59분59초(한국표준시)",
		"금100,000,000원", "금일억원", "국비(원)", "50,000,000", "시도비(원)", "25,000,000", "20,000,001", "4,999,999", "자부담(원)", "합계(원)",
		"SHA-256" + r.SHA256, "3개", "협약서01(최종)뷁", r.Files[2].SHA256, "1/1"} {
		if !strings.Contains(plain, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the letter does not say %q:\n%s", want, plain)
		}
	}
	if strings.Contains(plain, "시연용") {
		t.Error("a real receipt is marked as a demonstration")
	}
	r.Demo = true
	if !strings.Contains(text(t, write(t, r)), "시연용 가상 자료") {
		t.Error("a receipt of the demonstration does not say so")
	}
}

func TestReceiptOfManyFilesGoesOn(t *testing.T) {
	r := sample(50)
	out := text(t, write(t, r))
	if pages := strings.Count(out, "\f"); pages < 3 || !strings.Contains(out, fmt.Sprintf("%d/%d", pages, pages)) {
		t.Errorf("%d pages:\n%s", pages, out)
	}
	for _, f := range r.Files {
		if !strings.Contains(out, f.SHA256) {
			t.Errorf("%s is missing", f.Name)
		}
	}
}

func TestReceiptIsTheSameEveryTime(t *testing.T) {
	first := write(t, sample(7))
	for range 3 {
		if !bytes.Equal(first, write(t, sample(7))) {
			t.Fatal("the same receipt has other bytes")
		}
	}
	moved := sample(7)
	moved.SubmittedAt = moved.SubmittedAt.In(time.FixedZone("elsewhere", -3600))
	if !bytes.Equal(first, write(t, moved)) {
		t.Error("the zone of a machine changes the bytes")
	}
	if other := sample(7); true {
		other.No++
		if bytes.Equal(first, write(t, other)) {
			t.Error("another submission has the same bytes")
		}
	}
	if len(first) > 400<<10 {
		t.Errorf("%d bytes: the whole font is in the file", len(first))
	}
}
