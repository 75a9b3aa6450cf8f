// Reports that wait to be sent. Each goes as a PUT under its own id: however often it is tried,
// it is one report. Nothing leaves this device before the server has said that it has it.
import * as link from "./link.js";
import * as store from "./store.js";

const BACK_OFF = [30, 60, 120, 300, 900].map((seconds) => seconds * 1000);
const MINUTE = 60_000;

/** What the page shows of it: whether it is sending, whether somebody has to sign in, what was sent. */
export const state = { isSending: false, isSignedOut: false, sent: [] };

/** Keep a report to be sent; the same answers as a draft, and no longer one. */
export async function enqueue(person, report) {
  await store.save(person, { ...report, kind: "report", isOnServer: false, tries: 0, nextAt: 0, url: undefined, problem: undefined });
  store.tell({ uuid: report.uuid });
}

const problems = (errors) => Object.entries(errors).flatMap(([field, all]) => all.map(({ code, message }) => ({ field, code, message })));

async function note(person, item, change) {
  await store.save(person, { ...item, tries: item.tries + 1, ...change });
  return change.problem ?? {};
}

const later = (person, item, wait = 0) => note(person, item, { nextAt: Date.now() + Math.max(wait, BACK_OFF[item.tries] ?? BACK_OFF.at(-1)) });

async function sent(item, { reference, url, confided }) {
  await store.remove(item.uuid);
  store.tell({ uuid: item.uuid, isGone: true });
  const outcome = { uuid: item.uuid, url, reference: confided ? "" : reference, at: item.at };
  state.sent.push(outcome);
  return outcome;
}

function settle(person, item, { status, body, wait }) {
  if (status === 200 || status === 201) return sent(item, body);
  if (status === 409) return note(person, item, { kind: "sent", url: body.url, problem: { kind: "before", reference: body.reference } });
  if (status === 422) return note(person, item, { problem: { kind: "mend", errors: problems(body.errors) } });
  if (status === 401 || body.csrf) {
    state.isSignedOut = status === 401;
    return {};
  }
  if (status === 429 || status >= 500) return later(person, item, wait);
  const text = body.detail ?? problems(body.errors ?? {})[0]?.message ?? "";
  return note(person, item, { problem: { kind: "refused", text } });
}

async function deliver(person, uuid) {
  const item = await store.read(person, uuid);
  if (item?.kind !== "report") return {};
  let answer;
  try {
    answer = await link.putReport(uuid, { form: item.form, typed: item.typed, ...(item.version && { draft: item.version }) });
  } catch {
    return later(person, item);
  }
  return settle(person, item, answer);
}

async function isDue(person, row, isNow) {
  if (row.isSealed) return true;
  const item = await store.read(person, row.uuid);
  return isNow || (!item.problem && item.nextAt <= Date.now());
}

/** Whether `person` is signed in; what is sealed is then open. Raises NoLink. */
export async function meet(person) {
  const device = await link.device();
  state.isSignedOut = !device.person;
  if (device.person !== person) return false;
  await store.unlock(person, [device.lock, ...(device.earlier_locks ?? [])]);
  return true;
}

async function sendDue(person, wanted, isNow) {
  const rows = (await store.list(person)).filter((row) => row.kind === "report" && (!wanted || row.uuid === wanted));
  const due = [];
  for (const row of rows) if (wanted || (await isDue(person, row, isNow))) due.push(row.uuid);
  if (!due.length || !(await meet(person))) return {};
  let outcome = {};
  for (const uuid of due) {
    outcome = await deliver(person, uuid);
    store.tell({});
  }
  return outcome;
}

/**
 * Send what is due, in the order it was written; one that fails stops no other. With `isNow`
 * also what is to be tried later, with `wanted` this report alone. One tab at a time sends.
 * Gives what became of the last one: {url, reference} where it was sent, {kind, ...} of its problem.
 */
export async function send({ isNow = false, wanted } = {}) {
  const person = store.whose();
  if (!person) return {};
  state.isSending = isNow;
  store.tell({});
  try {
    return (await store.alone("send", () => sendDue(person, wanted, isNow), !isNow)) ?? {};
  } catch {
    return {};
  } finally {
    state.isSending = false;
    store.tell({});
  }
}

/** Send by itself: now, when the link is back, and every minute. */
export function sendBySelf() {
  send();
  addEventListener("online", () => send({ isNow: true }));
  setInterval(() => navigator.onLine && send(), MINUTE);
}
