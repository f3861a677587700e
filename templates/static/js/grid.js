// The table in which a budget is typed (table data-grid): moving by keys, rows that
// come, go and change places, blocks of cells, and the amount of a row while it is
// typed. Every button of it is a button of the form, so that it works without this
// script; sums, shares and differences come from the server (autosave.js).
(() => {
  "use strict";

  const table = document.querySelector("table[data-grid]");
  if (!table) return;
  const form = table.closest("form");
  const body = table.tBodies[0];
  const blank = form.querySelector("template[data-grid-row]").content;
  const most = Number(table.dataset.most);
  const unit = Number(form.elements.namedItem("unit").value);
  const status = form.querySelector("[data-grid-say]");
  const back = form.querySelector("[data-grid-undo]");
  const MONEY = [2, 5, 6, 7, 8];
  const COUNTS = [3, 4];
  const LARGEST = 999_999_999_999_999; // 15 digits are exact numbers here, too

  const rows = () => [...body.rows];
  const cells = (row) => [...row.querySelectorAll("input.cell")];
  const place = (cell) => {
    const row = cell.closest("tr");
    return [row.sectionRowIndex, cells(row).indexOf(cell)];
  };
  const say = (text) => void (status.textContent = text);
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

  // --- Figures. They are read as strictly as the server reads them.
  const narrow = (text) => text.normalize("NFKC").replaceAll("−", "-").trim();
  const figure = (text, times) => {
    if (!/^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(text)) return null;
    const [whole, fraction = ""] = text.replaceAll(",", "").split(".");
    const rest = fraction.replace(/0+$/, "");
    if (fraction && (times === 1 || rest.length > 3)) return null;
    const sign = whole.startsWith("-") ? -1 : 1;
    const n = Number(whole) * times + sign * Number(rest.padEnd(3, "0")) * (times === 1 ? 0 : 1);
    return Math.abs(n) <= LARGEST ? n : null;
  };
  const count = (text) => figure(narrow(text), 1);
  const won = (text) => {
    const plain = narrow(text);
    const bare = plain.replace(/^(-?)[₩\\]\s*/, "$1").replace(/\s*원$/, "");
    return figure(bare, bare === plain ? unit : 1);
  };
  const grouped = (n) => n.toLocaleString("ko-KR");
  const shown = (n) => {
    if (unit === 1) return grouped(n);
    return n % 1000 === 0 ? grouped(n / 1000) : grouped(n) + "원";
  };
  const tidy = (col, text) => {
    const n = MONEY.includes(col) ? won(text) : COUNTS.includes(col) ? count(text) : null;
    if (n === null) return text.trim();
    return MONEY.includes(col) ? shown(n) : grouped(n);
  };

  // hint shows a row's amount at once; the server's answer takes its place.
  const hint = (row) => {
    const texts = cells(row).map((cell) => cell.value.trim());
    const basis = [won(texts[2]), count(texts[3]), count(texts[4])];
    const given = texts[2] !== "" || texts[3] !== "" || texts[4] !== "";
    const parts = texts.slice(5).map((text) => (text === "" ? 0 : won(text)));
    const sum = parts.includes(null) ? null : parts.reduce((a, b) => a + b, 0);
    let total = sum;
    if (given) total = basis.includes(null) ? null : basis.reduce((a, b) => (a === null || a * b > LARGEST ? null : a * b));
    const write = (name, text) => void (row.querySelector(`[data-output$=".${name}"]`).textContent = text);
    const empty = texts.every((text) => text === "" || text === "0");
    write("total", empty ? "" : total === null ? "–" : shown(total));
    write("off", total === null || sum === null || total === sum ? "" : `차액 ${grouped(total - sum)}원`);
    write("odd", "");
  };

  // --- Rows. Names, ids and labels carry the number of their row.
  const number = (row, i) => {
    const no = row.querySelector("[data-no]");
    if (no.textContent === String(i + 1) && row.dataset.line !== "new") return;
    no.textContent = i + 1;
    row.dataset.line = "";
    const swap = (el, name, pattern, text) => el.hasAttribute(name) && el.setAttribute(name, el.getAttribute(name).replace(pattern, text));
    for (const el of row.querySelectorAll("[id], [name], [data-output], [aria-label], [aria-describedby]")) {
      swap(el, "id", /^f-lines-\d+-/, `f-lines-${i}-`);
      swap(el, "aria-describedby", /f-lines-\d+-/g, `f-lines-${i}-`);
      swap(el, "name", /^lines\.\d+\./, `lines.${i}.`);
      swap(el, "data-output", /^lines\.\d+\./, `lines.${i}.`);
      swap(el, "aria-label", /^\d+번째/, `${i + 1}번째`);
      if (el.name === "act") swap(el, "value", /\.\d+$/, `.${i}`);
    }
  };
  const renumber = () => rows().forEach(number);
  const tools = (row) => {
    const bar = row.querySelector("[data-tools]");
    bar.setAttribute("role", "toolbar");
    [...bar.querySelectorAll("button")].forEach((button, i) => {
      button.tabIndex = i === 0 ? 0 : -1;
    });
  };
  const fresh = () => {
    const row = blank.cloneNode(true).querySelector("tr");
    row.dataset.line = "new";
    tools(row);
    return row;
  };
  const add = (n) => {
    const from = body.rows.length;
    const made = Array.from({ length: Math.max(0, Math.min(n, most - from)) }, fresh);
    body.append(...made);
    made.forEach((row, i) => number(row, from + i));
    return made.length;
  };
  const put = (row, values) => {
    cells(row).forEach((cell, i) => {
      cell.value = values[i] ?? "";
    });
    named(row);
    hint(row);
  };
  const values = (row) => cells(row).map((cell) => cell.value);

  // --- One step back, for what the keys of a field cannot undo.
  let undo = null;
  const remember = () => {
    undo = rows().map(values);
    back.hidden = false;
  };
  back.addEventListener("click", () => {
    const was = undo;
    while (body.rows.length > was.length) body.lastElementChild.remove();
    add(was.length - body.rows.length);
    rows().forEach((row, i) => put(row, was[i]));
    back.hidden = true;
    say("되돌렸습니다.");
    changed();
    body.rows[0].querySelector("input.cell").focus();
  });

  const go = (row, col) => {
    const cell = body.rows[row] && cells(body.rows[row])[col];
    if (!cell) return false;
    cell.focus();
    cell.select();
    return true;
  };
  const verbs = {
    up(row) {
      return verbs.move(row, -1);
    },
    down(row) {
      return verbs.move(row, 1);
    },
    move(row, by) {
      const to = body.rows[row + by];
      if (!to) {
        say(by < 0 ? "맨 윗줄입니다." : "맨 아랫줄입니다.");
        return row;
      }
      if (by < 0) to.before(body.rows[row]);
      else to.after(body.rows[row]);
      say(`${row + 1}번째 줄을 ${row + by + 1}번째로 옮겼습니다.`);
      return row + by;
    },
    copy(row) {
      if (body.rows.length >= most) {
        say(`${most}줄까지 적을 수 있습니다.`);
        return row;
      }
      remember();
      const made = fresh();
      body.rows[row].after(made);
      put(made, values(body.rows[row]));
      say(`${row + 1}번째 줄을 아래에 복사했습니다.`);
      return row + 1;
    },
    delete(row) {
      remember();
      if (body.rows.length === 1) add(1);
      body.rows[row].remove();
      say(`${row + 1}번째 줄을 지웠습니다.`);
      return Math.min(row, body.rows.length - 1);
    },
  };
  const rearrange = (verb, row) => {
    const to = verbs[verb](row);
    renumber();
    changed();
    return to;
  };

  // --- A block of cells, of the clipboard (grid-paste.js): rows are added as needed.
  table.addEventListener("eoul:block", (e) => {
    const block = e.detail;
    const [row, col] = place(e.target);
    remember();
    add(row + block.length - body.rows.length);
    const done = Math.min(block.length, body.rows.length - row);
    let beyond = 0;
    block.slice(0, done).forEach((texts, i) => {
      const line = body.rows[row + i];
      const inputs = cells(line);
      texts.forEach((text, j) => {
        if (col + j < inputs.length) inputs[col + j].value = tidy(col + j, text);
        else if (text.trim() !== "") beyond++;
      });
      named(line, true);
      hint(line);
    });
    const left = block.length - done;
    say([`${done}줄을 붙여넣었습니다.`, left ? `${most}줄까지 적을 수 있어 ${left}줄은 넣지 않았습니다.` : "", beyond ? `표의 오른쪽 밖으로 나간 ${beyond}칸은 넣지 않았습니다.` : ""].filter(Boolean).join(" "));
    changed();
  });
  // The name of a code is combobox.js's to know; find lets it look a name up.
  const named = (row, find) => row.dispatchEvent(new CustomEvent("eoul:code", { bubbles: true, detail: Boolean(find) }));

  // --- Keys.
  const before = new WeakMap();
  const edge = (cell, key) => {
    const [from, to, end] = [cell.selectionStart, cell.selectionEnd, cell.value.length];
    if (from === 0 && to === end) return true; // as it is entered
    return from === to && (key === "ArrowLeft" ? from === 0 : to === end);
  };
  const enter = (row, col, by) => {
    const last = row + by === body.rows.length;
    if (last && values(body.rows[row]).some((text) => text !== "") && add(1)) say("줄을 더했습니다.");
    go(row + by, col);
  };
  const set = (cell, text, words) => {
    cell.value = text;
    named(cell.closest("tr"));
    hint(cell.closest("tr"));
    say(words);
    changed();
  };
  const pressed = (e, cell) => {
    const [row, col] = place(cell);
    const vertical = { ArrowUp: -1, ArrowDown: 1 }[e.key];
    if (e.altKey && vertical) go(rearrange(vertical < 0 ? "up" : "down", row), col);
    else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "d") {
      if (row === 0) say("윗줄이 없습니다.");
      else {
        remember();
        set(cell, values(body.rows[row - 1])[col], "윗줄의 값을 채웠습니다.");
      }
    } else if (e.altKey || e.ctrlKey || e.metaKey) return false;
    else if (e.key === "Enter") enter(row, col, e.shiftKey ? -1 : 1);
    else if (e.shiftKey) return false;
    else if (vertical) go(row + vertical, col);
    else if (e.key === "ArrowLeft" || e.key === "ArrowRight") return edge(cell, e.key) && go(row, col + (e.key === "ArrowLeft" ? -1 : 1));
    else if (e.key === "F2") cell.setSelectionRange(cell.value.length, cell.value.length);
    else if (e.key === "Escape" && before.has(cell) && before.get(cell) !== cell.value) set(cell, before.get(cell), "이 칸을 되돌렸습니다.");
    else return false;
    return true;
  };
  body.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.isComposing || e.keyCode === 229) return; // 한글 under way
    const bar = e.target.closest("[data-tools]");
    if (bar && (e.key === "ArrowLeft" || e.key === "ArrowRight")) {
      const buttons = [...bar.querySelectorAll("button")];
      const next = buttons[buttons.indexOf(e.target) + (e.key === "ArrowLeft" ? -1 : 1)];
      if (next) {
        for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
        next.focus();
      }
      e.preventDefault();
    } else if (e.target.matches("input.cell") && pressed(e, e.target)) e.preventDefault();
  });
  // Enter never sends the form from here, whichever of its events asks for it.
  body.addEventListener("keypress", (e) => e.key === "Enter" && e.target.matches("input.cell") && e.preventDefault());
  body.addEventListener("focusin", (e) => {
    if (e.target.matches("input.cell")) before.set(e.target, e.target.value);
  });
  body.addEventListener("focusout", (e) => {
    if (e.target.matches("input.cell")) e.target.value = tidy(place(e.target)[1], e.target.value);
  });
  body.addEventListener("input", (e) => {
    if (e.target.matches("input.cell")) hint(e.target.closest("tr"));
  });

  // --- Buttons.
  form.addEventListener("click", (e) => {
    const button = e.target.closest('button[name="act"]');
    const [verb, at] = (button?.value ?? "").split(".");
    if (verb === "add") {
      e.preventDefault();
      const from = body.rows.length;
      const n = add(Number(form.elements.namedItem("more").value) || 1);
      say(n ? `${n}줄을 더했습니다.` : `${most}줄까지 적을 수 있습니다.`);
      go(from, 0);
    } else if (["up", "down", "copy", "delete"].includes(verb)) {
      e.preventDefault();
      const to = body.rows[rearrange(verb, Number(at))];
      if (verb === "up" || verb === "down") button.focus();
      else to.querySelector("input.cell").focus();
    }
  });

  rows().forEach(tools);
  const target = location.hash.startsWith("#f-lines-") && document.getElementById(location.hash.slice(1));
  if (target && body.contains(target)) target.focus();
})();
