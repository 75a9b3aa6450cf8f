// A question to the officer or an answer to the adviser: kept on this device until the report's page
// shows it, so that neither a link that dies nor a session that ended takes it away.
import * as link from "./link.js";
import * as store from "./store.js";
import { say } from "./words.js";

// Looked for anew each time: at the desk a report comes without a page being loaded.
const find = () => document.querySelector("form[data-message-form]");

function tell(form, text) {
  const notice = form.querySelector("[data-kept]");
  notice.hidden = !text;
  notice.querySelector("p").textContent = text;
}

async function keep(form) {
  const { person, url } = form.dataset;
  const [uuid, text] = [form.elements.uuid.value, form.elements.text.value];
  if (!text.trim()) return false;
  try {
    await store.save(person, { uuid, kind: "message", at: Date.now(), url, text });
  } catch {
    return false;
  }
  store.tell({ uuid });
  return true;
}

/** Keep it, then send it as the page would have. Where it cannot be kept it stays here. */
async function send(form) {
  const isKept = await keep(form);
  const device = await link.device().catch(() => null);
  if (device?.person && device.person !== form.dataset.person) return location.reload();
  if (!device || !(device.person || isKept)) return tell(form, say(isKept ? "messageKept" : "messageStays"));
  form.elements.kept.disabled = !isKept;
  return form.requestSubmit();
}

/** Watch the button of the message. */
export function guardMessage() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form !== find() || !event.submitter) return; // no button: it is `send` that sends it
    event.preventDefault();
    event.stopPropagation();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    send(form).finally(() => { form.ariaBusy = null; });
  }, true);
}

/** Put back what was not stored, and let go what was. A text on the page counts, not one kept. */
export async function showKeptMessage() {
  const form = find();
  if (!form) return;
  const { person, url } = form.dataset;
  const { uuid, text } = form.elements;
  const rows = (await store.list(person)).filter((row) => row.kind === "message" && !row.isSealed);
  for (const row of rows) {
    const item = await store.read(person, row.uuid);
    if (item.url !== url) continue;
    if (document.querySelector(`[data-said="${row.uuid}"]`)) await store.remove(row.uuid);
    else if (!text.value) {
      [uuid.value, text.value] = [item.uuid, item.text];
      tell(form, say("messageBack"));
    }
  }
}
