// Opens the form without a link. `CONFIG` is put before it: see referrals/views/worker.py.
//
// Kept are the form's page, one copy a language, a page that shows what waits, and the files both
// ask for. The pages belong to one person and go when they sign out or somebody else signs in.
// No other page, no answer of the portal and nothing that was typed is kept here.
const COPIES = "form"; // pages delete it by this name at sign-out
const FILES = "files";
const STATE = "/state";
const OFFLINE = `${CONFIG.home}offline/`;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
// What the server sends with the form; a page that a browser hands over comes without.
const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

const keyOf = (path, person, language) => `${path}?for=${person}&in=${language}`;
const filesOf = (html) => [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);

async function readState() {
  const kept = await (await caches.open(COPIES)).match(STATE);
  return kept ? kept.json() : {};
}

async function writeState(state) {
  await (await caches.open(COPIES)).put(STATE, new Response(JSON.stringify(state)));
}

async function addFiles(addresses) {
  const files = await caches.open(FILES);
  const missing = [];
  for (const address of new Set(addresses)) if (!HASHED.test(address) || !(await files.match(address))) missing.push(address);
  await files.addAll(missing);
}

/** Keep a page and all it asks for, or nothing. A page that has something to say once is not kept. */
async function keep(path, html, person, language) {
  if (html.includes('class="messages"')) return;
  await addFiles(filesOf(html));
  await (await caches.open(COPIES)).put(keyOf(path, person, language), new Response(html, { headers: HEADERS }));
}

/** Keep the form as the server gave it, in the name of whom it was made for. */
async function keepForm(html) {
  const [, person] = /data-person="([^"]+)"/.exec(html) ?? [];
  const [, language] = /<html[^>]* lang="([^"]+)"/.exec(html) ?? [];
  if (!person || !language || !html.includes("data-report-form")) return;
  await dropOthers(person);
  await keep(CONFIG.form, html, person, language);
  await writeState({ person, language });
}

async function dropOthers(person) {
  const copies = await caches.open(COPIES);
  for (const request of await copies.keys()) {
    const whose = new URL(request.url).searchParams.get("for");
    if (whose && whose !== person) await copies.delete(request);
  }
}

async function get(path) {
  const answer = await fetch(path, { credentials: "same-origin", cache: "no-store" });
  return answer.ok && !answer.redirected ? answer.text() : "";
}

async function refresh() {
  const { language } = await readState();
  const html = await get(CONFIG.form);
  // The language may have been chosen anew while this was on its way.
  if (html && (await readState()).language === language) await keepForm(html);
  await keepOffline();
  await prune();
}

async function keepOffline() {
  const { person, language } = await readState();
  if (!person) return;
  // First what the page needs: without its scripts it would say that nothing waits.
  await addFiles(CONFIG.later);
  const html = await get(OFFLINE);
  if (html) await keep(OFFLINE, html, person, language);
  const rules = await get(CONFIG.rules);
  if (rules) await (await caches.open(COPIES)).put(keyOf(CONFIG.rules, person, language), new Response(rules, { headers: { "Content-Type": "application/json" } }));
}

/** Files of an earlier release go once no page asks for them. */
async function prune() {
  const copies = await caches.open(COPIES);
  const needed = new Set([...CONFIG.assets, ...CONFIG.later]);
  for (const request of await copies.keys()) {
    for (const address of filesOf(await (await copies.match(request)).text())) needed.add(address);
  }
  const files = await caches.open(FILES);
  for (const request of await files.keys()) if (!needed.has(new URL(request.url).pathname)) await files.delete(request);
}

/** The copy for whom it was made, in the language used last; without a link any language will do. */
async function copyOf(path, isAny) {
  const { person, language } = await readState();
  if (!person) return undefined;
  const copies = await caches.open(COPIES);
  const copy = await copies.match(keyOf(path, person, language));
  if (copy || !isAny) return copy;
  const start = `${path}?for=${person}&`;
  const other = (await copies.keys()).find(({ url }) => url.slice(self.location.origin.length).startsWith(start));
  return other && copies.match(other);
}

