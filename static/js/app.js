// Conveniences only: every page works without this file.

// Clocks count from the server's moment, never from the phone's clock, which may be wrong.
const words = document.getElementById("clock-words")?.dataset;
const serverNow = Date.parse(document.documentElement.dataset.now);
const startedAt = performance.now();
const fill = (text, values) => text.replace(/\{(\w)\}/g, (_, key) => values[key]);

function span(seconds) {
  const minutes = Math.max(1, seconds > 0 ? Math.ceil(seconds / 60) : Math.floor(-seconds / 60));
  if (minutes < 60) return fill(words.minutes, { n: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 6 && rest) return fill(words.hoursMinutes, { h: hours, m: rest });
  if (hours < 48) return fill(words.hours, { n: hours });
  return fill(words.days, { n: Math.floor(hours / 24) });
}

function tick() {
  if (!words || Number.isNaN(serverNow)) return;
  const now = serverNow + performance.now() - startedAt;
  for (const clock of document.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.parse(clock.dateTime) - now) / 1000;
    if (Number.isNaN(seconds)) continue;
    const due = clock.dataset.relative === "due";
    if (due && seconds <= 0) {
      clock.classList.remove("ok", "soon");
      clock.classList.add("over");
    }
    const text = due
      ? fill(seconds > 0 ? words.left : words.over, { t: span(seconds) })
      : seconds > -60 ? words.now : fill(words.ago, { t: span(seconds) });
    if (clock.textContent !== text) clock.textContent = text;
  }
}

function reveal(root = document) {
  for (const button of root.querySelectorAll("[data-dismiss], [data-copy]")) button.hidden = false;
}

const opens = (row) => row?.querySelector(".q-what a");

document.addEventListener("click", async (event) => {
  const target = event.target;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
  const dismiss = target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("[data-dismissable]").remove();

  const copy = target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard?.writeText(copy.dataset.copy);
    if (copy.dataset.copyDone) copy.textContent = copy.dataset.copyDone;
  }

  // A click anywhere in a row opens it, unless something is being selected or the target is a control.
  const row = target.closest(".queue tbody tr");
  if (row && !target.closest("a, button, input, label, summary") && !String(getSelection())) opens(row)?.click();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const menu = event.target.closest("details[data-menu][open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  // Only while the focus is on a row's link, so no key is taken from typing or from assistive technology.
  const row = event.target.matches(".q-what a") && event.target.closest(".queue tbody tr");
  if (!row) return;
  const step = { ArrowDown: "nextElementSibling", j: "nextElementSibling", ArrowUp: "previousElementSibling", k: "previousElementSibling" }[event.key];
  const next = step && opens(row[step]);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// Paper cannot be opened: print what the disclosures hold.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    details.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-printed]")) {
    details.open = false;
    delete details.dataset.printed;
  }
});

document.addEventListener("htmx:load", (event) => {
  reveal(event.target);
  tick();
});

reveal();
tick();
setInterval(tick, 20_000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.querySelector("[data-focus]")?.focus();
const here = document.querySelector(".app-nav [aria-current]");
if (here) here.closest("ul").scrollLeft = here.offsetLeft - 24;
