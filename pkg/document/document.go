package document

import (
	"net/url"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/authz"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// ID identifies a document.
type ID int64

// MaxSize is the largest file that is taken, in bytes.
const MaxSize = 10 << 20

// Document is an uploaded file without its bytes.
type Document struct {
	ID         ID              `db:"id" json:"id"`
	SHA256     string          `db:"sha256" json:"sha256"` // hexadecimal; the name of its bytes in the store
	Name       string          `db:"name" json:"name"`
	MediaType  string          `db:"media_type" json:"media_type"`
	Size       int64           `db:"size" json:"size"`
	ScanState  string          `db:"scan_state" json:"scan_state"`     // unscanned, pending, clean or infected
	Finding    string          `db:"finding" json:"finding,omitempty"` // what the scanner found in an infected file
	Government organization.ID `db:"government_id" json:"government_id,omitempty"`
	UploadedBy authz.PersonID  `db:"uploaded_by" json:"uploaded_by"`
	UploadedAt time.Time       `db:"uploaded_at" json:"uploaded_at"`
}

// Object is what the rules of permission look at.
func (d Document) Object() authz.Object {
	return authz.Object{Kind: "document", ID: int64(d.ID), Government: int64(d.Government)}
}

// Ref names the document; documents have no versions.
func (d Document) Ref() work.Ref { return work.Ref{Kind: "document", ID: int64(d.ID)} }

// Disposition is the header that makes a browser save the file under its name and
// never show it within the site (RFC 6266).
func (d Document) Disposition() string { return Disposition(d.Name) }

// Disposition is the attachment header for any file name.
func Disposition(name string) string {
	return `attachment; filename="download` + strings.ToLower(asciiExt(name)) + `"; filename*=UTF-8''` + url.PathEscape(norm.NFC.String(name))
}

func asciiExt(name string) string {
	ext := path.Ext(name)
	for _, r := range ext {
		if r != '.' && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9') {
			return ""
		}
	}
	return ext
}

// tidyName is the file's own name as it is kept: without folders, control and
// direction characters, in the composed form of Korean letters, at most 150
// characters with its ending kept.
func tidyName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if n := utf8.RuneCountInString(name); n > 150 {
		ext := path.Ext(name)
		runes := []rune(strings.TrimSuffix(name, ext))
		name = string(runes[:150-utf8.RuneCountInString(ext)]) + ext
	}
	return name
}
