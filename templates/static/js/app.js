// What pages gain from a script. Everything here is an aid: without it the same
// pages work as plain forms. No HTML is written from text (Trusted Types).
(() => {
  "use strict";

  // --- Amounts: 1234000 becomes 1,234,000 when the field is left; sums follow.
  const digits = (text) => {
    const plain = text.normalize("NFKC").replace(/[,\s원]/g, "");
    return /^-?\d{1,15}$/.test(plain) ? plain : null;
  };
  const grouped = (plain) => BigInt(plain).toLocaleString("ko-KR");

  const sum = (group) => {
    const out = group.querySelector("[data-total]");
    let total = 0n;
    for (const input of group.querySelectorAll("input[data-money]")) {
      if (input.value.trim() === "") continue;
      const plain = digits(input.value);
      if (plain === null) {
        out.textContent = "–";
        return;
      }
      total += BigInt(plain);
    }
    out.textContent = total.toLocaleString("ko-KR");
  };

  document.addEventListener("focusout", (e) => {
    if (!e.target.matches?.("input[data-money]")) return;
    const plain = digits(e.target.value);
    if (plain !== null) e.target.value = grouped(plain);
  });
  document.addEventListener("input", (e) => {
    const group = e.target.closest?.("[data-sum]");
    if (group) sum(group);
  });

  // --- Confirmation: <button data-confirm="sentence"> asks in a dialog first.
  const make = (tag, className, text) => {
    const el = document.createElement(tag);
    if (className) el.className = className;
    if (text) el.textContent = text;
    return el;
  };

  const ask = (button, yes) => {
    const dialog = make("dialog", "dialog");
    const title = make("h2", "", button.dataset.confirmTitle || button.textContent.trim());
    title.id = "confirm-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const back = make("button", "button", "취소");
    const go = make("button", "button button-primary", "확인");
    const actions = make("div", "actions");
    back.type = go.type = "button";
    actions.append(back, go);
    dialog.append(title, make("p", "", button.dataset.confirm), actions);
    back.addEventListener("click", () => dialog.close());
    go.addEventListener("click", () => {
      dialog.close();
      yes();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      button.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  };

  const confirmed = new WeakSet();
  document.addEventListener(
    "submit",
    (e) => {
      const button = e.submitter;
      if (!button?.dataset.confirm || confirmed.has(button)) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      ask(button, () => {
        confirmed.add(button);
        e.target.requestSubmit(button);
        confirmed.delete(button);
      });
    },
    true,
  );

  // --- Forms marked data-guard: leaving with unsent changes asks first.
  const dirty = new Set();
  document.addEventListener("input", (e) => {
    const form = e.target.closest?.("form[data-guard]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (e) => dirty.delete(e.target));
  document.addEventListener("eoul:clean", (e) => dirty.delete(e.target)); // saved by itself
  window.addEventListener("beforeunload", (e) => {
    for (const form of dirty) {
      if (form.isConnected) {
        e.preventDefault();
        return;
      }
    }
  });

  // --- A form is sent once; the request key makes a second time harmless anyway.
  document.addEventListener("submit", (e) => {
    if (e.defaultPrevented || e.target.method !== "post" || e.target.dataset.sent) {
      if (e.target.dataset.sent) e.preventDefault();
      return;
    }
    if (e.target.hasAttribute("hx-post")) return;
    e.target.dataset.sent = "yes";
    e.submitter?.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const b of form.querySelectorAll("[aria-disabled]")) b.removeAttribute("aria-disabled");
    }
  });

  // --- A table region takes a tab stop only while there is something to scroll.
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) stop(target);
  });
  const stop = (region) => {
    const scrolls = region.scrollWidth > region.clientWidth + 1 || region.scrollHeight > region.clientHeight + 1;
    if (scrolls) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  };

  // --- Menus close with Escape and by a click elsewhere.
  document.addEventListener("click", (e) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(e.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (e) => {
    const menu = e.key === "Escape" && document.activeElement?.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // --- <button data-print> prints; it is hidden where there is no script.
  document.addEventListener("click", (e) => {
    if (e.target.closest?.("[data-print]")) window.print();
  });

  const start = (root) => {
    for (const region of root.querySelectorAll(".table-region")) watch.observe(region);
    for (const button of root.querySelectorAll("[data-print][hidden]")) button.hidden = false;
    const first = root.querySelector("[data-focus]"); // the summary of mistakes, once
    first?.removeAttribute("data-focus");
    first?.focus();
  };
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:after:swap", () => start(document));
})();
