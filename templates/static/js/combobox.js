// Expense codes of the budget: a list that follows what is typed, by code or by name
// (WAI-ARIA combobox with a listbox). The codes of the other set are shown for
// reference and cannot be taken. Without this script the field has a datalist.
(() => {
  "use strict";

  const table = document.querySelector("table[data-grid]");
  if (!table) return;
  const form = table.closest("form");
  const own = document.getElementById("codes");
  const other = document.getElementById("codes-reference");
  const status = form.querySelector("[data-grid-say]");
  const make = (tag, attributes, text) => {
    const el = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
    if (text) el.textContent = text;
    return el;
  };
  const entries = (list, taken) =>
    [...list.options].map((option, i) => ({
      code: option.value,
      label: option.textContent,
      name: option.textContent.replace(/ \([^()]*\)$/, "").replace(/^.* · /, ""),
      taken,
      el: make("div", { role: "option", id: `${list.id}-${i}`, "aria-selected": "false", ...(taken ? {} : { "aria-disabled": "true" }) }, `${option.value} ${option.textContent}`),
    }));
  const all = [...entries(own, true), ...entries(other, false)];
  const labels = new Map(all.filter((e) => e.taken).map((e) => [e.code, e.label]));

  const list = make("div", { role: "listbox", id: "code-list", class: "combo-list", popover: "manual", "aria-label": "비목·세목" });
  const group = make("div", { role: "group", "aria-label": `${other.dataset.label} (참고)` });
  group.append(make("span", { class: "combo-head", "aria-hidden": "true" }, `${other.dataset.label} (참고, 고를 수 없음)`));
  for (const entry of all) (entry.taken ? list : group).append(entry.el);
  list.append(group);
  form.append(list);

  let at = null; // the field whose list is open
  let active = null;

  const upgrade = (root) => {
    for (const cell of root.querySelectorAll("input.cell-code")) {
      cell.removeAttribute("list"); // the browser's own list would cover this one
      for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "code-list" })) cell.setAttribute(name, value);
    }
  };
  const mark = (entry) => {
    active?.el.setAttribute("aria-selected", "false");
    active = entry;
    if (!entry) return at?.removeAttribute("aria-activedescendant");
    entry.el.setAttribute("aria-selected", "true");
    entry.el.scrollIntoView({ block: "nearest" });
    at.setAttribute("aria-activedescendant", entry.el.id);
  };
  const close = () => {
    if (!at) return;
    mark(null);
    at.setAttribute("aria-expanded", "false");
    at = null;
    list.hidePopover();
  };
  const plain = (text) => text.normalize("NFKC").replace(/[\s·]/g, "").toLowerCase();
  const seen = () => all.filter((entry) => !entry.el.hidden);
  const open = (cell, text) => {
    const words = plain(text);
    for (const entry of all) entry.el.hidden = words !== "" && !plain(entry.code + entry.label).includes(words);
    group.hidden = seen().every((entry) => entry.taken);
    if (seen().length === 0) return close();
    if (at !== cell) close();
    at = cell;
    cell.setAttribute("aria-expanded", "true");
    if (!list.matches(":popover-open")) list.showPopover();
    const box = cell.getBoundingClientRect();
    const below = innerHeight - box.bottom > list.offsetHeight + 8 || box.top < list.offsetHeight;
    list.style.left = `${Math.max(4, Math.min(box.left, innerWidth - list.offsetWidth - 4))}px`;
    list.style.top = `${below ? box.bottom + 2 : box.top - list.offsetHeight - 2}px`;
    const first = seen().filter((entry) => entry.taken);
    mark(words !== "" && (first.length === 1 || first[0]?.code === text.trim()) ? first[0] : null);
  };
  const name = (row) => {
    row.querySelector("[data-code-name]").textContent = labels.get(row.querySelector("input.cell-code").value) ?? "";
  };
  // find turns the exact name of one code into the code.
  const find = (cell) => {
    const words = plain(cell.value);
    const found = words === "" ? [] : all.filter((entry) => entry.taken && [entry.code, entry.name, entry.label, entry.code + entry.name].some((text) => plain(text) === words));
    if (found.length === 1) cell.value = found[0].code;
  };
  const choose = (entry) => {
    if (!entry.taken) {
      const same = all.find((e) => e.taken && e.name === entry.name);
      status.textContent = `${entry.code} ${entry.name} 과목은 참고용이라 고를 수 없습니다.` + (same ? ` 이름이 같은 ${same.code} 과목을 고르십시오.` : " 이 공모의 목록에서 고르십시오.");
      return;
    }
    const cell = at;
    cell.value = entry.code;
    close();
    name(cell.closest("tr"));
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  };

  table.addEventListener("eoul:code", (e) => {
    if (e.detail) find(e.target.querySelector("input.cell-code"));
    name(e.target);
  });
  table.addEventListener("input", (e) => {
    if (!e.target.matches("input.cell-code")) return;
    name(e.target.closest("tr"));
    if (e.isTrusted) open(e.target, e.target.value);
  });
  table.addEventListener("focusout", (e) => {
    if (!e.target.matches("input.cell-code")) return;
    close();
    const was = e.target.value;
    find(e.target);
    name(e.target.closest("tr"));
    if (e.target.value !== was) e.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // In front of grid.js: what the open list takes, the table must not.
  table.addEventListener(
    "keydown",
    (e) => {
      if (!e.target.matches("input.cell-code") || e.isComposing || e.keyCode === 229) return;
      if (e.key === "F4" && !e.altKey && !e.ctrlKey) {
        if (at) close();
        else open(e.target, "");
        e.preventDefault();
        return;
      }
      if (!at || e.altKey || e.ctrlKey || e.metaKey) return;
      const shown = seen();
      if (e.key === "ArrowDown" || e.key === "ArrowUp") {
        const step = e.key === "ArrowDown" ? 1 : -1;
        const from = active ? shown.indexOf(active) : step > 0 ? -1 : 0;
        mark(shown[(from + step + shown.length) % shown.length]);
        e.preventDefault();
      } else if (e.key === "Escape") {
        close();
        e.preventDefault();
      } else if (e.key === "Enter" && active) {
        choose(active); // and on to the next row, unless it cannot be taken
        if (at) e.preventDefault();
      }
    },
    true,
  );
  list.addEventListener("mousedown", (e) => e.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (e) => {
    const entry = all.find(({ el }) => el === e.target.closest("[role=option]"));
    if (entry && at) choose(entry);
  });
  table.parentElement.addEventListener("scroll", close);
  addEventListener("resize", close);

  upgrade(table);
  upgrade(form.querySelector("template[data-grid-row]").content);
})();
