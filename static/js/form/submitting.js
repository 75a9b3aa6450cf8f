// The buttons of the form and of the page before sending. With a link the page goes the usual way;
// without one the report waits on this device.
import { extras } from "./extras.js";
import * as link from "./link.js";
import { enqueue, send, state } from "./queue.js";
import * as store from "./store.js";
import { asText, readAll } from "./typed.js";
import { clock, say } from "./words.js";

/** Send the page as the browser would have, by the button that was pressed. */
function post(form, action) {
  form.querySelector("[data-pressed]")?.remove();
  const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: action });
  pressed.dataset.pressed = "";
  form.append(pressed);
  HTMLFormElement.prototype.submit.call(form);
}

const report = (writing, stored) => ({
  ...stored, uuid: writing.uuid, at: writing.at, typed: { ...writing.leftOver, ...readAll(writing.form) },
  version: writing.version, base: writing.base, form: writing.place.dataset.form, text: asText(writing.form),
});

/** Ask whether it shall wait for the link; who will be told cannot be shown now. */
function askToWait(writing) {
  const dialog = writing.place.querySelector("dialog");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "wait"), { once: true }));
}

async function wait(writing) {
  // No keeping of it that is under way may end after it, in the new form.
  await store.alone(`draft ${writing.uuid}`, async () => {
    const stored = await store.read(writing.person, writing.uuid);
    await enqueue(writing.person, report(writing, stored));
    writing.startAnew();
  });
  const at = clock(Date.now());
  const notice = writing.place.querySelector("[data-queued]");
  notice.hidden = false;
  notice.querySelector("p").textContent = say("queued", { t: at });
  notice.focus();
}

/** Show what is to be mended. Where the checks never reached this device, the server's decide. */
async function hasProblems(form) {
  const checks = await extras().catch(() => null);
  if (!checks) return false;
  const rules = checks.readChecks(form);
  const problems = checks.findProblems(readAll(form), rules, checks.todayOf(rules));
  checks.showProblems(form, problems);
  return problems.length > 0;
}

async function withoutLink(writing, action, isKept) {
  if (action === "save") return writing.warn("link", isKept ? say("keptNoLink") : say("stayHere"));
  if (await hasProblems(writing.form)) return undefined;
  if (!isKept) return writing.warn("link", say("stayHere"));
  return (await askToWait(writing)) && wait(writing);
}

async function submit(writing, keeping, action) {
  const isKept = await keeping.keep();
  let device;
  try {
    device = await link.device();
  } catch {
    return withoutLink(writing, action, isKept);
  }
  if (device.person && device.person !== writing.person) return writing.leave();
  await keeping.rest();
  return post(writing.form, action);
}

/** Watch the form's own buttons. */
export function guardSubmit(writing, keeping) {
  const { form } = writing;
  let isBusy = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "language") return; // the page itself keeps what was typed
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    form.setAttribute("aria-busy", "true");
    try {
      await submit(writing, keeping, event.submitter?.value ?? "check");
    } finally {
      isBusy = false;
      form.removeAttribute("aria-busy");
    }
  });
  addEventListener("pageshow", () => form.querySelector("[data-pressed]")?.remove());
}

// The page before sending: kept first, then sent, then forgotten.
async function sendChecked(form, person) {
  const { adds_to: addsTo } = form.elements;
  const typed = { ...readAll(form), ...(!addsTo.disabled && { adds_to: [addsTo.value] }) };
  const [uuid] = typed.uuid;
  let outcome;
  try {
    const stored = await store.read(person, uuid).catch(() => null);
    await enqueue(person, { at: Date.now(), form: form.dataset.form, text: form.dataset.text, ...stored, uuid, typed });
    outcome = await send({ isNow: true, wanted: uuid });
  } catch {
    return post(form, "send"); // nothing can be kept here: the usual way
  }
  // It may have gone by itself a moment before.
  outcome = state.sent.find((each) => each.uuid === uuid) ?? outcome;
  if (outcome.url && !outcome.kind) return location.assign(outcome.url);
  if (outcome.kind === "mend") return location.assign(`${link.FORM}?draft=${uuid}`);
  for (const part of document.querySelectorAll("form[data-check-form], [data-similar]")) part.hidden = true;
  const panel = document.querySelector("[data-waiting]");
  panel.tabIndex = -1;
  panel.focus();
  return undefined;
}

// "Add to it and send" is "send" with the report that was chosen.
function guardAdding(form) {
  const { adds_to: addsTo } = form.elements;
  const send = form.querySelector("[value=send]");
  send.addEventListener("click", () => { addsTo.disabled = true; });
  document.querySelector("form[data-adding-form]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy) return;
    Object.assign(addsTo, { value: event.submitter.value, disabled: false });
    form.requestSubmit(send);
  });
}

/** Watch the buttons that send, on the page before sending. */
export function guardSending() {
  const form = document.querySelector("form[data-check-form]");
  if (form) guardAdding(form);
  form?.addEventListener("submit", async (event) => {
    if (event.submitter?.value !== "send") return;
    event.preventDefault();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    await sendChecked(form, form.dataset.person).finally(() => { form.ariaBusy = null; });
  });
}
