// Saves the parts of a plan while they are written (forms with data-autosave).
// The form goes to its own address with act=auto within a second after the last key;
// one request is under way at a time, and the newest text follows it. What the server
// has not confirmed waits in this browser. Without this script the buttons do the same.
(() => {
  "use strict";

  const PAUSE = 700; // ms after the last key
  const LONGEST = 10_000; // ms of typing without a pause
  const PATIENCE = 20_000; // ms for one answer
  const SLOWEST = 30_000; // ms between two tries
  const BEAT = 45_000; // ms between two signs that the page is open
  const KEPT_DAYS = 14;
  const PREFIX = "eoul.unsent.";
  const RESTORING = "eoul.restoring";
  const OWN = ["page", "seq", "act", "request_key", "version"];

  // --- Unsent text in this browser, unless the installation forbids it.
  const unsent = {
    on: () => !document.body.dataset.forgetUnsent,
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    put(key, entry) {
      if (!this.on()) return false;
      try {
        localStorage.setItem(key, JSON.stringify(entry));
        return true;
      } catch {
        return false;
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        // there is no storage, so there is nothing in it
      }
    },
    keys() {
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
      } catch {
        return [];
      }
    },
    clean() {
      for (const key of this.keys()) {
        const entry = this.get(key);
        if (!this.on() || !entry || Date.now() - entry.at > KEPT_DAYS * 86_400_000) this.drop(key);
      }
    },
  };

  const typed = (form) => [...new FormData(form)].filter(([name, value]) => !OWN.includes(name) && typeof value === "string");

  // plain tells typed text from stored text only where they mean something else.
  const plain = (value) => {
    const text = value.replaceAll("\r\n", "\n").trim();
    const number = /^[\d,]+$/.test(text) ? text.replaceAll(",", "") : text;
    return number === "0" ? "" : number;
  };
  // meaning is what the server would make of a form: empty rows and those to be taken
  // out go, the others move up.
  const meaning = (pairs) => {
    const rows = new Map();
    const out = [];
    for (const [name, value] of pairs) {
      if (plain(value) === "") continue;
      const [, list, row, field] = name.match(/^(\w+)\.(\d+)\.(.+)$/) || [];
      if (!list) out.push([name, plain(value)]);
      else {
        const at = `${list}.${row.padStart(6, "0")}`;
        rows.set(at, [...(rows.get(at) || []), [field, plain(value)]]);
      }
    }
    for (const at of [...rows.keys()].sort()) {
      if (!rows.get(at).some(([field]) => field === "remove")) out.push([at.split(".")[0], rows.get(at).sort()]);
    }
    return JSON.stringify(out.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)));
  };
  const same = (a, b) => meaning(a) === meaning(b);

  const start = (form) => {
    const page = crypto.randomUUID();
    const place = `${PREFIX}${document.body.dataset.person}.${form.dataset.part}#`;
    const key = place + page; // two windows keep two texts
    const el = (name) => form.querySelector(`[data-autosave-${name}]`);
    const version = form.elements.namedItem("version");
    let seq = 0;
    let wanted = 0; // of the newest text
    let confirmed = 0; // of what the server has
    let busy = false;
    let hold = form.dataset.hold === undefined ? "" : "conflict";
    let pause = 0;
    let since = 0; // when the text that is not sent yet began
    let wait = 1000;

    const hidden = (name) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form.append(input);
      return input;
    };
    const pageField = hidden("page");
    const seqField = hidden("seq");
    pageField.value = page;
    seqField.value = "1";

    // --- What the person sees.
    const say = (text, ...shown) => {
      const status = el("status");
      if (status.textContent !== text) status.textContent = text;
      for (const name of ["retry", "signin", "compare", "reload"]) el(name).hidden = !shown.includes(name);
    };
    const write = (name, text) => {
      for (const out of document.querySelectorAll(`[data-output="${CSS.escape(name)}"]`)) {
        if (out.textContent !== text) out.textContent = text;
      }
    };
    const fieldOf = (name) => document.getElementById("f-" + name.replaceAll(".", "-"));
    const describe = (field, id, on) => {
      const ids = (field.getAttribute("aria-describedby") || "").split(" ").filter((x) => x && x !== id);
      if (on) ids.push(id);
      if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
      else field.removeAttribute("aria-describedby");
    };
    const message = (field, text) => {
      const id = field.id + "-error";
      let box = document.getElementById(id);
      const group = field.closest(".field");
      if (!text) {
        box?.remove();
        describe(field, id, false);
        field.removeAttribute("aria-invalid");
        group?.classList.remove("field-broken");
        return;
      }
      if (!box) {
        box = document.createElement(group ? "p" : "span");
        box.id = id;
        box.className = group ? "field-message" : "cell-message";
        const who = document.createElement("span");
        who.className = "sr-only";
        who.textContent = "오류: ";
        box.append(who, document.createElement("span"));
        if (group) group.append(box);
        else field.after(box);
      }
      const words = group ? box.querySelector("span span:last-child") || box.lastElementChild : box.lastElementChild;
      if (box.dataset.text !== text) {
        const who = box.querySelector(".sr-only");
        words.replaceChildren(...(words.contains(who) ? [who] : []), text);
        box.dataset.text = text;
      }
      field.setAttribute("aria-invalid", "true");
      group?.classList.add("field-broken");
      describe(field, id, true);
    };
    const items = (list, texts) => {
      list.replaceChildren(
        ...texts.map((text) => {
          const item = document.createElement("li");
          item.textContent = text;
          return item;
        }),
      );
    };
    const todo = (texts) => {
      const notice = document.querySelector("[data-part-problems]");
      if (!notice) return;
      notice.hidden = texts.length === 0;
      items(notice.querySelector("ul"), texts);
    };
    const problems = (found) => {
      const others = [];
      const marked = new Set();
      for (const [name, text] of Object.entries(found)) {
        const field = fieldOf(name);
        if (!field || !form.contains(field)) others.push(text);
        else {
          marked.add(field);
          message(field, text);
        }
      }
      for (const field of form.querySelectorAll("[aria-invalid]")) if (!marked.has(field)) message(field, "");
      const list = el("problems");
      items(list, others);
      list.hidden = others.length === 0;
      document.querySelector(".summary-of-errors")?.remove(); // it speaks of an older text
    };

    // --- Sending.
    const remember = () => {
      if (wanted > confirmed) unsent.put(key, { at: Date.now(), version: version.value, signin: hold === "signin", fields: typed(form) });
    };
    const taken = (answer, sent) => {
      wait = 1000;
      version.value = String(answer.version);
      confirmed = sent;
      problems(answer.problems || {});
      if (answer.part_state) {
        write("part_state", answer.part_state);
        todo(answer.todo || []);
      }
      for (const [name, text] of Object.entries(answer.outputs || {})) write(name, text);
      if (wanted !== sent) return; // newer text is on its way; it is not overwritten
      for (const [name, value] of Object.entries(answer.values || {})) {
        const field = fieldOf(name);
        if (field && form.contains(field)) field.value = value;
      }
      if (answer.state !== "partly") {
        unsent.drop(key);
        unsent.drop(restored);
        form.dispatchEvent(new CustomEvent("eoul:clean", { bubbles: true }));
      }
      if (location.pathname !== form.dataset.at) history.replaceState(null, "", form.dataset.at);
      const n = Object.keys(answer.problems || {}).length;
      say(n ? `자동 저장됨 ${answer.saved_at} · 오류 ${n}건` : `자동 저장됨 ${answer.saved_at}`);
    };
    const failed = (text, after) => {
      remember();
      say(text, "retry");
      clearTimeout(pause);
      pause = setTimeout(send, Math.max(wait, after) + Math.random() * 500);
      wait = Math.min(wait * 2, SLOWEST);
    };
    const stop = (why, text, ...shown) => {
      hold = why;
      remember();
      say(text, ...shown);
    };
    const answered = async (response, sent) => {
      const status = response.type === "opaqueredirect" ? 401 : response.status;
      const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : null;
      if (status === 200 && answer) taken(answer, sent);
      else if (status === 401) {
        stop("signin", "로그인이 끝났습니다. 다시 로그인하면 이어서 저장합니다.", "signin");
        // The text waits here, so leaving for the sign-in loses nothing.
        if (unsent.get(key)) form.dispatchEvent(new CustomEvent("eoul:clean", { bubbles: true }));
        else el("signin").target = "_blank";
      } else if (status === 409 && answer?.state === "conflict") stop("conflict", "그사이 이 부분이 다른 곳에서 저장되었습니다. 비교한 뒤 골라 주십시오.", "compare");
      else if (status === 409 && answer) stop("closed", answer.message);
      else if (status === 403 || status === 404) stop("closed", "이제 이 부분을 고칠 수 없습니다. 화면을 새로 열어 확인해 주십시오.", "reload");
      else if (status === 413) stop("closed", "입력하신 내용이 너무 깁니다. 나누어 적어 주십시오.");
      else failed("저장 실패. 곧 다시 시도합니다.", 1000 * (Number(response.headers.get("Retry-After")) || 0));
    };
    const send = async () => {
      clearTimeout(pause);
      if (busy || wanted === confirmed || !form.isConnected || (hold && hold !== "signin")) return;
      busy = true;
      since = 0;
      const sent = wanted;
      seqField.value = String(++seq);
      const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      body.set("act", "auto");
      if (hold === "") say("저장 중…");
      try {
        const response = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
        if (response.status !== 401 && response.type !== "opaqueredirect") hold = "";
        await answered(response, sent);
      } catch {
        if (!leaving) failed(navigator.onLine ? "저장 실패. 곧 다시 시도합니다." : "저장 실패. 연결되면 다시 시도합니다.", 0);
      } finally {
        busy = false;
      }
      if (wanted !== sent && hold === "" && confirmed === sent) plan();
    };
    const plan = () => {
      const now = Date.now();
      since ||= now;
      clearTimeout(pause);
      pause = setTimeout(send, now - since > LONGEST ? 0 : PAUSE + Math.random() * 150);
    };
    const changed = () => {
      wanted++;
      remember();
      if (hold === "" && wait === 1000) plan();
    };
    form.addEventListener("input", (e) => e.target.type !== "file" && changed()); // a file waits for the button
    form.addEventListener("eoul:changed", changed); // rows that a script added or took out

    // --- Leaving, coming back, sending by hand.
    let leaving = false;
    form.addEventListener("submit", () => {
      seqField.value = String(++seq);
      leaving = true;
      clearTimeout(pause);
    });
    addEventListener("pageshow", () => {
      leaving = false;
    });
    addEventListener("pagehide", () => {
      leaving = true;
      remember();
    });
    addEventListener("online", send);
    addEventListener("focus", () => hold === "signin" && send());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" || !leaving) send();
    });
    el("retry").addEventListener("click", () => {
      wait = 1000;
      send();
    });
    for (const link of document.querySelectorAll("[data-unsent-drop]")) {
      link.addEventListener("click", () => {
        confirmed = wanted; // given up
        unsent.drop(key);
        form.dispatchEvent(new CustomEvent("eoul:clean", { bubbles: true }));
      });
    }

    // --- Text of an earlier page that never reached the server.
    const restore = (from, entry) => {
      sessionStorage.setItem(RESTORING, from); // it goes when the server has its text
      const again = document.createElement("form");
      again.method = "post";
      again.action = form.action;
      for (const [name, value] of [...entry.fields, ["act", "restore"], ["version", entry.version], ["request_key", form.elements.namedItem("request_key").value]]) {
        const field = document.createElement("textarea"); // keeps line ends, as an input does not
        field.name = name;
        field.value = value;
        again.append(field);
      }
      again.hidden = true;
      document.body.append(again);
      again.submit();
    };
    const restored = form.dataset.unsaved === undefined ? "" : sessionStorage.getItem(RESTORING) || "";
    sessionStorage.removeItem(RESTORING);
    const left = unsent.keys().filter((k) => k.startsWith(place) && k !== restored);
    const others = left.filter((k) => !same(unsent.get(k).fields, typed(form)));
    for (const k of left) if (!others.includes(k)) unsent.drop(k); // it is what the form shows
    const newest = others.sort((a, b) => unsent.get(a).at - unsent.get(b).at).pop();
    const notice = document.querySelector("[data-unsent]");
    if (form.dataset.unsaved !== undefined) {
      wanted++;
      remember();
      send();
    } else if (hold !== "") {
      wanted++; // what the form shows is nowhere else
      remember();
    } else if (newest) {
      const entry = unsent.get(newest);
      if (entry.signin && entry.version === version.value) restore(newest, entry);
      else {
        notice.hidden = false;
        notice.querySelector("[data-unsent-at]").textContent = new Intl.DateTimeFormat("ko-KR", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Seoul" }).format(entry.at);
        notice.querySelector("[data-unsent-restore]").addEventListener("click", () => restore(newest, entry));
        notice.querySelector("[data-unsent-discard]").addEventListener("click", () => {
          unsent.drop(newest);
          notice.remove();
          form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
        });
      }
    }

    // --- Who else is here, and whether somebody saved.
    const together = document.querySelector('[data-output="others"]');
    if (together) setInterval(async () => {
      if (document.visibilityState !== "visible" || !form.isConnected || busy || hold === "closed" || hold === "signin") return;
      try {
        const response = await fetch(form.dataset.at + "/open", { method: "POST", redirect: "manual" });
        if (response.status !== 200) return;
        const news = await response.json();
        write("others", news.others);
        write("saved_by", news.saved_by);
        if (!busy && hold === "" && wanted === confirmed && news.version > Number(version.value)) say("그사이 이 부분이 다른 곳에서 저장되었습니다.", "reload");
      } catch {
        // the next beat tells
      }
    }, BEAT);

    el("bar").hidden = false;
    for (const button of document.querySelectorAll("[data-append]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const field = document.getElementById(button.dataset.append);
        field.value += (field.value.trim() ? "\n" : "") + document.getElementById(button.dataset.from).textContent;
        field.focus();
        changed();
      });
    }
  };

  // Signing out takes what this person left in this browser with it.
  document.addEventListener("submit", (e) => {
    if (e.target.getAttribute("action") !== "/sign-out") return;
    for (const key of unsent.keys()) if (key.startsWith(`${PREFIX}${document.body.dataset.person}.`)) unsent.drop(key);
  });
  document.addEventListener("DOMContentLoaded", () => {
    unsent.clean();
    for (const form of document.querySelectorAll("form[data-autosave]")) start(form);
    // A link to a field on another page leads into the field.
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.matches("input, textarea, select")) target.focus();
  });
})();
