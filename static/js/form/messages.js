// A question to the officer or an answer to the adviser: kept on this device until the report's page
// shows it, so that neither a link that dies nor a session that ended takes it away.
import * as link from "./link.js";
import * as store from "./store.js";
import { say } from "./words.js";

const form = document.querySelector("form[data-message-form]");

function tell(text) {
  const notice = form.querySelector("[data-kept]");
  notice.hidden = !text;
  notice.querySelector("p").textContent = text;
}

async function keep() {
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

/** Keep it, then send the page as the browser would have. Where it cannot be kept it stays here. */
async function send() {
  const isKept = await keep();
  const device = await link.device().catch(() => null);
  if (device?.person && device.person !== form.dataset.person) return location.reload();
  if (!device || !(device.person || isKept)) return tell(say(isKept ? "messageKept" : "messageStays"));
  form.elements.kept.disabled = !isKept;
  return HTMLFormElement.prototype.submit.call(form);
}

/** Watch the button of the message. */
export function guardMessage() {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    await send().finally(() => { form.ariaBusy = null; });
  });
}

/** Put back what was not stored, and let go what was. A text on the page counts, not one kept. */
export async function showKeptMessage() {
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
      tell(say("messageBack"));
    }
  }
}
