// Signing out takes everything of this person from the device, after naming what was not sent.
import * as link from "./link.js";
import { send } from "./queue.js";
import * as store from "./store.js";
import { draftsKept, reportsWaiting } from "./words.js";

const LEAVING = "leaving";
const part = document.querySelector("[data-unsent]");
const LOGOUT = "/accounts/logout/";
const isSignOut = (form) => (form.getAttribute("action") ?? "").startsWith(LOGOUT);

async function unsent(person) {
  const rows = person ? await store.list(person) : [];
  return {
    reports: rows.filter((row) => row.kind === "report"),
    drafts: rows.filter((row) => row.kind !== "report" && !row.isOnServer),
  };
}

/** Nothing of this person is left, the form's own copy included. */
export async function wipe(person) {
  if (person) await store.wipe(person);
  if ("caches" in self) await caches.delete("form");
  localStorage.removeItem(LEAVING);
}

async function signOut(form) {
  const person = store.whose();
  const { reports, drafts } = await unsent(person);
  if (!part && (reports.length || drafts.length)) return location.assign(LOGOUT);
  localStorage.setItem(LEAVING, person ?? "");
  // Without a link nobody is signed out, and the form is still needed.
  if (part || (await link.device().catch(() => null))) await wipe(person);
  return HTMLFormElement.prototype.submit.call(form);
}

/** Every way of signing out leads through here. */
export function guardSignOut() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !isSignOut(event.target)) return;
    event.preventDefault();
    signOut(event.target).catch(() => HTMLFormElement.prototype.submit.call(event.target));
  });
}

/** Who was on the way out and did get out leaves nothing behind. */
export async function finishLeaving({ signed_in: isSignedIn }) {
  const person = localStorage.getItem(LEAVING);
  if (person === null) return;
  if (isSignedIn) localStorage.removeItem(LEAVING);
  else await wipe(person);
}

async function draw() {
  const { reports, drafts } = await unsent(store.whose());
  part.hidden = !reports.length && !drafts.length;
  const names = [...(reports.length ? [reportsWaiting(reports)] : []), ...(drafts.length ? [draftsKept(drafts)] : [])];
  part.querySelector("ul").replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  part.querySelector("[data-send]").hidden = !reports.length;
  const button = document.querySelector("[data-sign-out]");
  button.textContent = part.hidden ? button.dataset.plain : button.dataset.withUnsent;
  button.classList.toggle("danger", !part.hidden);
}

/** The page that asks: it names what would be lost. */
export async function showUnsent() {
  if (!part) return;
  part.querySelector("[data-send]").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    await send({ isNow: true }).finally(() => { target.disabled = false; });
  });
  store.onNews(() => draw());
  await draw();
}
