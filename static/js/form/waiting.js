// What waits on this device, in the panel of templates/referrals/_waiting.html.
import * as link from "./link.js";
import { send, state } from "./queue.js";
import * as store from "./store.js";
import { clock, draftsKept, reportsWaiting, say } from "./words.js";

const panel = document.querySelector("[data-waiting]");

function explain(problem) {
  if (!problem) return say("willSend");
  if (problem.kind === "before") return say("sentBefore", { x: problem.reference });
  if (problem.kind === "mend") return say("rejected", { x: problem.errors.map((error) => error.message).join(" ") });
  return say("refused", { x: problem.text });
}

async function forget(row) {
  if (!confirm(say(row.kind === "report" ? "sureReport" : "sureDraft", { t: clock(row.at) }))) return;
  await store.remove(row.uuid);
  store.tell({ uuid: row.uuid, isGone: true });
  // A draft of the same report may be on the server too.
  await link.device().then(() => link.deleteDraft(row.uuid)).catch(() => {});
}

async function copy(item, button) {
  await navigator.clipboard.writeText(item.text);
  button.textContent = say("copied");
}

function line(row, item) {
  const part = panel.querySelector("template").content.cloneNode(true);
  const find = (name) => part.querySelector(`[data-${name}]`);
  find("title").textContent = say(row.kind === "report" || item?.problem ? "report" : "draft", { t: clock(row.at) });
  find("note").textContent = row.isSealed ? say("sealedItem") : row.kind === "report" || item.problem ? explain(item.problem) : say("onlyHere");
  find("open").href = item?.url ?? `${link.FORM}?draft=${row.uuid}`;
  find("open").hidden = row.isSealed;
  find("retry").hidden = row.isSealed || row.kind !== "report";
  find("retry").onclick = () => send({ isNow: true, wanted: row.uuid });
  find("copy-text").hidden = !item?.text;
  find("copy-text").onclick = ({ target }) => copy(item, target);
  find("delete").onclick = () => forget(row);
  for (const name of ["open", "retry", "copy-text", "delete"]) describe(find(name), find("title"), row);
  return part;
}

// Several rows have buttons of the same name: each is told apart by its report.
function describe(control, title, { uuid }) {
  title.id = `waiting-${uuid}`;
  control.setAttribute("aria-describedby", title.id);
}

function headline(reports, drafts) {
  if (reports.length) return reportsWaiting(reports);
  return drafts.length ? draftsKept(drafts) : "";
}

function status(reports) {
  if (state.isSending) return say("sending");
  if (reports.length && state.isSignedOut) return say("signIn");
  return reports.length && !navigator.onLine ? say("noLink") : "";
}

function showSent() {
  const list = panel.querySelector("[data-sent]");
  list.replaceChildren(...state.sent.map(({ url, reference }) => {
    const item = document.createElement("li");
    const where = Object.assign(document.createElement("a"), { href: url, textContent: reference || say("inConfidence") });
    item.append(`${say("sent")} `, where);
    return item;
  }));
}

// What is written on this page, or checked and not sent yet, is not one of those that wait.
function isHere({ uuid, kind }) {
  const form = document.querySelector(kind === "draft" ? "[data-report-form], [data-check-form]" : "[data-report-form]");
  return form?.elements.uuid?.value === uuid;
}

async function draw() {
  const person = store.whose();
  const rows = person ? (await store.list(person)).filter((row) => !isHere(row) && !(row.kind === "draft" && row.isOnServer)) : [];
  const others = await store.countOfOthers(person);
  const lines = [];
  for (const row of rows) lines.push(line(row, row.isSealed ? undefined : await store.read(person, row.uuid)));
  const reports = rows.filter((row) => row.kind === "report");
  panel.hidden = !rows.length && !others && !state.sent.length;
  panel.querySelector("h2").textContent = headline(reports, rows) || say("title");
  panel.querySelector("[data-list]").replaceChildren(...lines);
  panel.querySelector("[data-send]").hidden = !reports.length;
  panel.querySelector("[data-send]").disabled = state.isSending;
  panel.querySelector("[data-status]").textContent = status(reports);
  panel.querySelector("[data-sign-in]").hidden = !(reports.length && state.isSignedOut);
  panel.querySelector("[data-others]").textContent = others === 1 ? say("oneOther") : others ? say("others", { n: others }) : "";
  showSent();
}

let drawing = Promise.resolve();
/** Show what waits, once more after each change. */
export function showWaiting() {
  if (!panel) return;
  const again = () => { drawing = drawing.then(draw).catch(() => {}); };
  panel.querySelector("[data-send]").addEventListener("click", () => send({ isNow: true }));
  store.onNews(again);
  addEventListener("online", again);
  addEventListener("offline", again);
  again();
}
