// The short form without a trace: what is typed stays in this page's fields and nowhere else. Sends by
// itself once there is a link. Works without this file too; then a lost link is the browser's to say.

const GIVE_UP = 30_000;
const PAUSES = [5_000, 10_000, 20_000, 40_000]; // then every 40 s

let waiting = false; // pressed "send", not stored yet
let isAsking = false;
let pause, tries, asking;

const main = () => document.getElementById("main");
const form = () => document.querySelector("form[data-confidence]");
const address = () => form().getAttribute("action"); // its button is named "action" too

function say(text) {
  const line = form()?.querySelector("[data-state]");
  if (!line) return;
  line.hidden = !text;
  line.textContent = text;
}

function stop() {
  waiting = false;
  clearTimeout(pause);
  asking?.abort();
}

// Nothing of the page may be left on the screen while a slow link brings the next one.
function leave(event) {
  event.preventDefault();
  stop();
  form()?.reset();
  main().replaceChildren();
  document.title = "";
  location.replace(event.target.closest("[data-leave]").href);
}

function again() {
  say(form().dataset.noLink);
  clearTimeout(pause);
  pause = setTimeout(send, PAUSES[Math.min(tries++, PAUSES.length - 1)]);
}

const page = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

function ask(url, options = {}) {
  asking = new AbortController();
  setTimeout((slow) => slow.abort(), GIVE_UP, asking);
  return fetch(url, { credentials: "same-origin", cache: "no-store", signal: asking.signal, ...options });
}

// After signing in anew the page needs a fresh token; false where nobody is signed in.
async function renew() {
  const answer = await ask(address(), { headers: { Accept: "text/html" } });
  const fresh = (await page(answer)).querySelector("form[data-confidence] [name=csrfmiddlewaretoken]");
  if (answer.redirected || !fresh) return false;
  form().querySelector("[name=csrfmiddlewaretoken]").value = fresh.value;
  return true;
}

function post() {
  const body = new FormData(form());
  body.set("action", "send");
  return ask(address(), { method: "POST", body, headers: { Accept: "application/json" } });
}

function refuse(text) {
  stop();
  say(text);
}

function showSent({ reference, said }) {
  stop();
  const sent = document.getElementById("sent-words").content.cloneNode(true);
  sent.querySelector(".receipt-ref").textContent = reference;
  const line = sent.querySelector(".receipt-said");
  line.hidden = !said;
  line.textContent = said;
  main().replaceChildren(sent);
  main().querySelector("h1").focus();
}

async function showRefused(answer) {
  const refused = await page(answer);
  stop(); // not before: it would cut off the answer
  main().replaceWith(refused.getElementById("main"));
  main().querySelector("[data-focus]")?.focus();
}

async function read(answer) {
  if (answer.ok) return showSent(await answer.json());
  if (answer.status === 422) return showRefused(answer);
  if (answer.status === 401) return refuse(form().dataset.signedOut);
  if (answer.status >= 500 || answer.status === 429) return again();
  return refuse(form().dataset.failed);
}

async function send() {
  if (!waiting || isAsking) return;
  clearTimeout(pause);
  say(form().dataset.sending);
  isAsking = true;
  try {
    let answer = await post();
    if (answer.status === 403) {
      if (!(await renew())) return refuse(form().dataset.signedOut);
      answer = await post();
    }
    await read(answer);
  } catch {
    if (waiting) again();
  } finally {
    isAsking = false;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]")) leave(event);
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  waiting = true;
  tries = 0;
  send();
});
addEventListener("online", () => send());
addEventListener("beforeunload", (event) => {
  if (waiting || form()?.elements.narrative.value) event.preventDefault();
});
