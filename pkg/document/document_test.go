package document_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/work"
)

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

const pdf = "%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

// packed makes a zip container of entries name, content, name, content …
func packed(t *testing.T, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: entries[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, entries[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// ole makes what the old Office container looks like from outside.
func ole(stream, content string) string {
	name := make([]byte, 0, 2*len(stream))
	for i := range len(stream) {
		name = append(name, stream[i], 0)
	}
	return "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504) + string(name) + strings.Repeat("\x00", 64) + content
}

func hwp(flags uint32) string {
	header := make([]byte, 256)
	copy(header, "HWP Document File")
	binary.LittleEndian.PutUint32(header[36:], flags)
	return ole("FileHeader", string(header))
}

func xlsx(t *testing.T, more ...string) string {
	return packed(t, append([]string{"[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>"}, more...)...)
}

// linked is a workbook with an entry that leads elsewhere.
func linked(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "xl/workbook.xml"}
	h.SetMode(os.ModeSymlink | 0o777)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = io.WriteString(w, "/etc/passwd")
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func service(t *testing.T, d *dbtest.DB) (*document.Service, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	store, err := document.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &document.Service{Work: d.Work, Store: store}, dir
}

func TestKinds(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, _ := service(t, d)
	jpg, png := "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	for name, f := range map[string]struct{ content, mediaType string }{
		"계획서.pdf":  {pdf, "application/pdf"},
		"계획서.PDF":  {pdf, "application/pdf"},
		"계획서.hwp":  {hwp(1), "application/x-hwp"},
		"계획서.hwpx": {packed(t, "mimetype", "application/hwp+zip", "Contents/section0.xml", "<x/>"), "application/hwp+zip"},
		"예산.xlsx":  {xlsx(t), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"사진.jpg":   {jpg, "image/jpeg"},
		"사진.jpeg":  {jpg, "image/jpeg"},
		"도면.png":   {png, "image/png"},
		"이름만.pdf":  {"그냥 글", ""},
		"실행.pdf":   {"MZ\x90\x00", ""},
		"페이지.html": {"<html><script>alert(1)</script></html>", ""},
		"그림.svg":   {"<svg onload='x'/>", ""},
		"바뀐.png":   {jpg, ""},
		"바뀐.xlsx":  {pdf, ""},
		"끝없음":      {pdf, ""},
		"옛날.xls":   {ole("Workbook", "BIFF"), ""},
		"옛날.hwp":   {ole("WordDocument", "HWP Document File"), ""},
		"암호.hwp":   {hwp(3), ""},
		"암호.xlsx":  {ole("EncryptedPackage", "x"), ""},
		"매크로.xlsx": {xlsx(t, "xl/vbaProject.bin", "x"), ""},
		"묶음.zip":   {packed(t, "a.txt", "x"), ""},
		"묶음.xlsx":  {packed(t, "a.txt", "x"), ""},
		"탈출.xlsx":  {xlsx(t, "../../etc/passwd", "x"), ""},
		"반쪽.xlsx":  {xlsx(t)[:40], ""},
		"아닌.hwpx":  {packed(t, "mimetype", "application/epub+zip"), ""},
		"늦은.hwpx":  {packed(t, "a", "b", "mimetype", "application/hwp+zip"), ""},
		"빈.pdf":    {"", ""},
		"잘린.pdf":   {strings.TrimSuffix(pdf, "%%EOF\n"), ""},
		"암호.pdf":   {pdf + "trailer<</Encrypt 5 0 R>>\n%%EOF\n", ""},
		"암호2.pdf":  {pdf + "trailer<</Encrypt<</V 4>>>>\n%%EOF\n", ""},
		"두겹.pdf":   {pdf + packed(t, "a.exe", "MZ") + "", ""},
		"두겹.jpg":   {jpg + packed(t, "a.exe", "MZ"), ""},
		"두겹.png":   {png + "%PDF-1.7\n", ""},
		"두겹.hwpx":  {packed(t, "mimetype", "application/hwp+zip", "a.pdf", pdf), ""},
		"둘다.hwpx":  {packed(t, "mimetype", "application/hwp+zip", "xl/workbook.xml", "<x/>"), ""},
		"꼬리.xlsx":  {xlsx(t) + "<script>", ""},
		"겹친.xlsx":  {xlsx(t, "a.xml", "1", "a.xml", "2"), ""},
		"형식.xlsx":  {packed(t, "[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`, "xl/workbook.xml", "<x/>"), ""},
		"형식.xlsm":  {xlsx(t), ""},
		"암호.hwpx":  {packed(t, "mimetype", "application/hwp+zip", "META-INF/manifest.xml", "<odf:encryption-data/>"), ""},
		"링크.xlsx":  {linked(t), ""},
	} {
		got, err := s.Upload(t.Context(), c.Officer, document.Upload{Name: name, Government: c.Naru, Body: strings.NewReader(f.content)})
		if f.mediaType == "" {
			if _, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || fields["file"] == "" {
				t.Errorf("%s was not refused: %+v, %v", name, got, err)
			}
			continue
		}
		if err != nil || got.MediaType != f.mediaType || got.Size != int64(len(f.content)) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestUploadKeepsTheBytes(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, dir := service(t, d)
	first, err := s.Upload(t.Context(), c.Officer, document.Upload{Name: `C:\문서\` + norm.NFD.String("계획서") + "\u202e.pdf", Government: c.Naru, Body: strings.NewReader(pdf)})
	if err != nil || first.Name != "계획서.pdf" || first.UploadedBy != c.Officer.ID || first.Government != c.Naru {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := s.Upload(t.Context(), c.Officer, document.Upload{Name: "같은 것.pdf", Government: c.Naru, Body: strings.NewReader(pdf)})
	if err != nil || second.SHA256 != first.SHA256 || second.ID == first.ID {
		t.Fatalf("%+v, %v", second, err)
	}
	f, err := s.Store.Open(t.Context(), first.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if b, err := io.ReadAll(f); err != nil || string(b) != pdf {
		t.Errorf("the bytes came back as %q, %v", b, err)
	}
	files := 0
	err = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			files++
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
		}
		return err
	})
	if err != nil || files != 1 {
		t.Errorf("%d files on disk, want 1 (%v)", files, err)
	}
	for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("z", 64), first.SHA256[:62]} {
		if _, err := s.Store.Open(t.Context(), bad); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
	got, err := work.View(t.Context(), d.Work, c.Officer, func(ctx context.Context, tx *work.Tx) (map[document.ID]document.Document, error) {
		if _, err := tx.Scope("application:read"); err != nil {
			return nil, err
		}
		return document.ByIDs(ctx, tx, []document.ID{first.ID, second.ID, 999999})
	})
	if err != nil || len(got) != 2 || got[first.ID] != first {
		t.Errorf("read back %v, %v", got, err)
	}
}

func TestUploadRefused(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s, dir := service(t, d)
	read := 0
	watch := readFunc(func(p []byte) (int, error) { read++; return 0, io.EOF })
	for _, up := range []document.Upload{{Name: "a.pdf", Government: c.Dasom, Body: watch}, {Name: "a.pdf", Body: watch}} {
		if _, err := s.Upload(t.Context(), c.Officer, up); fault.KindOf(err) != fault.Forbidden || read != 0 {
			t.Errorf("an officer uploaded for %d: %v after %d reads", up.Government, err, read)
		}
	}
	endless := readFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil })
	read = 0
	_, err := s.Upload(t.Context(), c.Officer, document.Upload{Name: "a.pdf", Government: c.Naru, Body: endless})
	if fault.KindOf(err) != fault.TooLarge || read > document.MaxSize+1<<20 {
		t.Errorf("an endless file: %v after %d bytes", err, read)
	}
	broken := errors.New("line cut")
	if _, err := s.Upload(t.Context(), c.Officer, document.Upload{Name: "a.pdf", Government: c.Naru, Body: readFunc(func([]byte) (int, error) { return 0, broken })}); !errors.Is(err, broken) {
		t.Errorf("a cut line: %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "incoming")); err != nil || len(left) != 0 {
		t.Errorf("refused uploads left %v (%v)", left, err)
	}
	var n int
	if err := d.Owner.Get(&n, `select count(*) from documents`); err != nil || n != 0 {
		t.Errorf("%d rows (%v)", n, err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestDisposition(t *testing.T) {
	for name, want := range map[string]string{
		norm.NFD.String("계획서 1.pdf"): `attachment; filename="download.pdf"; filename*=UTF-8''%EA%B3%84%ED%9A%8D%EC%84%9C%201.pdf`,
		"a\"b\r\n.PDF":               `attachment; filename="download.pdf"; filename*=UTF-8''a%22b%0D%0A.PDF`,
		"이름.한글":                      `attachment; filename="download"; filename*=UTF-8''%EC%9D%B4%EB%A6%84.%ED%95%9C%EA%B8%80`,
	} {
		if got := document.Disposition(name); got != want {
			t.Errorf(" got %s\nwant %s", got, want)
		}
	}
}
