package selection_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

// letterOf is the newest letter that a person may see.
func (w world) letterOf(t testing.TB, who authz.Actor) selection.Issued {
	t.Helper()
	list, err := w.sel.Letters(t.Context(), who, page.Request{})
	if err != nil || len(list.Items) == 0 {
		t.Fatalf("letters of %s: %+v, %v", who.Name, list, err)
	}
	l, err := w.sel.Letter(t.Context(), who, list.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLetters: everybody gets their own result, nobody another's, no reviewer is named,
// and what was issued stays whatever becomes of the text.
func TestLetters(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	save := func(who authz.Actor, version int, body string) error {
		_, err := w.sel.SaveText(ctx, who, w.call.ID, selection.Selected, version, body)
		return err
	}
	refused(t, "write the text", func(who authz.Actor) error { return save(who, 0, "선정") }, attempt{w.Decider, fault.Forbidden}, attempt{w.Officer, fault.NotFound}, attempt{w.Chair, fault.NotFound})
	want(t, "an unknown field", save(w.Manager, 0, "{{심사위원}}"), fault.Invalid)
	if won := race(t, 6, func(int) error {
		return save(w.Manager, 0, "{{지자체명}}의 {{사업명}}: 금{{선정금액}}원({{선정금액_한글}}), 총점 {{총점}}")
	}); won != 1 {
		t.Fatalf("%d first texts", won)
	}
	want(t, "over another's text", save(w.Manager2, 0, "나중"), fault.Conflict)
	preview, err := w.sel.Preview(ctx, w.Manager, w.call.ID, selection.Reserve, "{{지자체명}} {{예비순번}}")
	if err != nil || preview.Body != "예시군 1" || preview.Ministry != "가상부" {
		t.Fatalf("preview: %+v, %v", preview, err)
	}

	fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	w.national(t, 60_000_000)
	s, err := w.sel.Create(ctx, w.Manager, w.call.ID, 1)
	if err == nil {
		s, err = w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	}
	want(t, "approve", err, fault.Internal)
	if list, err := w.sel.Letters(ctx, w.Province, page.Request{}); err != nil || list.Total != 0 {
		t.Fatalf("letters before the publication: %+v, %v", list, err)
	}
	counted, queries := work.Counting(ctx)
	_, err = w.sel.Publish(counted, w.Manager, s.ID, s.Version)
	want(t, "publish", err, fault.Internal)
	if n := queries.N(); n > 26 {
		t.Errorf("publishing three letters took %d queries: %v", n, queries.Texts())
	}

	mine := w.letterOf(t, w.Province) // of 가람도 itself, and of 나루군 below
	all, err := w.sel.LettersOf(ctx, w.Manager, w.call.ID)
	if err != nil || len(all) != 3 {
		t.Fatalf("all letters: %d, %v", len(all), err)
	}
	first := all[0]
	if first.Content.Body != "가람도의 어울림 시장 만들기: 금100,000,000원(금일억원), 총점 "+first.Content.Total.String() || len(first.Content.Criteria) != 6 ||
		first.Letter.Number != w.call.Number+"-통지-001" || !first.Letter.ObjectionUntil.After(first.Letter.IssuedAt) {
		t.Errorf("the first letter: %+v", first)
	}
	if got := []selection.Outcome{all[0].Letter.Outcome, all[1].Letter.Outcome, all[2].Letter.Outcome}; !slices.Equal(got, []selection.Outcome{selection.Selected, selection.Reserve, selection.Declined}) {
		t.Errorf("outcomes %v", got)
	}
	if mine.Letter.GovernmentName != "가람도 나루군" {
		t.Errorf("the 시·도 sees %+v", mine.Letter)
	}
	_, err = w.sel.Letter(ctx, w.Officer, first.Letter.ID)
	want(t, "another government's letter", err, fault.NotFound)
	_, err = w.sel.Letter(ctx, w.Chair, first.Letter.ID)
	want(t, "the chair reads a letter", err, fault.NotFound)
	officer, err := w.sel.LettersOf(ctx, w.OfficerOther, w.call.ID)
	if err != nil || len(officer) != 1 || officer[0].Content.GovernmentName != "마루도 바람군" {
		t.Errorf("the officer's letters: %+v, %v", officer, err)
	}
	stored(t, w, []string{"심사일", "심사이", "위원장"})

	want(t, "a new text", save(w.Manager, 1, "다른 문안"), fault.Internal)
	if again := w.letterOf(t, w.OfficerOther); again.Content.Body != officer[0].Content.Body {
		t.Error("an issued letter changed with the text")
	}
	for _, q := range []string{`update letters set content = '{}'`, `delete from letters`} {
		if _, err := w.DB.Owner.ExecContext(ctx, q); err == nil {
			t.Errorf("%q went through", q)
		}
	}
}

// stored demands that the hash of every letter is that of its bytes, and that none
// names a secret.
func stored(t *testing.T, w world, secrets []string) {
	t.Helper()
	var rows []struct {
		Content string `db:"content"`
		SHA256  []byte `db:"sha256"`
	}
	if err := w.DB.Owner.SelectContext(t.Context(), &rows, `select content, sha256 from letters`); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if sum := sha256.Sum256([]byte(r.Content)); !slices.Equal(sum[:], r.SHA256) {
			t.Errorf("the hash of %s is another", r.Content)
		}
		for _, secret := range secrets {
			if strings.Contains(r.Content, secret) {
				t.Errorf("a letter names %s: %s", secret, r.Content)
			}
		}
	}
}
