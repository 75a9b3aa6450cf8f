// Keys of the desk: j k e / ?. The page works without them, and they can be switched off for good
// on this device (WCAG 2.1.4): who dictates or slips must not open a report by a letter.
// Everything is looked for when it is needed: pages come and go without being loaded (live.js).
const OFF = "desk-keys-off";
const find = (name) => document.querySelector(`[data-keys] [data-keys-${name}]`);

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
    const said = find("said");
    said.textContent = said.dataset.none;
    return;
  }
  const here = all.findIndex((link) => link === document.activeElement);
  const from = here >= 0 ? here : all.findIndex((link) => link.id === last);
  const next = from < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, from + by));
  all[next].focus();
}

function showHelp() {
  const list = document.getElementById("keys-list");
  const help = find("help");
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
  if (!find("on")?.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}, true);

document.addEventListener("change", ({ target }) => {
  if (target !== find("on")) return;
  keep(!target.checked);
  const said = find("said");
  said.textContent = target.checked ? said.dataset.on : said.dataset.off;
});
document.addEventListener("click", ({ target }) => {
  if (target === find("help")) showHelp();
});

function showKeys() {
  const toggle = find("on");
  if (!toggle) return;
  toggle.checked = !kept();
  toggle.closest("[data-keys]").hidden = false;
}
showKeys();
document.addEventListener("htmx:load", showKeys);

// The list renews itself. While rows are ticked it stays as it is, or the ticks would go; the focus
// stays where it is, also on what has no id that htmx could find it by.
let focused;
const isRenewal = ({ target }) => target.id === "desk";
const isTicked = (desk) => desk.querySelector("input:checked") !== null;
const nameOf = (control) => control.getAttribute("href") ?? control.value;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isRenewal(event.detail) && isTicked(event.detail.target)) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isRenewal(event.detail)) return;
  const desk = event.detail.target;
  if (isTicked(desk)) event.preventDefault();
  const at = document.activeElement;
  focused = desk.contains(at) && !at.id ? nameOf(at) : undefined;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!isRenewal(detail) || focused === undefined) return;
  const controls = [...detail.target.querySelectorAll("a, button, input")];
  controls.find((control) => nameOf(control) === focused)?.focus({ preventScroll: true });
  focused = undefined;
});
