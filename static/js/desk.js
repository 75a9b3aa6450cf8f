// Keys of the desk: j k e / ?. The page works without them, and they can be switched off for good
// on this device (WCAG 2.1.4): who dictates or slips must not open a report by a letter.
const box = document.querySelector("[data-keys]");
const list = document.getElementById("keys-list");
const help = box.querySelector("[data-keys-help]");
const toggle = box.querySelector("[data-keys-on]");
const said = box.querySelector("[data-keys-said]");
const OFF = "desk-keys-off";

const kept = () => {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null; // no storage: as at the beginning, on
  }
};
const keep = (off) => {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch { /* no storage: it holds for this page */ }
};
const rows = () => [...document.querySelectorAll(".queue tbody .q-what a")];

// The row one was in, also after the list has renewed itself under the focus.
let last = "";

function move(by) {
  const all = rows();
  if (!all.length) {
    said.textContent = said.dataset.none;
    return;
  }
  const here = all.findIndex((link) => link === document.activeElement);
  const from = here >= 0 ? here : all.findIndex((link) => link.id === last);
  const next = from < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, from + by));
  all[next].focus();
}

function showHelp() {
  list.hidden = !list.hidden;
  help.setAttribute("aria-expanded", String(!list.hidden));
  if (!list.hidden) list.focus();
  else help.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  e: () => rows().find((link) => link === document.activeElement)?.click(),
  "/": () => document.querySelector(".search input[type=search]").focus(),
  "?": showHelp,
};

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.(".q-what a")) last = target.id;
});

// Caught before the page's own keys of a focused row, so that one key is one step.
document.addEventListener("keydown", (event) => {
  if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}, true);

// While rows are ticked the list stays as it is: renewing it would take the ticks away.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "desk" && event.target.querySelector("input[name=report]:checked")) event.preventDefault();
});

toggle.checked = !kept();
toggle.addEventListener("change", () => {
  keep(!toggle.checked);
  said.textContent = toggle.checked ? said.dataset.on : said.dataset.off;
});
help.addEventListener("click", showHelp);
box.hidden = false;
