// Uploads the files of a plan with progress, by choosing or by dropping them: several
// files, one after the other, each to be cancelled. Without this script the form sends
// one file at a time.
(() => {
  "use strict";

  const POLL = 3000; // ms between two looks at files that wait for the scanner
  const LOOKS = 40;

  const make = (tag, className, text) => {
    const el = document.createElement(tag);
    if (className) el.className = className;
    if (text) el.textContent = text;
    return el;
  };
  const form = () => document.querySelector("form[data-upload]");
  const say = (text) => {
    const status = document.querySelector("[data-upload-status]");
    if (status) status.textContent = text;
  };
  const key = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  // --- What is wrong with a file before it is sent.
  const refused = (f, file) => {
    const input = f.querySelector('input[type="file"]');
    const ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
    if (!input.accept.split(",").includes(ending)) return "PDF, HWP, HWPX, XLSX, JPG, PNG 파일만 올릴 수 있습니다.";
    if (file.size > Number(f.dataset.most)) return "파일은 하나에 10MB까지 올릴 수 있습니다.";
    if (file.size === 0) return "빈 파일입니다.";
    return "";
  };

  // --- What the server says, in words.
  const answer = (xhr) => {
    let said = {};
    try {
      said = JSON.parse(xhr.responseText);
    } catch {
      // an error page; its status says enough
    }
    if (xhr.status === 200 && said.state === "saved") return "";
    if (said.message) return said.message;
    if (xhr.status === 401) return "로그인 시간이 끝났습니다. 다시 로그인한 뒤 올려 주십시오.";
    if (xhr.status === 413) return "파일은 하나에 10MB까지 올릴 수 있습니다.";
    if (xhr.status === 429 || xhr.status === 503) return "지금은 올리지 못했습니다. 잠시 뒤 다시 올려 주십시오.";
    return "올리지 못했습니다. 화면을 새로 고친 뒤 다시 올려 주십시오.";
  };

  // --- The list of files on their way.
  const queue = [];
  let running = null;
  let done = 0;

  const row = (file) => {
    const list = document.querySelector("[data-uploads]");
    list.hidden = false;
    const item = { file, li: make("li", "upload"), state: make("span", "upload-state", "기다리는 중") };
    item.bar = make("progress");
    item.bar.max = 100;
    item.bar.value = 0;
    item.bar.setAttribute("aria-label", file.name + " 올린 정도");
    item.stop = make("button", "button button-small", "취소");
    item.stop.type = "button";
    item.stop.append(make("span", "sr-only", " " + file.name));
    item.stop.addEventListener("click", () => cancel(item));
    item.li.append(make("span", "upload-name", file.name), item.bar, item.state, item.stop);
    list.append(item.li);
    return item;
  };

  const end = (item, text, bad) => {
    item.state.textContent = text;
    item.li.classList.toggle("upload-bad", bad);
    item.li.classList.toggle("upload-done", !bad);
    if (item.stop.contains(document.activeElement) || item.stop === document.activeElement) form()?.querySelector('input[type="file"]').focus();
    item.stop.remove();
    item.bar.remove();
    say(item.file.name + ": " + text);
  };

  const cancel = (item) => {
    item.cancelled = true;
    if (item.xhr) item.xhr.abort();
    else end(item, "취소했습니다.", true);
  };

  const send = (item) =>
    new Promise((resolve) => {
      const body = new FormData();
      body.append("request_key", item.key);
      body.append("code", item.code);
      body.append("place", item.place);
      body.append("file", item.file, item.file.name);
      const xhr = (item.xhr = new XMLHttpRequest());
      xhr.open("POST", item.to);
      xhr.setRequestHeader("Accept", "application/json");
      xhr.upload.addEventListener("progress", (e) => {
        if (!e.lengthComputable) return;
        const percent = Math.floor((e.loaded / e.total) * 100);
        item.bar.value = percent;
        item.state.textContent = percent < 100 ? percent + "%" : "확인하는 중";
      });
      xhr.addEventListener("load", () => resolve(answer(xhr)));
      xhr.addEventListener("error", () => resolve("연결이 끊겨 올리지 못했습니다. 다시 올려 주십시오."));
      xhr.addEventListener("abort", () => resolve("취소했습니다."));
      xhr.send(body);
    });

  const run = async () => {
    if (running) return;
    done = 0;
    for (running = queue.shift(); running; running = queue.shift()) {
      const item = running;
      if (item.cancelled) continue;
      item.state.textContent = "올리는 중";
      say(item.file.name + " 올리는 중");
      const wrong = await send(item);
      if (!wrong) done++;
      end(item, wrong || "올렸습니다.", wrong !== "");
    }
    running = null;
    if (done > 0) await refresh();
  };

  const take = (files, code) => {
    const f = form();
    if (!f) return;
    const place = code === undefined ? f.elements.place.value : "";
    const chosen = code === undefined ? f.elements.code.value : code;
    [...files].forEach((file, i) => {
      const item = row(file);
      const wrong = refused(f, file);
      if (wrong) {
        end(item, wrong, true);
        return;
      }
      // Several files at once do not replace each other.
      Object.assign(item, { to: f.action, key: key(), code: chosen, place: i > 0 && chosen !== "" ? "beside" : i > 0 ? "" : place });
      queue.push(item);
    });
    run();
  };

  // --- The list of what is there is fetched anew; focus and scroll stay where they are.
  const refresh = () =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open("GET", location.pathname);
      xhr.responseType = "document";
      xhr.addEventListener("load", () => {
        for (const sel of ["#papers", "#paper-problems", "#f-place", ".page-head .task-state"]) {
          const is = xhr.response?.querySelector(sel);
          const was = document.querySelector(sel);
          if (is && was && !was.contains(document.activeElement)) was.replaceWith(document.importNode(is, true));
        }
        watch();
        resolve();
      });
      xhr.addEventListener("error", resolve);
      xhr.send();
    });

  let looks = 0;
  let timer = 0;
  const watch = () => {
    clearTimeout(timer);
    if (!document.querySelector("#papers[data-pending]") || looks++ > LOOKS) return;
    timer = setTimeout(async () => {
      await refresh();
      if (!document.querySelector("#papers[data-pending]")) say("악성코드 검사가 끝났습니다.");
    }, POLL);
  };

  // --- The form, dropping, and links that choose a document.
  document.addEventListener(
    "submit",
    (e) => {
      if (!e.target.matches?.("form[data-upload]")) return;
      const input = e.target.querySelector('input[type="file"]');
      if (input.files.length === 0) return; // the server says what is missing
      e.preventDefault(); // before app.js notes that the form was sent
      take(input.files);
      input.value = "";
    },
    true,
  );

  const target = (e) => e.target.closest?.("[data-drop], li[data-code]");
  const holds = (e) => [...(e.dataTransfer?.types ?? [])].includes("Files");
  const over = (el) => {
    for (const other of document.querySelectorAll(".drop-over")) if (other !== el) other.classList.remove("drop-over");
    el?.classList.add("drop-over");
  };
  document.addEventListener("dragover", (e) => {
    if (!form() || !holds(e)) return;
    e.preventDefault(); // a file dropped beside must not open in place of the page
    over(target(e));
    e.dataTransfer.dropEffect = target(e) ? "copy" : "none";
  });
  document.addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) over(null);
  });
  document.addEventListener("drop", (e) => {
    if (!form() || !holds(e)) return;
    e.preventDefault();
    over(null);
    const at = target(e);
    if (at) take(e.dataTransfer.files, at.matches("[data-drop]") ? undefined : at.dataset.code);
  });

  document.addEventListener("click", (e) => {
    const link = e.target.closest?.("a[data-pick]");
    const f = form();
    if (!link || !f) return;
    e.preventDefault();
    const wanted = new URL(link.href).searchParams;
    f.elements.code.value = wanted.get("code") ?? "";
    f.elements.place.value = wanted.get("place") ?? "";
    f.querySelector('input[type="file"]').focus();
    f.querySelector('input[type="file"]').click();
  });

  window.addEventListener("beforeunload", (e) => {
    if (running) e.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const f = form();
    if (f) {
      f.querySelector('input[type="file"]').multiple = true;
      f.querySelector("[data-drop-hint]").hidden = false;
    }
    watch();
  });
})();
