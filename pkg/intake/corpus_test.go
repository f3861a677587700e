package intake_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// parts of the smallest workbook, by name.
type parts map[string]string

const (
	head  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	main_ = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
)

// minimal is a workbook of one sheet with these rows.
func minimal(rows string) parts {
	return parts{
		"[Content_Types].xml":        head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            head + `<workbook ` + main_ + `><sheets><sheet name="예산" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       head + `<sst ` + main_ + ` count="2" uniqueCount="2"><si><t>가나다</t></si><si><r><t>라</t></r><r><t>마</t></r><rPh sb="0" eb="1"><t>읽는 법</t></rPh></si></sst>`,
		"xl/styles.xml":              head + `<styleSheet ` + main_ + `><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy. m. d."/></numFmts><fonts count="1"><font><sz val="10"/><name val="굴림"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   head + `<worksheet ` + main_ + `><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func (p parts) with(name, text string) parts {
	out := parts{}
	for k, v := range p {
		out[k] = v
	}
	out[name] = text
	return out
}

func (p parts) without(name string) parts {
	out := p.with(name, "")
	delete(out, name)
	return out
}

func (p parts) swapped(name, from, to string) parts {
	return p.with(name, strings.ReplaceAll(p[name], from, to))
}

// pack makes the file.
func (p parts) pack(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for name, text := range p {
		how := zip.Deflate
		if len(text) < 100 {
			how = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: how})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// noise is text that does not pack, so that a large file is no bomb.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

// hostile are files nobody should send, with a piece of what the answer must say.
func hostile(t testing.TB) map[string]struct {
	data []byte
	want string
} {
	one := `<row r="1"><c r="A1"><v>1</v></c></row>`
	good := minimal(one)
	many := parts{}
	for i := range 100_000 {
		many[strconv.FormatInt(int64(i), 36)] = ""
	}
	zipOf := good.pack(t)
	ole := func(stream string) []byte {
		return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504) + strings.Join(strings.Split(stream, ""), "\x00") + "\x00rest")
	}
	type file = struct {
		data []byte
		want string
	}
	return map[string]file{
		"empty":               {nil, "빈 파일"},
		"blank":               {[]byte(" \r\n"), "빈 파일"},
		"pdf":                 {[]byte("%PDF-1.7\n"), "엑셀 통합 문서(.xlsx)나 CSV"},
		"picture":             {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "엑셀 통합 문서(.xlsx)나 CSV"},
		"hwp":                 {append(ole("FileHeader"), "HWP Document File"...), "한글 문서"},
		"hwpx":                {parts{"mimetype": "application/hwp+zip", "Contents/section0.xml": "<x/>"}.pack(t), "한글 문서"},
		"ods":                 {parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}.pack(t), "ODS"},
		"word":                {good.swapped("[Content_Types].xml", "spreadsheetml.sheet.main", "wordprocessingml.document.main").pack(t), "엑셀 통합 문서(.xlsx)나 CSV"},
		"zip":                 {parts{"a.txt": "x"}.pack(t), "엑셀 통합 문서(.xlsx)나 CSV"},
		"old":                 {ole("Workbook"), "옛 엑셀 형식"},
		"binary":              {parts{"[Content_Types].xml": "<x/>", "xl/workbook.bin": "x"}.pack(t), "바이너리"},
		"encrypted":           {ole("EncryptedPackage"), "암호"},
		"macro":               {good.with("xl/vbaProject.bin", "x").pack(t), "매크로"},
		"macro type":          {good.swapped("[Content_Types].xml", "spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main").pack(t), "매크로"},
		"web page":            {[]byte("<html><table></table></html>"), "웹 페이지"},
		"xml 2003":            {[]byte("\ufeff<?xml version=\"1.0\"?><Workbook/>"), "웹 페이지"},
		"utf-16":              {[]byte("\xff\xfea\x00"), "유니코드 텍스트"},
		"no text":             {[]byte("\x81\x20\xff\xfe,abc"), "글자를 읽을 수 없습니다"},
		"entries":             {many.pack(t), "너무 커지는"},
		"bomb":                {good.with("xl/media/x", strings.Repeat("0", 60<<20)).pack(t), "너무 커지는"},
		"large":               {good.with("xl/media/x", strings.Repeat("0", 65<<20)).with("xl/media/y", noise(1<<20)).pack(t), "너무 커지는"},
		"entities":            {good.with("xl/sharedStrings.xml", `<!DOCTYPE a [<!ENTITY x "`+strings.Repeat("ha", 100)+`">]><sst><si><t>&x;</t></si></sst>`).pack(t), "XML 선언"},
		"entities in sheet":   {good.with("xl/worksheets/sheet1.xml", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>`).pack(t), "XML 선언"},
		"row -1":              {minimal(`<row r="-1"><c r="A1"><v>1</v></c></row>`).pack(t), "손상"},
		"row 5e7":             {minimal(`<row r="50000000"><c r="A50000000"><v>1</v></c></row>`).pack(t), "손상"},
		"row far":             {minimal(`<row r="1000000"><c r="A1000000"><v>1</v></c></row>`).pack(t), "50,000행"},
		"rows backward":       {minimal(`<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`).pack(t), "손상"},
		"many rows":           {minimal(strings.Repeat(`<row><c t="inlineStr"><is><t>`+noise(40)[:3]+`</t></is></c></row>`, 50_001)).with("x", noise(1<<20)).pack(t), "50,000행"},
		"column XFE":          {minimal(`<row r="1"><c r="XFE1"><v>1</v></c></row>`).pack(t), "손상"},
		"column XFD":          {minimal(`<row r="1"><c r="XFD1"><v>1</v></c></row>`).pack(t), "64열"},
		"cell of another row": {minimal(`<row r="1"><c r="A7"><v>1</v></c></row>`).pack(t), "손상"},
		"cells backward":      {minimal(`<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`).pack(t), "손상"},
		"shared string -1":    {minimal(`<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`).pack(t), "예산 A1"},
		"shared string far":   {minimal(`<row r="1"><c r="A1" t="s"><v>99</v></c></row>`).pack(t), "예산 A1"},
		"cell type":           {minimal(`<row r="1"><c r="A1" t="zz"><v>99</v></c></row>`).pack(t), "손상"},
		"long text":           {minimal(`<row r="1"><c r="B1" t="str"><v>` + noise(32_768) + `</v></c></row>`).pack(t), "32,767자"},
		"merge":               {good.swapped("xl/worksheets/sheet1.xml", "</worksheet>", `<mergeCells><mergeCell ref="A0:ZZZZ9"/></mergeCells></worksheet>`).pack(t), "손상"},
		"no sheets":           {good.with("xl/workbook.xml", `<workbook/>`).pack(t), "빈 파일"},
		"no sheet part":       {good.without("xl/worksheets/sheet1.xml").pack(t), "손상"},
		"no types":            {good.without("[Content_Types].xml").pack(t), "손상"},
		"not xml":             {good.with("xl/workbook.xml", "가나다 <<<").pack(t), "손상"},
		"unclosed":            {good.with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>").pack(t), "손상"},
		"other encoding":      {good.with("xl/workbook.xml", `<?xml version="1.0" encoding="UTF-16"?><workbook/>`).pack(t), "손상"},
		"climbs":              {good.with("../../etc/passwd", "x").pack(t), "손상"},
		"cut":                 {zipOf[:len(zipOf)/2], "손상"},
		"begins like a zip":   {[]byte("PK\x03\x04 and nothing more"), "손상"},
		"wide csv":            {[]byte(strings.Repeat(",", 70) + "x\n"), "64열"},
		"long csv":            {[]byte(strings.Repeat("a,b\n", 50_001)), "50,000행"},
		"csv with a nul":      {[]byte("a,b\x00\n"), "엑셀 통합 문서(.xlsx)나 CSV"},
	}
}
