package e2e_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"eoul/pkg/browsertest"
)

// walk is a browser in which each of the cast has a window of their own; the Browser
// is the window that is looked at, at first nobody's.
type walk struct {
	*browsertest.Browser
	t       testing.TB
	s       *stage
	login   string // whose window it is
	public  *browsertest.Browser
	windows map[string]*browsertest.Browser
	scripts bool            // the browser runs them
	seen    map[string]bool // kinds of pages that were looked at
}

func newWalk(t testing.TB, s *stage) *walk {
	t.Helper()
	b := browsertest.New(t, s)
	return &walk{Browser: b, t: t, s: s, public: b, windows: map[string]*browsertest.Browser{}, scripts: true, seen: map[string]bool{}}
}

// as opens a page in a person's window. Who is not signed in, or not any more since
// the clock has moved on, signs in on the way.
func (w *walk) as(login, path string) {
	w.t.Helper()
	w.s.who(login)
	if w.windows[login] == nil {
		w.windows[login] = w.public.Window()
		if !w.scripts {
			w.windows[login].NoJS()
		}
	}
	w.Browser, w.login = w.windows[login], login
	w.Open(path)
	if w.Count(`form[action="/sign-out"]`) == 0 {
		w.enter(login)
		if w.Path() != path { // the page is open to everybody and did not ask who came
			w.Open(path)
		}
	}
	if got := w.Path(); got != path {
		w.t.Fatalf("%s asked for %s and is at %s: %s", login, path, got, w.shown())
	}
	w.look()
}

// asNobody opens a page as anybody may.
func (w *walk) asNobody(path string) {
	w.t.Helper()
	w.Browser, w.login = w.public, "nobody"
	w.Open(path)
	w.look()
}

// enter signs in, where the page asks for it or by the link of its head.
func (w *walk) enter(login string) {
	w.t.Helper()
	if !strings.HasPrefix(w.Path(), "/sign-in") {
		w.Follow(`.site-tools a[href="/sign-in"]`)
	}
	w.look()
	w.fill("login", login, "password", w.s.cast[login].Password)
	w.press("로그인", "main")
}

// leave signs out by the button of the page's head.
func (w *walk) leave() {
	w.t.Helper()
	w.Follow(`form[action="/sign-out"] button`)
	if got := w.Path(); got != "/sign-in" {
		w.t.Fatalf("after signing out the browser is at %s", got)
	}
}

var someID = regexp.MustCompile(`/\d+`)

// look holds each kind of page, the first time it is passed, against WCAG at a desk
// and against the width of a telephone.
func (w *walk) look() {
	w.t.Helper()
	path, _, _ := strings.Cut(w.Path(), "?")
	kind := someID.ReplaceAllString(path, "/:id")
	if w.seen[kind] || !w.scripts {
		return
	}
	w.seen[kind] = true
	w.Axe()
	w.Width(browsertest.Phone)
	w.Fits()
	w.Width(browsertest.Desk)
}

// findButton marks the one visible button or link that says a text, within the
// smallest parts of the page that hold another text, and tells how many there are.
const findButton = `(([kinds, says, within]) => {
	const words = el => { const c = el.cloneNode(true); c.querySelectorAll(".sr-only, svg").forEach(x => x.remove()); return c.textContent.trim(); };
	document.querySelectorAll("[data-walk]").forEach(el => el.removeAttribute("data-walk"));
	let found = [...document.querySelector("main").querySelectorAll(kinds)].filter(el => el.checkVisibility() && words(el) === says);
	if (within !== "main") found = found.filter(el => {
		for (let p = el; p && p.tagName !== "MAIN"; p = p.parentElement)
			if (p.matches("tr, li, details, form, section, aside, .panel, .panel *, a") && p.textContent.includes(within)) return true;
		return false;
	});
	if (found.length === 1) {
		found[0].setAttribute("data-walk", "");
		found[0].scrollIntoView({block: "center", behavior: "instant"}); // what sticks to the window has moved before the click
	}
	return found.length;
})(%s)`

