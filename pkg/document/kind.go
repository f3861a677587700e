package document

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"eoul/pkg/fault"
)

// The media types that are taken, by the ending of the file's name.
const (
	typePDF  = "application/pdf"
	typeHWP  = "application/x-hwp"
	typeHWPX = "application/hwp+zip"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
)

// endings says which names fit which content.
func endings(mediaType string) []string {
	switch mediaType {
	case typePDF:
		return []string{".pdf"}
	case typeHWP:
		return []string{".hwp"}
	case typeHWPX:
		return []string{".hwpx"}
	case typeXLSX:
		return []string{".xlsx"}
	case typeJPEG:
		return []string{".jpg", ".jpeg"}
	case typePNG:
		return []string{".png"}
	}
	return nil
}

// What a person reads when a file is refused.
const (
	msgKinds   = "PDF, HWP, HWPX, XLSX, JPG, PNG 파일만 올릴 수 있습니다."
	msgEnding  = "파일 이름의 확장자와 실제 내용이 다릅니다. 원래 프로그램에서 다시 저장해 주십시오."
	msgSecret  = "암호가 걸린 파일은 올릴 수 없습니다. 암호를 풀고 다시 저장해 주십시오."
	msgMacro   = "매크로가 든 파일은 올릴 수 없습니다. 매크로 없이 다시 저장해 주십시오."
	msgArchive = "파일이 손상되었거나 안에 알 수 없는 내용이 들어 있습니다."
	msgCut     = "파일이 끝까지 저장되지 않았습니다. 원래 프로그램에서 다시 저장해 주십시오."
	msgTwofold = "한 파일 안에 다른 형식의 파일이 숨어 있어 올릴 수 없습니다. 원래 프로그램에서 다시 저장해 주십시오."
)

// kindOf finds out by its content what a file is and demands that its name says
// the same. Anything else than the six kinds is an Invalid fault for field file.
func kindOf(name string, r io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, 3072))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	mediaType, msg := "", ""
	switch m := mimetype.Detect(head); {
	case m.Is(typePDF):
		mediaType, msg = pdfKind(r, size)
	case m.Is(typeJPEG), m.Is(typePNG):
		mediaType, _, _ = strings.Cut(m.String(), ";")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		mediaType, msg = oleKind(io.NewSectionReader(r, 0, size))
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		mediaType, msg = zipKind(r, size)
	}
	if mediaType != "" && msg == "" && twofold(mediaType, head, r, size) {
		msg = msgTwofold
	}
	switch ending := strings.ToLower(path.Ext(name)); {
	case msg != "":
	case mediaType == "":
		msg = msgKinds
	case !strings.Contains(strings.Join(endings(mediaType), " ")+" ", ending+" ") || ending == "":
		msg = msgEnding
	default:
		return mediaType, nil
	}
	f := fault.Fields{}
	f.Add("file", msg)
	return "", f.Err()
}

// twofold finds a second file inside the first, for a program that looks for it there:
// readers of PDF take one that begins within the first 1024 bytes, those of ZIP one
// that ends the file.
func twofold(mediaType string, head []byte, r io.ReaderAt, size int64) bool {
	if mediaType != typePDF && bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) {
		return true
	}
	if mediaType == typeHWPX || mediaType == typeXLSX {
		return false
	}
	z, err := zip.NewReader(r, size)
	return err == nil && len(z.File) > 0
}

// encrypted is how a PDF names its encryption, in the trailer or in a stream that
// stands for it; both are never compressed.
var encrypted = regexp.MustCompile(`/Encrypt[\s]*(\d+\s+\d+\s+R|<<)`)

// pdfKind demands that a PDF ends as one and is not encrypted.
func pdfKind(r io.ReaderAt, size int64) (mediaType, msg string) {
	all := make([]byte, size) // at most MaxSize
	if _, err := r.ReadAt(all, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", msgCut
	}
	switch {
	case encrypted.Match(all):
		return "", msgSecret
	case !bytes.Contains(all[max(0, len(all)-2048):], []byte("%%EOF")):
		return "", msgCut
	}
	return typePDF, ""
}

// oleKind recognises HWP 5 among the files of the old Office container: its stream
// FileHeader begins with a signature, and bit 1 of its flags is a password.
func oleKind(r io.Reader) (mediaType, msg string) {
	all, err := io.ReadAll(r) // at most MaxSize
	if err != nil {
		return "", msgArchive
	}
	if bytes.Contains(all, utf16("EncryptedPackage")) {
		return "", msgSecret
	}
	const signature = "HWP Document File"
	at := bytes.Index(all, []byte(signature))
	if at < 0 || len(all) < at+40 || !bytes.Contains(all, utf16("FileHeader")) {
		return "", ""
	}
	if binary.LittleEndian.Uint32(all[at+36:])&2 != 0 {
		return "", msgSecret
	}
	return typeHWP, ""
}

func utf16(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

// Limits of what may be inside a zip container; honest documents stay far below.
const (
	zipMaxEntries = 2000
	zipMaxRatio   = 200
)

// zipKind recognises HWPX by its first entry and XLSX by its workbook.
func zipKind(r io.ReaderAt, size int64) (mediaType, msg string) {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) == 0 || len(z.File) > zipMaxEntries || !endsAsZip(r, size) {
		return "", msgArchive
	}
	files, unpacked := map[string]*zip.File{}, uint64(0)
	for _, f := range z.File {
		unpacked += f.UncompressedSize64
		switch {
		case f.Flags&1 != 0:
			return "", msgSecret
		case files[f.Name] != nil, strings.Contains(f.Name, ".."), strings.HasPrefix(f.Name, "/"), strings.Contains(f.Name, `\`),
			f.Mode()&^0o777 != 0 && !f.Mode().IsDir():
			return "", msgArchive
		case strings.HasSuffix(strings.ToLower(f.Name), "vbaproject.bin"):
			return "", msgMacro
		}
		files[f.Name] = f
	}
	if unpacked > uint64(size)*zipMaxRatio { //nolint:gosec // a size is not negative
		return "", msgArchive
	}
	hwpx, xlsx := z.File[0].Name == "mimetype" && strings.TrimSpace(beginning(z.File[0])) == typeHWPX, files["xl/workbook.xml"] != nil
	switch {
	case hwpx && xlsx:
		return "", msgTwofold
	case hwpx && strings.Contains(beginning(files["META-INF/manifest.xml"]), "encryption-data"):
		return "", msgSecret
	case hwpx:
		return typeHWPX, ""
	case xlsx && strings.Contains(strings.ToLower(beginning(files["[Content_Types].xml"])), "macroenabled"):
		return "", msgMacro
	case xlsx && files["[Content_Types].xml"] != nil:
		return typeXLSX, ""
	}
	return "", ""
}

// endsAsZip tells whether the directory of a zip container is the last thing in it;
// what comes after would be read by no honest program.
func endsAsZip(r io.ReaderAt, size int64) bool {
	const end = 22 // bytes of the record that ends it, without a comment
	last := make([]byte, end)
	if size < end {
		return false
	}
	if _, err := r.ReadAt(last, size-end); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return bytes.HasPrefix(last, []byte("PK\x05\x06"))
}

// beginning is the first part of an entry, empty without one.
func beginning(f *zip.File) string {
	if f == nil {
		return ""
	}
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return ""
	}
	return string(b)
}
