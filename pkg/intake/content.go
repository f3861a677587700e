package intake

import (
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/fault"
)

// What a file may be at most.
const (
	MaxSize    = 10 << 20 // bytes
	maxEntries = 200      // parts of the container
	maxOpen    = 64 << 20 // bytes unpacked
	maxRatio   = 100      // unpacked to packed
	maxRows    = 50_000
	maxColumns = 64
	maxCells   = 400_000
	maxText    = 32_767 // characters of one cell, as in Excel
	lastRow    = 1_048_576
	lastColumn = 16_384 // XFD
)

// Type is what a cell holds.
type Type string

// The types of cells. A Date is a number that its format shows as a day.
const (
	Text   Type = "s"
	Number Type = "n" // the digits of the file, such as 1234, 12.5 or 1E+8
	Date   Type = "d" // 2026-05-01
	Bool   Type = "b"
	Broken Type = "e" // an error of a formula, such as #REF!
)

// Cell is one cell that holds something. In JSON it is one string, because a file
// has very many of them: column, type and value as in "3n1000"; with a formula
// "3=n", the formula, a record separator and the value.
type Cell struct {
	Column  int // counts from 1
	Type    Type
	Value   string
	Formula string // as written, without its =
}

// separator stands in no text of a file: XML and CSV as we read them refuse it.
const separator = "\x1e"

// MarshalText writes the cell as one string.
func (c Cell) MarshalText() ([]byte, error) {
	out := make([]byte, 0, 8+len(c.Formula)+len(c.Value))
	out = strconv.AppendInt(out, int64(c.Column), 10)
	if c.Formula != "" {
		out = append(append(append(append(out, '='), c.Type...), c.Formula...), separator...)
	} else {
		out = append(out, c.Type...)
	}
	return append(out, c.Value...), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *Cell) UnmarshalText(text []byte) error {
	s := string(text)
	i := 0
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		c.Column = c.Column*10 + int(s[i]-'0')
	}
	s, formula := strings.CutPrefix(s[i:], "=")
	if i == 0 || i > 5 || s == "" {
		return fmt.Errorf("intake: %q is no cell", text)
	}
	c.Type, c.Value = Type(s[:1]), s[1:]
	if formula {
		c.Formula, c.Value, _ = strings.Cut(c.Value, separator)
	}
	return nil
}

// Row is one row with at least one cell; Cells are in the order of columns.
type Row struct {
	Number int    `json:"n"` // counts from 1
	Hidden bool   `json:"h,omitempty"`
	Cells  []Cell `json:"r"`
}

// Area is a block of merged cells.
type Area struct {
	FromColumn int `json:"fc"`
	FromRow    int `json:"fr"`
	ToColumn   int `json:"tc"`
	ToRow      int `json:"tr"`
}

// Sheet is one sheet; a CSV file has a single one without a name.
type Sheet struct {
	Name   string `json:"name"`
	Hidden bool   `json:"hidden,omitempty"`
	Rows   []Row  `json:"rows"`
	Merged []Area `json:"merged,omitempty"`
}

// Content is everything a file holds.
type Content struct {
	CSV    bool    `json:"csv,omitempty"`
	Sheets []Sheet `json:"sheets"`
}

// What a person reads when a file is not taken.
const (
	msgEmpty     = "빈 파일입니다. 내용을 저장한 뒤 다시 올려 주십시오."
	msgKind      = "엑셀 통합 문서(.xlsx)나 CSV 파일이 아닙니다. 내려받은 파일을 엑셀이나 한셀에서 .xlsx로 저장해 올려 주십시오."
	msgLocked    = "암호가 걸린 파일입니다. 암호를 풀고 다시 저장해 올려 주십시오."
	msgMacro     = "매크로가 든 파일은 받지 않습니다. ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주십시오."
	msgOld       = "옛 엑셀 형식(.xls)입니다. ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주십시오."
	msgBinary    = "엑셀 바이너리 형식(.xlsb)입니다. ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주십시오."
	msgHWP       = "한글 문서(HWP)입니다. 내려받은 엑셀 파일에 내용을 옮겨 올려 주십시오."
	msgODS       = "ODS 형식입니다. ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주십시오."
	msgWeb       = "이름만 엑셀인 웹 페이지나 XML 파일입니다. 엑셀에서 열어 .xlsx로 다시 저장해 올려 주십시오."
	msgUTF16     = "유니코드 텍스트(UTF-16) 파일입니다. ‘CSV UTF-8’이나 .xlsx로 다시 저장해 올려 주십시오."
	msgEncoding  = "파일의 글자를 읽을 수 없습니다. ‘CSV UTF-8’이나 .xlsx로 다시 저장해 올려 주십시오."
	msgDamaged   = "파일이 손상되었거나 끝까지 올라오지 않았습니다. 엑셀에서 열어 다시 저장한 뒤 올려 주십시오."
	msgBomb      = "압축을 풀면 너무 커지는 파일입니다. 새 파일을 내려받아 내용을 옮겨 올려 주십시오."
	msgEntity    = "파일 안에 허용하지 않는 XML 선언이 들어 있습니다. 새 파일을 내려받아 내용을 옮겨 올려 주십시오."
	msgRows      = "50,000행을 넘는 파일입니다. 쓰지 않는 행을 지우고 다시 올려 주십시오."
	msgColumns   = "64열을 넘어 내용이 있습니다. 표 밖의 내용을 지우고 다시 올려 주십시오."
	msgCells     = "내용이 든 칸이 400,000개를 넘습니다. 필요한 표만 남기고 다시 올려 주십시오."
	msgLong      = "한 칸에 32,767자를 넘는 글이 있습니다. 줄여서 다시 올려 주십시오."
	msgUnmarked  = "이 파일에는 칸을 칠해 드릴 수 없습니다. 화면의 목록을 보고 고쳐 주십시오."
	msgExhausted = "파일을 확인하는 데 시간이나 메모리가 너무 많이 듭니다. 새 파일을 내려받아 내용을 옮겨 올려 주십시오."
)

// refusal is why a file is not taken; at is the cell it happened at, when known.
type refusal struct{ msg, at string }

// Error is the sentence.
func (r refusal) Error() string {
	if r.at == "" {
		return r.msg
	}
	return r.at + ": " + r.msg
}

func refuse(msg string) error { return refusal{msg: msg} }

func refuseAt(msg, at string) error { return refusal{msg, at} }

// Refuse makes the fault of a file that is not taken.
func Refuse(msg string) error {
	f := fault.Fields{}
	f.Add("file", msg)
	return f.Err()
}
