package korean

import (
	"bytes"
	"strings"
	"unicode/utf8"

	cp949 "golang.org/x/text/encoding/korean"

	"eoul/pkg/fault"
)

// Decode turns the bytes of a text file into text: UTF-8 with or without a byte
// order mark, else CP949, the code page of Korean Windows and of older systems.
// Bytes that are neither are an Invalid fault; nothing is replaced silently.
func Decode(data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return string(data), nil
	}
	text, err := cp949.EUCKR.NewDecoder().Bytes(data)
	if err != nil || strings.ContainsRune(string(text), utf8.RuneError) {
		return "", fault.New(fault.Invalid, "파일의 글자를 읽을 수 없습니다. UTF-8이나 CP949(EUC-KR)로 저장해 주십시오.")
	}
	return string(text), nil
}
