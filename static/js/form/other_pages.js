// Pages other than the form, where something is kept on this device: show it, send it, let it go.
import * as link from "./link.js";
import { guardMessage, showKeptMessage } from "./messages.js";
import { sendBySelf } from "./queue.js";
import { finishLeaving, guardSignOut, showUnsent } from "./signing_out.js";
import * as store from "./store.js";
import { guardSending } from "./submitting.js";
import { showWaiting } from "./waiting.js";

const MINUTE = 60_000;

// Who signed in on a shared device: what is theirs opens, what is of others closes.
async function greet() {
  const device = await link.device();
  await finishLeaving(device);
  if (!device.person) return;
  if (device.person !== store.whose()) await caches?.delete("form");
  await store.unlock(device.person, [device.lock, ...(device.earlier_locks ?? [])]);
  store.tell({});
}

guardSignOut();
guardSending();
guardMessage();
showWaiting();
showUnsent();
await greet().catch(() => {});
const back = () => showKeptMessage().catch(() => {});
await back();
addEventListener("htmx:load", back);
sendBySelf();
setInterval(() => store.sealIdle().then((people) => people.length && store.tell({})).catch(() => {}), MINUTE);
