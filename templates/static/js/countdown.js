// Counts the time left to a deadline by the server's clock: the page says what time
// the server had; only the time that has passed since then is measured here.
(() => {
  "use strict";

  const two = (n) => String(n).padStart(2, "0");

  const start = (el) => {
    const left = Date.parse(el.dataset.until) - Date.parse(el.dataset.now);
    const began = performance.now();
    const show = () => {
      const seconds = Math.floor((left - (performance.now() - began)) / 1000);
      if (seconds < 0) {
        el.textContent = "0초";
        clearInterval(timer);
        return;
      }
      const days = Math.floor(seconds / 86400);
      const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
      el.textContent = days > 0 ? `${days}일 ${clock}` : clock;
    };
    const timer = setInterval(show, 1000);
    show();
  };

  for (const el of document.querySelectorAll("[data-countdown]")) start(el);
})();
