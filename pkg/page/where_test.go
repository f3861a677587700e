package page_test

import (
	"testing"

	"eoul/pkg/page"
)

func TestWhere(t *testing.T) {
	w := page.Begin("a.id = any($1)", []any{7})
	w.And("(a.title like $$ or a.number like $$)", page.Like(`50%_\`))
	w.And("a.state = $$", "draft")
	if got, want := w.String(), "a.id = any($1) and (a.title like $2 or a.number like $2) and a.state = $3"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(w.Args) != 3 || w.Args[1] != `%50\%\_\\%` || w.Args[2] != "draft" {
		t.Errorf("args %q", w.Args)
	}
}
