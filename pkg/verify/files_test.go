package verify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/filetest"
	"eoul/pkg/fixture"
	"eoul/pkg/verify"
)

// TestStoredFilesAreCompared: bytes that are changed or gone are found in both stores,
// each content once, and nothing is found in a sound store.
func TestStoredFilesAreCompared(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (document.Store, func(sum string) string){
		"folder": func(t *testing.T) (document.Store, func(string) string) {
			dir := t.TempDir()
			s, err := document.NewFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			return s, func(sum string) string { return filepath.Join(dir, sum[:2], sum) }
		},
		"bucket": func(t *testing.T) (document.Store, func(string) string) {
			c, folder, _ := filetest.Bucket(t)
			s, err := document.NewBucket(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return s, func(sum string) string { return filepath.Join(folder, sum) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.New(t)
			c := fixture.Cast(t, d)
			store, path := open(t)
			files := &document.Service{Work: d.Work, Store: store}
			var sums []string
			for _, text := range []string{"하나", "둘", "하나", "셋"} {
				up, err := files.Upload(t.Context(), c.Officer, document.Upload{Name: text + ".pdf", Government: c.Naru, Body: strings.NewReader("%PDF-1.7\n" + text + "\n%%EOF\n")})
				if err != nil {
					t.Fatal(err)
				}
				sums = append(sums, up.SHA256)
			}
			s := verify.Service{Work: d.Work, Files: store}
			look := func() (out []string) {
				t.Helper()
				found, err := s.Run(t.Context(), authz.System("점검"), nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range found {
					if f.Check != "stored" || !strings.HasPrefix(f.ObjectLabel(), "파일 ") {
						t.Errorf("finding %+v", f)
					}
					out = append(out, f.Detail)
				}
				return out
			}
			if got := look(); len(got) != 0 {
				t.Fatalf("a sound store has %v", got)
			}
			if err := os.WriteFile(path(sums[0]), []byte("바뀜"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := store.Remove(t.Context(), sums[1]); err != nil {
				t.Fatal(err)
			}
			got := strings.Join(look(), "\n")
			if strings.Count(got, "\n") != 1 || !strings.Contains(got, sums[0]+": 내용이 다릅니다") || !strings.Contains(got, sums[1]+": 없습니다") {
				t.Errorf("found %s", got)
			}
		})
	}
}
