package browsertest

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keys that have no character of their own, for Press and Type.
const (
	Enter  = kb.Enter
	Tab    = kb.Tab
	Escape = kb.Escape
	Up     = kb.ArrowUp
	Down   = kb.ArrowDown
	Left   = kb.ArrowLeft
	Right  = kb.ArrowRight
	F2     = kb.F2
	F4     = kb.F4
)

// Held are keys that are held down while another is pressed.
type Held = chromedp.Modifier

// The keys that Chord holds down.
const (
	Alt   = chromedp.ModifierAlt
	Ctrl  = chromedp.ModifierCtrl
	Shift = chromedp.ModifierShift
)

// Chord presses a key while another is held down.
func (b *Browser) Chord(held Held, key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(held)))
}

// Focus puts the focus on a field, its text selected as the Tab key does.
func (b *Browser) Focus(sel string) {
	b.t.Helper()
	b.do(chromedp.Focus(chromedp.CSS(sel)))
	eval[bool](b, `(() => { document.activeElement.select?.(); return true; })()`)
}