/** A page of the form is open. Where no copy is kept, it becomes one, unless something is typed in it. */
async function keepFirst(html) {
  if (!(await copyOf(CONFIG.form, false))) await keepForm(html || (await get(CONFIG.form)));
}

async function openForm(event) {
  const copy = await copyOf(CONFIG.form, false);
  if (copy) {
    event.waitUntil(refresh().catch(() => {}));
    return copy;
  }
  try {
    const answer = await fetch(event.request);
    if (answer.ok && !new URL(event.request.url).search) event.waitUntil(answer.clone().text().then(keepForm).then(prune).catch(() => {}));
    return answer;
  } catch (problem) {
    const other = await copyOf(CONFIG.form, true);
    if (other) return other;
    throw problem;
  }
}

async function openRules(event) {
  try {
    return await fetch(event.request);
  } catch (problem) {
    const copy = await copyOf(CONFIG.rules, true);
    if (copy) return copy;
    throw problem;
  }
}

async function openHome(event) {
  try {
    return await fetch(event.request);
  } catch (problem) {
    const copy = (await copyOf(OFFLINE, true)) ?? ((await copyOf(CONFIG.form, true)) && Response.redirect(CONFIG.form));
    if (copy) return copy;
    throw problem;
  }
}

/** Nobody's copy is shown until it is known who is signed in now. */
async function learn(before) {
  const answer = await fetch(CONFIG.device, { credentials: "same-origin", cache: "no-store" });
  const { person, language } = await answer.json();
  if (!person) return writeState(before); // signed out by time, or a wrong password: the form stays theirs
  await dropOthers(person); // not all: the page that follows may be kept by now
  await writeState({ person, language });
}

async function passSignIn(event) {
  const answer = await fetch(event.request);
  if (answer.type === "opaqueredirect") {
    const before = await readState();
    await writeState({});
    event.waitUntil(learn(before).catch(() => {}));
  }
  return answer;
}

// The link is lost in the middle of it: back to the form, where the text still is.
async function passForm(event) {
  const typed = event.request.clone().formData().catch(() => new FormData());
  try {
    return await fetch(event.request);
  } catch {
    return Response.redirect(`${CONFIG.form}?draft=${(await typed).get("uuid") ?? ""}`, 303);
  }
}

// The language's cookie cannot be read here, so the choice is watched.
async function passOther(event) {
  const typed = event.request.clone().formData().catch(() => new FormData());
  const answer = await fetch(event.request);
  const language = (await typed).get("language");
  if (language) await writeState({ ...(await readState()), language });
  return answer;
}

async function openFile(request) {
  const files = await caches.open(FILES);
  if (HASHED.test(new URL(request.url).pathname)) return (await files.match(request)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (problem) {
    const kept = await files.match(request);
    if (kept) return kept;
    throw problem;
  }
}

function answerPost(event, path) {
  if (path.startsWith("/accounts/")) return passSignIn(event);
  return path === CONFIG.form ? passForm(event) : passOther(event);
}

const isOwnQuery = (search) => search === "" || search.startsWith("?draft=");

self.addEventListener("install", (event) => {
  event.waitUntil(addFiles(CONFIG.assets).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { opened: html, isUsed } = event.data;
  if (html !== undefined) event.waitUntil(keepFirst(html).catch(() => {}));
  if (isUsed) event.waitUntil(keepOffline().catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  if (origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (event.request.method === "POST") event.respondWith(answerPost(event, pathname));
    else if (pathname === CONFIG.form && isOwnQuery(search)) event.respondWith(openForm(event));
    else if (pathname === CONFIG.home || pathname === "/") event.respondWith(openHome(event));
  } else if (pathname === CONFIG.rules) event.respondWith(openRules(event));
  else if (event.request.method === "GET" && pathname.startsWith("/static/")) event.respondWith(openFile(event.request));
});