func (w *walk) find(kinds, says, within string) {
	w.t.Helper()
	args, _ := json.Marshal([]string{kinds, says, within})
	if n := browsertest.Eval[int](w.Browser, fmt.Sprintf(findButton, args)); n != 1 {
		w.t.Fatalf("%d things say %q (within %q) for %s at %s:\n%s", n, says, within, w.login, w.Path(), w.shown())
	}
}

// press clicks the button or link that says a text, confirms what the page asks, and
// waits for the page it leads to. where is a text of the row or part that holds it,
// or "main".
func (w *walk) press(says, where string) {
	w.t.Helper()
	w.find("a, button", says, where)
	if w.scripts && w.Count("[data-walk][data-confirm]") == 1 {
		w.Click("[data-walk]")
		w.Wait(`document.querySelector("dialog[open] .button-primary")`)
		w.Follow("dialog .button-primary")
	} else {
		w.Follow("[data-walk]")
	}
	w.look()
}

// unfold opens a part of the page by its summary.
func (w *walk) unfold(says string) {
	w.t.Helper()
	w.find("summary", says, "main")
	w.Click("[data-walk]")
}

// setFields writes into fields by their ids: text, or the option whose label begins
// with or whose value is the text. It tells which fields are not there.
const setFields = `(fields => {
	const missing = [];
	for (const [name, text] of fields) {
		const el = document.getElementById("f-" + name.replaceAll(".", "-"));
		if (!el || !el.checkVisibility()) { missing.push(name); continue; }
		el.focus();
		if (el.tagName === "SELECT") {
			const o = [...el.options].find(o => o.value === text || o.label.trim().startsWith(text));
			if (!o) { missing.push(name + "=" + text + " of " + [...el.options].map(o => o.label)); continue; }
			el.value = o.value;
		} else el.value = text;
		el.dispatchEvent(new Event("input", {bubbles: true}));
		el.dispatchEvent(new Event("change", {bubbles: true}));
		el.blur();
	}
	return missing;
})(%s)`

// fill writes into the fields of the page: name, text, name, text, …
func (w *walk) fill(pairs ...string) {
	w.t.Helper()
	fields := make([][2]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		fields = append(fields, [2]string{pairs[i], pairs[i+1]})
	}
	args, _ := json.Marshal(fields)
	if missing := browsertest.Eval[[]string](w.Browser, fmt.Sprintf(setFields, args)); len(missing) > 0 {
		w.t.Fatalf("no field %q for %s at %s:\n%s", missing, w.login, w.Path(), w.shown())
	}
}

// choose ticks a box or a choice.
func (w *walk) choose(name, value string) {
	w.t.Helper()
	sel := fmt.Sprintf("input[name=%q][value=%q]", name, value)
	if value == "" {
		sel = fmt.Sprintf("input[name=%q]", name)
	}
	if !browsertest.Eval[bool](w.Browser, fmt.Sprintf(`(() => { const el = document.querySelector(%q); if (!el) return false; if (!el.checked) el.click(); return el.checked; })()`, sel)) {
		w.t.Fatalf("nothing to choose by %s at %s", sel, w.Path())
	}
}

// number is the id in the path where the browser is.
func (w *walk) number(prefix string) string {
	w.t.Helper()
	m := regexp.MustCompile(`^` + prefix + `/(\d+)`).FindStringSubmatch(w.Path())
	if m == nil {
		w.t.Fatalf("%s is at %s, not at one of %s:\n%s", w.login, w.Path(), prefix, w.shown())
	}
	return m[1]
}

// told fails the test unless the page says a sentence now.
func (w *walk) told(sentence string) {
	w.t.Helper()
	if !strings.Contains(w.Text("body"), sentence) {
		w.t.Fatalf("%s at %s is not told %q:\n%s", w.login, w.Path(), sentence, w.shown())
	}
}

// shown is the beginning of what the page says, for the message of a failure.
func (w *walk) shown() string {
	text := []rune(w.Text("main"))
	return string(text[:min(len(text), 700)])
}
