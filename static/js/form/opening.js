// Which report the form opens with: the one asked for, the one this tab was writing, or a new one.
import { Writing } from "./drafts.js";
import { extras } from "./extras.js";
import { follow } from "./following.js";
import * as store from "./store.js";
import { learnDefaults } from "./typed.js";
import { clock, say } from "./words.js";
import { guardSubmit } from "./submitting.js";

const QUIET = 2_500; // on a slow link the page comes first

const form = document.querySelector("form[data-report-form]");
const place = document.querySelector("[data-device]");

const asked = () => new URLSearchParams(location.search).get("draft") || history.state?.draft;

async function isWritable(writing) {
  try {
    await store.probe();
    return true;
  } catch {
    writing.warn("storage", say("notKept"));
    return false;
  }
}

/** Open the draft that was asked for; gives whether it is sealed. */
async function openAsked(writing, uuid) {
  try {
    const problems = await writing.open(uuid);
    if (problems.length) extras().then(({ showProblems }) => showProblems(form, problems)).catch(() => {});
    return false;
  } catch (problem) {
    writing.start(crypto.randomUUID());
    return problem instanceof store.Sealed;
  }
}

async function newestDraft(writing) {
  const rows = await store.list(writing.person);
  const drafts = rows.filter((row) => row.kind === "draft" && row.uuid !== writing.uuid);
  return { newest: drafts.findLast((row) => !row.isSealed), sealed: rows.filter((row) => row.isSealed) };
}

async function offer(writing) {
  const { newest, sealed } = await newestDraft(writing);
  writing.warn("sealed", sealed.length ? say("sealed", { t: clock(sealed[0].at) }) : "");
  const part = place.querySelector("[data-offer]");
  part.hidden = !newest;
  if (!newest) return;
  part.querySelector("p").textContent = say("goOn", { t: clock(newest.at) });
  part.querySelector("[data-go-on]").onclick = async () => {
    part.hidden = true;
    await writing.open(newest.uuid);
  };
  part.querySelector("[data-start-new]").onclick = () => { part.hidden = true; };
}

async function meetServer(writing, keeping, wasAsked) {
  await keeping.meet();
  if (!writing.isSignedIn) return;
  const uuid = new URLSearchParams(location.search).get("draft");
  if (wasAsked.isSealed) await openAsked(writing, wasAsked.uuid);
  if (uuid === writing.uuid) await writing.fetch();
  await offer(writing);
  await keeping.keep();
}

async function begin() {
  const writing = new Writing(form, place);
  const state = place.dataset.state;
  const uuid = state === "typed" ? writing.uuid : asked();
  const wasAsked = { uuid };
  if (state === "clean") learnDefaults(form);
  const keeping = follow(writing);
  guardSubmit(writing, keeping);
  const isKept = await isWritable(writing);
  if (state === "typed") await continueTyped(writing);
  else if (uuid && isKept) wasAsked.isSealed = await openAsked(writing, uuid);
  else writing.start(uuid || crypto.randomUUID());
  if (isKept && !uuid) await offer(writing);
  navigator.storage?.persist?.().catch(() => {});
  setTimeout(() => meetServer(writing, keeping, wasAsked).catch(() => {}), new URLSearchParams(location.search).has("draft") ? 0 : QUIET);
}

// The server gave back what was typed, to mend or to change: that counts, not what was kept before.
async function continueTyped(writing) {
  const stored = await store.read(writing.person, writing.uuid).catch(() => null);
  writing.start(writing.uuid, stored?.at);
  if (stored) Object.assign(writing, { version: stored.version ?? 0, base: stored.base ?? {}, agreed: stored.typed, rev: stored.rev ?? 0 });
  await writing.keep();
}

if (form && place) begin();
