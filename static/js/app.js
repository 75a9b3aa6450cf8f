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

// While a report is being written: who would be told. Asked for sparingly, since the link may be bad:
// after a pause in typing, one question at a time, and on a slow link once per group of fields.
const PAUSE = 600;
const SLOW = 5_000;
const GIVE_UP = 20_000;
const NOT_ASKED_WITH = ["narrative", "owner"]; // change nothing in the answer

function foresee(panel) {
  const form = panel.closest("form");
  const say = panel.dataset;
  const line = panel.querySelector("[data-line]");
  const list = panel.querySelector("[data-list]");
  const spoken = form.querySelector("[data-spoken]");
  let pause, asking, group, askedIn, isSlow, isConfided;
  let isCurrent = true;

  // What no longer holds is taken away: better no list than an old one.
  function show(text, part) {
    list.replaceChildren(...(part ? [part] : []));
    for (const place of [line, list]) place.classList.remove("htmx-request");
    if (line.textContent !== text) line.textContent = spoken.textContent = text;
    isCurrent = Boolean(part);
  }

  // Somebody may look over the officer's shoulder: opening these lists is left to the officer.
  function showAnswer(part) {
    const confided = "confided" in part.dataset;
    if (confided && !isConfided) panel.open = false;
    isConfided = confided;
    show(part.dataset.summary, part);
  }

  async function ask() {
    const mine = (asking = new AbortController());
    const begun = performance.now();
    const typed = [...new FormData(form)].filter(([name, value]) => value && !NOT_ASKED_WITH.includes(name));
    const late = setTimeout(() => show(say.slow), SLOW);
    const giveUp = setTimeout(() => mine.abort(), GIVE_UP);
    askedIn = group;
    try {
      const answer = await fetch(say.preview, { method: "POST", body: new URLSearchParams(typed), signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector("[data-summary]");
      if (mine !== asking) return;
      if (answer.ok && part) showAnswer(part);
      else show(answer.status === 401 ? say.signedOut : say.failed);
    } catch {
      if (mine === asking) show(say.offline);
    } finally {
      clearTimeout(late);
      clearTimeout(giveUp);
      isSlow = performance.now() - begun > SLOW || (isSlow && mine !== asking);
    }
  }

  function askSoon() {
    clearTimeout(pause);
    asking?.abort();
    asking = undefined;
    isCurrent = false;
    if (!navigator.onLine) return show(say.offline);
    if (isSlow && group === askedIn) return show(say.slow);
    for (const place of [line, list]) place.classList.add("htmx-request");
    pause = setTimeout(ask, PAUSE);
  }

  form.addEventListener("input", ({ target }) => {
    if (NOT_ASKED_WITH.includes(target.name)) return;
    group = target.closest(".question");
    askSoon();
  });
  form.addEventListener("report:restored", askSoon);
  addEventListener("online", () => isCurrent || askSoon());
  // A draft, or a page come back to, has answers already.
  addEventListener("pageshow", () => {
    if (form.querySelector("[type=checkbox]:checked")) askSoon();
  });
  panel.open = matchMedia("(min-width: 64rem)").matches;
}

document.addEventListener("htmx:load", (event) => {
  reveal(event.target);
  tick();
});

reveal();
tick();
setInterval(tick, 20_000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.querySelectorAll("[data-preview]").forEach(foresee);
document.querySelector("[data-focus]")?.focus();
const here = document.querySelector(".app-nav [aria-current]");
if (here) here.closest("ul").scrollLeft = here.offsetLeft - 24;

// Reports or drafts wait on this device, or its copy of the form has to go at sign-out.
const script = document.getElementById("device-words")?.dataset.script ?? new URL("./device.js", import.meta.url).href;
try {
  if (localStorage.getItem("device") && !document.querySelector("form[data-report-form]")) import(script).catch(() => {});
} catch { /* no storage: nothing waits */ }
