package document

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
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
	case m.Is(typePDF), m.Is(typeJPEG), m.Is(typePNG):
		mediaType, _, _ = strings.Cut(m.String(), ";")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		mediaType, msg = oleKind(io.NewSectionReader(r, 0, size))
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		mediaType, msg = zipKind(r, size)
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
	if err != nil || len(z.File) > zipMaxEntries {
		return "", msgArchive
	}
	names, unpacked := map[string]bool{}, uint64(0)
	for _, f := range z.File {
		unpacked += f.UncompressedSize64
		switch {
		case f.Flags&1 != 0:
			return "", msgSecret
		case strings.Contains(f.Name, "..") || strings.HasPrefix(f.Name, "/") || strings.Contains(f.Name, `\`) || f.Mode()&^0o777 != 0 && !f.Mode().IsDir():
			return "", msgArchive
		case strings.HasSuffix(strings.ToLower(f.Name), "vbaproject.bin"):
			return "", msgMacro
		}
		names[f.Name] = true
	}
	if unpacked > uint64(size)*zipMaxRatio { //nolint:gosec // a size is not negative
		return "", msgArchive
	}
	switch {
	case names["mimetype"] && firstBytes(z.File[0]) == typeHWPX:
		return typeHWPX, ""
	case names["[Content_Types].xml"] && names["xl/workbook.xml"]:
		return typeXLSX, ""
	}
	return "", ""
}

// firstBytes is the beginning of an entry, where HWPX says what it is.
func firstBytes(f *zip.File) string {
	if f.Name != "mimetype" {
		return ""
	}
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, 64))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
