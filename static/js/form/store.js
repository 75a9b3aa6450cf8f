// What is kept on this device: drafts and reports that wait, encrypted. In the open are only whose
// it is (an id without a name), which kind, and when.
import { decrypt, encrypt, makeDoor, makeKey, openDoor, reopen } from "./keys.js";

export const IDLE = 12 * 60 * 60 * 1000;
const WHOSE = "device";
const CHANGED = "device-changed";
const PROBE = "probe";

/** Nothing can be written: nobody signed in on this device yet with a link. */
export class NoDoor extends Error {}
/** It is there, but closed until its person signs in. */
export class Sealed extends Error {}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("reports", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("doors", { keyPath: "person" });
      request.result.createObjectStore("keys", { keyPath: "id" });
      request.result.createObjectStore("items", { keyPath: "uuid" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function change(work) {
  const transaction = (await database()).transaction(["doors", "keys", "items"], "readwrite", { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
  });
  work((name) => transaction.objectStore(name));
  await ended;
}

const get = async (name, key) => done((await database()).transaction(name).objectStore(name).get(key));
const all = async (name) => done((await database()).transaction(name).objectStore(name).getAll());
const keysOf = async (person) => (await all("keys")).filter((key) => key.person === person);
const about = ({ person, uuid, kind }) => `${person} ${uuid} ${kind}`;

/** Who signed in last on this device; null where it holds nothing. Asked on every page, so it is quick. */
export const whose = () => localStorage.getItem(WHOSE);

/** Tells other tabs, and this one, that something was written. */
const channel = "BroadcastChannel" in self ? new BroadcastChannel(CHANGED) : null;
export function tell(news) {
  channel?.postMessage(news);
  document.dispatchEvent(new CustomEvent(CHANGED, { detail: news }));
}
export function onNews(listen) {
  channel?.addEventListener("message", ({ data }) => listen(data, true));
  document.addEventListener(CHANGED, ({ detail }) => listen(detail, false));
}

/** Raises where this device cannot keep anything (no storage, or none left). */
export async function probe() {
  await change((table) => table("items").put({ uuid: PROBE, room: new Uint8Array(64 * 1024) }));
  await change((table) => table("items").delete(PROBE));
}

/** `person` has signed in: open what is theirs, close what is of others. The first of `locks` counts now. */
export async function unlock(person, locks) {
  for (const { person: other } of await all("doors")) if (other !== person) await seal(other);
  await alone(`door ${person}`, () => openAll(person, locks));
  localStorage.setItem(WHOSE, person);
}

async function openAll(person, locks) {
  const door = (await get("doors", person)) ?? (await makeDoor(person, locks[0]));
  const closed = (await keysOf(person)).filter((key) => !key.live);
  const half = closed.length && (await openWithAny(door, locks));
  const open = await Promise.all(closed.map(async (key) => ({ ...key, live: await reopen(key, half) })));
  await change((table) => {
    table("doors").put({ ...door, usedAt: Date.now() });
    for (const key of open) table("keys").put(key);
  });
}

async function openWithAny(door, [lock, ...others]) {
  try {
    return await openDoor(door, lock);
  } catch (problem) {
    if (!others.length) throw problem;
    return openWithAny(door, others);
  }
}

/** From now on nothing on this device can read this person's items, until they sign in. */
export async function seal(person) {
  const keys = await keysOf(person);
  await change((table) => keys.forEach(({ live, ...closed }) => table("keys").put(closed)));
}

/** Seal what nobody used for too long; gives whose it was. */
export async function sealIdle() {
  const idle = (await all("doors")).filter((door) => Date.now() - door.usedAt > IDLE);
  const open = new Set((await all("keys")).filter((key) => key.live).map((key) => key.person));
  const people = idle.map((door) => door.person).filter((person) => open.has(person));
  for (const person of people) await seal(person);
  return people;
}

async function keyToWrite(person) {
  const live = (await keysOf(person)).find((key) => key.live);
  if (live) return live;
  const door = await get("doors", person);
  if (!door) throw new NoDoor();
  const made = await makeKey(door);
  await change((table) => table("keys").put(made));
  return made;
}

/**
 * Keep an item: {uuid, kind, at, isOnServer, ...content}. `kind` is "draft", "report" (it waits),
 * "sent" (a change of a report the server has already) or "message"; the last two name the `url`
 * they belong to. `at` is when it was begun, in milliseconds.
 * Raises NoDoor, or QuotaExceededError where the device is full.
 */
export async function save(person, { uuid, kind, at, isOnServer = false, ...content }) {
  const key = await keyToWrite(person);
  const row = { uuid, kind, at, isOnServer, person, key: key.id };
  const door = await get("doors", person);
  Object.assign(row, await encrypt(key, about(row), content));
  await change((table) => {
    table("items").put(row);
    table("doors").put({ ...door, usedAt: Date.now() });
  });
}

/** An item of this person, or null. Raises Sealed. */
export async function read(person, uuid) {
  const row = await get("items", uuid);
  if (row?.person !== person) return null;
  const key = await get("keys", row.key);
  if (!key?.live) throw new Sealed();
  const { kind, at, isOnServer } = row;
  return { uuid, kind, at, isOnServer, ...(await decrypt(key, about(row), row)) };
}

/** What is in the open of this person's items, oldest first; `isSealed` tells which need a sign-in. */
export async function list(person) {
  const live = new Set((await keysOf(person)).filter((key) => key.live).map((key) => key.id));
  return (await all("items"))
    .filter((row) => row.person === person)
    .map(({ uuid, kind, at, isOnServer, key }) => ({ uuid, kind, at, isOnServer, isSealed: !live.has(key) }))
    .sort((one, other) => one.at - other.at);
}

/** How many reports of other people wait on this device. */
export async function countOfOthers(person) {
  return (await all("items")).filter((row) => row.kind === "report" && row.person !== person).length;
}

export async function remove(uuid) {
  await change((table) => table("items").delete(uuid));
}

/** All of this person goes from this device. What is of others stays closed. */
export async function wipe(person) {
  const [items, keys] = [await list(person), await keysOf(person)];
  await change((table) => {
    for (const { uuid } of items) table("items").delete(uuid);
    for (const { id } of keys) table("keys").delete(id);
    table("doors").delete(person);
  });
  const [next] = await all("doors");
  if (next) localStorage.setItem(WHOSE, next.person);
  else localStorage.removeItem(WHOSE);
}

/** Work on one name at a time, over all tabs. With `ifFree`, not at all while another tab does. */
export async function alone(name, work, ifFree = false) {
  if (!navigator.locks) return work();
  return navigator.locks.request(name, { ifAvailable: ifFree }, (lock) => (lock || !ifFree ? work() : undefined));
}
