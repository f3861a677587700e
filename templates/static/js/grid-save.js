// Filling the budget by the ratio and changing its unit are the server's work. What
// was typed is saved by autosave.js first, so that the page which comes back does not
// find text that it takes for unsent.
(() => {
  "use strict";

  const form = document.querySelector("table[data-grid]")?.closest("form");
  if (!form) return;
  const PATIENCE = 3000; // ms; without a connection the form itself says so

  let dirty = false;
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("eoul:clean", () => (dirty = false));
  form.addEventListener("click", (e) => {
    const button = e.target.closest('button[name="act"]');
    if (!dirty || !/^(fill|unit)\.|^propose$/.test(button?.value)) return;
    e.preventDefault();
    const go = () => {
      clearTimeout(late);
      form.removeEventListener("eoul:clean", go);
      dirty = false;
      form.requestSubmit(button);
    };
    const late = setTimeout(go, PATIENCE);
    form.addEventListener("eoul:clean", go);
    form.querySelector("[data-autosave-retry]").click();
  });
})();
