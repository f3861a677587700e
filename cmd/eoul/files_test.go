package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/filetest"
)

func TestFileSettings(t *testing.T) {
	c, _, stop := filetest.Bucket(t)
	defer stop()
	secretFile := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secretFile, []byte(c.SecretKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := databaseFlags{Data: t.TempDir()}
	bucket := fileFlags{S3Endpoint: c.Endpoint, S3Bucket: c.Bucket, S3Region: c.Region, S3AccessKey: c.AccessKey, S3SecretKeyFile: secretFile}
	with := func(change func(*fileFlags)) fileFlags {
		f := bucket
		change(&f)
		return f
	}
	for name, tt := range map[string]struct {
		flags fileFlags
		says  string // empty: it works
	}{
		"folder":           {fileFlags{}, ""},
		"folder, scanner":  {fileFlags{Clamd: "unix:/run/clamav/clamd.ctl"}, ""},
		"bucket":           {bucket, ""},
		"bucket alone":     {fileFlags{S3Bucket: "files"}, "EOUL_S3_ENDPOINT"},
		"no secret":        {with(func(f *fileFlags) { f.S3SecretKeyFile = "" }), "EOUL_S3_SECRET_KEY"},
		"both secrets":     {with(func(f *fileFlags) { f.S3SecretKey = "x" }), "하나만"},
		"no such file":     {with(func(f *fileFlags) { f.S3AccessKey, f.S3AccessKeyFile = "", "/nowhere" }), "EOUL_S3_ACCESS_KEY_FILE"},
		"wrong secret":     {with(func(f *fileFlags) { f.S3SecretKeyFile, f.S3SecretKey = "", "x" }), "접근 키"},
		"no such bucket":   {with(func(f *fileFlags) { f.S3Bucket = "nowhere" }), "버킷"},
		"no such scanner":  {fileFlags{Clamd: "clamd"}, "EOUL_CLAMD"},
		"nobody is there":  {with(func(f *fileFlags) { f.S3Endpoint = "http://127.0.0.1:1" }), "열 수 없습니다"},
		"not an address":   {with(func(f *fileFlags) { f.S3Endpoint = "127.0.0.1" }), "EOUL_S3_ENDPOINT"},
		"scanner, no file": {with(func(f *fileFlags) { f.Clamd = "tcp:127.0.0.1:3310" }), ""},
	} {
		store, scanner, err := tt.flags.files(t.Context(), data)
		if tt.says == "" {
			_, inBucket := store.(*document.Bucket)
			if err != nil || inBucket != (tt.flags.S3Endpoint != "") || (scanner != nil) != (tt.flags.Clamd != "") {
				t.Errorf("%s: %T, %v, %v", name, store, scanner, err)
			}
			continue
		}
		if msg, _ := fault.Public(err); fault.KindOf(err) == fault.Internal || !strings.Contains(msg, tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
