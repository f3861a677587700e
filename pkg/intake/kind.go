package intake

import (
	"bytes"
	"strings"
)

// isPacked tells a zip container from other files, whatever they are called, and
// refuses what is neither a container nor text.
func isPacked(data []byte) (bool, error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return false, refuse(msgEmpty)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return true, nil
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return false, refuse(oldKind(data))
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return false, refuse(msgUTF16)
	case bytes.IndexByte(data, 0) >= 0 || bytes.HasPrefix(data, []byte("%PDF")) || bytes.HasPrefix(data, []byte("HWP Document File")):
		return false, refuse(msgKind)
	case bytes.HasPrefix(bytes.TrimLeft(data, "\ufeff \t\r\n"), []byte("<")):
		return false, refuse(msgWeb)
	}
	return false, nil
}

// oldKind says what a file in the old Office container is.
func oldKind(data []byte) string {
	has := func(stream string) bool { return bytes.Contains(data, wide(stream)) }
	switch {
	case has("EncryptedPackage"):
		return msgLocked
	case bytes.Contains(data, []byte("HWP Document File")):
		return msgHWP
	case has("Workbook"), has("Book"):
		return msgOld
	}
	return msgKind
}

// wide is ASCII text as the old container writes names.
func wide(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

// otherKind says what a container is that holds no workbook of ours.
func otherKind(mimetype string, has func(name string) bool) error {
	switch {
	case strings.HasPrefix(mimetype, "application/hwp+zip"):
		return refuse(msgHWP)
	case strings.HasPrefix(mimetype, "application/vnd.oasis.opendocument.spreadsheet"):
		return refuse(msgODS)
	case has("xl/workbook.bin"):
		return refuse(msgBinary)
	}
	return refuse(msgKind)
}
