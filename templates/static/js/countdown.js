// Counts the time left to a deadline by the server's clock: the page says what time
// the server had; only the time that has passed since then is measured here, and a
// page that was away asks the server again. The figures tick silently; a separate
// status speaks at an hour, 30, 10, 5 and 1 minutes and at the end, politely. Nothing
// is locked when it ends: the server decides what is in time.
(() => {
  "use strict";

  const marks = [
    [3600, "1시간"],
    [1800, "30분"],
    [600, "10분"],
    [300, "5분"],
    [60, "1분"],
  ];
  const two = (n) => String(n).padStart(2, "0");
  const all = new Set();

  const start = (el) => {
    if (el.dataset.countdown === "on") return;
    el.dataset.countdown = "on";
    const clock = { el, until: Date.parse(el.dataset.until), name: el.dataset.name || "기한" };
    clock.says = el.parentElement.querySelector("[data-countdown-says]");
    set(clock, Date.parse(el.dataset.now));
    clock.last = left(clock);
    all.add(clock);
    show(clock);
  };

  const set = (clock, now) => {
    clock.now = now;
    clock.began = performance.now();
  };

  const left = (clock) => Math.floor((clock.until - clock.now - (performance.now() - clock.began)) / 1000);

  const say = (clock, text) => {
    if (clock.says) clock.says.textContent = text;
  };

  const show = (clock) => {
    const seconds = left(clock);
    const days = Math.floor(seconds / 86400);
    const figures = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
    clock.el.textContent = seconds < 0 ? "0초" : days > 0 ? `${days}일 ${figures}` : figures;
    const passed = marks.filter(([at]) => clock.last > at && seconds <= at && seconds > 0).pop();
    if (passed) say(clock, `${clock.name}까지 ${passed[1]} 남았습니다.`);
    if (seconds < 0 && clock.last >= 0) say(clock, `${clock.name}이 지났습니다. 늘어났는지 화면을 새로 열어 확인해 주십시오. 저장한 내용은 그대로 있습니다.`);
    clock.last = seconds;
  };

  const tick = () => {
    for (const clock of all) {
      if (clock.el.isConnected) show(clock);
      else all.delete(clock);
    }
  };

  // A computer that slept did not count.
  const again = async () => {
    if (document.hidden || all.size === 0) return;
    try {
      const answer = await fetch("/clock", { cache: "no-store" });
      const now = Date.parse(await answer.text());
      if (!answer.ok || Number.isNaN(now)) return;
      for (const clock of all) set(clock, now);
      tick();
    } catch {
      // Without a connection it goes on counting by itself.
    }
  };

  const find = () => document.querySelectorAll("[data-countdown]").forEach(start);
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", again);
  window.addEventListener("pageshow", (e) => e.persisted && again());
  document.addEventListener("htmx:after:swap", find);
  find();
})();
