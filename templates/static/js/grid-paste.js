// A block copied from a spreadsheet, put into the budget as cells (grid.js). 엑셀 and
// 한셀 write cells with tabs and lines, and quote a cell that has either inside.
(() => {
  "use strict";

  // A quoted cell ends at a quote before a tab, a line end or the end; a quote that
  // never ends is a quote.
  const QUOTED = /^"((?:[^"]|"")*)"(?=\t|\r?\n|$)/;
  const parse = (text) => {
    const block = [[]];
    let rest = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/\n$/, "");
    for (;;) {
      const quoted = rest.match(QUOTED);
      const raw = quoted ? quoted[0] : rest.match(/^[^\t\n]*/)[0];
      const cell = quoted ? quoted[1].replaceAll('""', '"') : raw;
      block.at(-1).push(cell.replace(/\s*\n\s*/g, " "));
      rest = rest.slice(raw.length);
      if (rest === "") return block;
      if (rest[0] === "\n") block.push([]);
      rest = rest.slice(1);
    }
  };
  // A lone dash is how a spreadsheet shows nothing in a column of amounts.
  const plain = (cell) => (/^[-–]$/.test(cell.trim()) ? "0" : cell);

  document.addEventListener("paste", (e) => {
    if (!e.target.matches?.("table[data-grid] input.cell")) return;
    const text = e.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return; // one cell, as any text
    e.preventDefault();
    e.target.dispatchEvent(new CustomEvent("eoul:block", { bubbles: true, detail: parse(text).map((row) => row.map(plain)) }));
  });
})();
