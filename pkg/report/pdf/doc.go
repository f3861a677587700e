// Package pdf writes letters as PDF; it is the only importer of gopdf. It knows how a
// letter looks and nothing of where its facts come from.
//
// The same facts give the same bytes on every machine, so that a receipt printed twice
// is provably the same: dates come from the facts, nothing from the clock. The font is
// Pretendard GOV (OFL 1.1), of which a file contains the letters it uses.
package pdf
