// The locks of the drafts on this device.
//
// Each person has a pair of keys. Its public half can always close; its private half is kept only
// closed with a lock that the server gives to who is signed in. Drafts are written with an AES key
// that no script can read out; a copy of it, closed with the public half, outlives a time of idling.
// So even a device that was idle too long can keep a new report without a link.
const { subtle } = crypto;
const PAIR = { name: "ECDH", namedCurve: "P-256" };
const AES = { name: "AES-GCM", length: 256 };
const USES = ["encrypt", "decrypt"];
const bytes = (text) => new TextEncoder().encode(text);
const freshIv = () => crypto.getRandomValues(new Uint8Array(12));
const sealing = (iv, about) => ({ name: "AES-GCM", iv, additionalData: bytes(about) });

async function wrapper(secret, about) {
  const key = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(about) };
  return subtle.deriveKey(how, key, AES, false, ["wrapKey", "unwrapKey"]);
}

const fromLock = (lock, person) => wrapper(Uint8Array.from(atob(lock.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)), `door ${person}`);
const agreed = async (own, other) => wrapper(await subtle.deriveBits({ name: "ECDH", public: other }, own, 256), "drafts");

/** A person's pair; `lock` is the server's, base64url. */
export async function makeDoor(person, lock) {
  const pair = await subtle.generateKey(PAIR, true, ["deriveBits"]);
  const iv = freshIv();
  const closed = await subtle.wrapKey("pkcs8", pair.privateKey, await fromLock(lock, person), sealing(iv, person));
  return { person, opening: pair.publicKey, closed, iv };
}

/** A key to write drafts with, and its closed copy. Needs no link. */
export async function makeKey(door) {
  const visitor = await subtle.generateKey(PAIR, false, ["deriveBits"]);
  const loose = await subtle.generateKey(AES, true, USES);
  const iv = freshIv();
  const closed = await subtle.wrapKey("raw", loose, await agreed(visitor.privateKey, door.opening), sealing(iv, door.person));
  const live = await subtle.importKey("raw", await subtle.exportKey("raw", loose), AES, false, USES);
  return { id: crypto.randomUUID(), person: door.person, live, closed, iv, visitor: visitor.publicKey };
}

/** The private half, for `reopen`. Raises where the lock is not the one it was closed with. */
export async function openDoor(door, lock) {
  return subtle.unwrapKey("pkcs8", door.closed, await fromLock(lock, door.person), sealing(door.iv, door.person), PAIR, false, ["deriveBits"]);
}

export async function reopen(key, privateKey) {
  return subtle.unwrapKey("raw", key.closed, await agreed(privateKey, key.visitor), sealing(key.iv, key.person), AES, false, USES);
}

export async function encrypt(key, about, content) {
  const iv = freshIv();
  return { iv, sealed: await subtle.encrypt(sealing(iv, about), key.live, bytes(JSON.stringify(content))) };
}

export async function decrypt(key, about, { iv, sealed }) {
  return JSON.parse(new TextDecoder().decode(await subtle.decrypt(sealing(iv, about), key.live, sealed)));
}
