// A report that is being written: kept on this device with each input, on the server when there is
// a link, and brought together where two devices or two tabs wrote on it.
import * as link from "./link.js";
import { changedNames, merge } from "./merge.js";
import { nextSteps } from "./saving_steps.js";
import * as store from "./store.js";
import { asText, fill, isTouched, kindOf, labelOf, lean, read } from "./typed.js";
import { clock, say } from "./words.js";

/** The draft of one form. `place` is its [data-device]. */
export class Writing {
  constructor(form, place) {
    Object.assign(this, { form, place, person: place.dataset.person, kind: kindOf(form), leftOver: {} });
    this.version = 0; // the server's, 0: it has none
    this.base = {}; // what the server has
    this.agreed = {}; // what all tabs have
    this.rev = 0;
    this.isOpen = true;
  }

  get uuid() {
    return this.form.elements.uuid.value;
  }

  /** Take up a draft under this id. What is only here stays here; nothing is asked of the server. */
  start(uuid, at = Date.now()) {
    this.form.elements.uuid.value = uuid;
    history.replaceState({ ...history.state, draft: uuid }, "");
    Object.assign(this, { at, version: 0, base: {}, agreed: {}, rev: 0, isOpen: true });
  }

  typed() {
    return { ...this.leftOver, ...read(this.form) };
  }

  show(typed) {
    this.leftOver = fill(this.form, { ...typed, uuid: [this.uuid] });
    this.warn("leftOver", Object.keys(this.leftOver).length ? say("leftOver", { x: Object.values(this.leftOver).flat().join(", ") }) : "");
  }

  say(text, isKept = true) {
    const line = document.querySelector("[data-saved]");
    if (!line) return;
    line.hidden = !text;
    line.classList.toggle("saved", isKept);
    if (line.textContent !== text) line.textContent = text;
  }

  /** One standing line for each kind of warning; without text it goes. */
  warn(kind, text) {
    const line = this.place.querySelector(`[data-warning=${kind}]`);
    line.hidden = !text;
    line.querySelector("p").textContent = text;
  }

  // What was typed on both sides is told, since the officer has to choose.
  mergeWith(base, theirs) {
    const mine = this.typed();
    const { typed, both } = merge(base, mine, theirs, this.kind);
    if (changedNames(mine, typed).length) this.show(typed);
    if (both.length) this.warn("both", say("both", { x: both.map((name) => labelOf(this.form, name)).join(", ") }));
    return typed;
  }

  /** Somebody may look at this device later: what is said in confidence leaves no draft (policy 2.7). */
  get isConfided() {
    return this.place.dataset.confided.split(" ").includes(this.form.elements.perpetrator.value);
  }

  async forget() {
    this.say(say("confided"), false);
    await store.remove(this.uuid);
    if (this.version && this.isSignedIn) await link.deleteDraft(this.uuid);
    Object.assign(this, { version: 0, base: {}, agreed: {}, rev: 0 });
    return false;
  }

  /** Keep what is typed on this device. Gives whether it is kept. */
  async keep() {
    if (this.isConfided) return this.forget().catch(() => false);
    try {
      await store.alone(`draft ${this.uuid}`, () => this.write());
      this.warn("storage", "");
      return true;
    } catch (problem) {
      this.warn("storage", problem instanceof store.NoDoor ? say("noDoor") : say("notKept"));
      this.say(say("notSaved"), false);
      return false;
    }
  }

  async write() {
    if (!this.isOpen) return;
    const stored = await store.read(this.person, this.uuid);
    let typed = this.typed();
    if (stored && stored.rev !== this.rev) {
      typed = this.mergeWith(this.agreed, stored.typed);
      if (stored.version > this.version) Object.assign(this, { version: stored.version, base: stored.base });
    }
    const isNews = !stored || changedNames(stored.typed, typed).length > 0 || stored.version !== this.version;
    this.agreed = typed;
    this.rev = stored?.rev ?? 0;
    if (!isNews || !(stored || isTouched(typed))) return;
    this.rev += 1;
    const isOnServer = this.version > 0 && !changedNames(this.base, typed).length;
    await store.save(this.person, {
      uuid: this.uuid, kind: "draft", at: this.at, isOnServer, typed, rev: this.rev,
      version: this.version, base: this.base, form: this.place.dataset.form, text: asText(this.form),
    });
    if (!isOnServer) this.say(say("savedHere", { t: clock(Date.now()) }));
    store.tell({ uuid: this.uuid, rev: this.rev });
  }

  /** Save on the server what it does not have yet, in small steps. One at a time over all tabs. */
  async push() {
    if (!this.isOpen || !this.isSignedIn || this.isConfided || !isTouched(this.typed())) return;
    await store.alone(`push ${this.uuid}`, () => this.pushNow());
  }

  async pushNow() {
    await this.keep();
    for (let round = 0; round < 5 && this.isOpen; round += 1) {
      const steps = nextSteps(this.base, this.typed(), this.kind);
      if (!steps.length) break;
      for (const { set, splice, after } of steps) {
        const answer = await link.patchDraft(this.uuid, { base: this.version, form: this.place.dataset.form, set, splice });
        if (!this.take(answer, after)) break;
      }
      if (this.isRefused) break;
    }
    await this.keep();
    if (this.isOpen && !this.isRefused) this.say(say("savedThere", { t: clock(Date.now()) }));
  }

  /** Learn from the answer to a step; gives whether the next step fits. */
  take({ status, body }, after) {
    this.isRefused = false;
    if (status === 200) {
      Object.assign(this, { version: body.version, base: after });
      this.noteVersion();
      return true;
    }
    if (status === 409) this.adopt(body);
    else if (status === 404 && body.sent) this.end(say("sentElsewhere"));
    else if (status === 404) Object.assign(this, { version: 0, base: {} });
    else this.refuse(status, body);
    return false;
  }

  refuse(status, { errors }) {
    this.isRefused = true;
    if (status === 401 || status === 403) this.isSignedIn = false;
    const why = status === 401 ? say("signedOut") : Object.values(errors ?? {}).flat()[0]?.message ?? say("serverBusy");
    this.warn("server", why);
  }

  /** The server's draft is newer than what this device knew of it. */
  adopt({ version, typed }) {
    const theirs = lean(this.form, typed);
    this.mergeWith(this.base, theirs);
    Object.assign(this, { version, base: theirs });
    this.noteVersion();
  }

  // A page sent without this file's help says which version it was filled from.
  noteVersion() {
    for (const [name, value] of [["draft", "1"], ["draft_version", this.version]]) {
      let input = this.form.elements[name];
      if (!input) {
        input = Object.assign(document.createElement("input"), { type: "hidden", name });
        this.form.append(input);
      }
      input.value = value;
    }
  }

  /** It was sent or deleted elsewhere: write no more, so that it does not come back. */
  end(text) {
    this.isOpen = false;
    this.say("");
    this.warn("both", text);
  }

  /** An empty form under a fresh id. */
  startAnew() {
    this.form.reset();
    this.start(crypto.randomUUID());
    this.form.elements.draft?.remove();
    if (this.form.elements.draft_version) this.form.elements.draft_version.value = "";
    this.show({});
    this.say("");
  }

  /** A draft of this device. Gives its problems, if it was refused. Raises Sealed. */
  async open(uuid) {
    const stored = await store.read(this.person, uuid);
    this.start(uuid, stored?.at);
    if (!stored) return [];
    Object.assign(this, { version: stored.version ?? 0, base: stored.base ?? {}, agreed: stored.typed, rev: stored.rev ?? 0 });
    this.show(stored.typed);
    if (this.version) this.noteVersion();
    // Being mended, it does not go by itself.
    if (stored.kind === "report") await store.save(this.person, { ...stored, kind: "draft", problem: undefined });
    return stored.problem?.errors ?? [];
  }

  /** What another device wrote on this draft. */
  async fetch() {
    const { uuid } = this;
    const { status, body } = await link.getDraft(uuid);
    // Another report may have been begun while this was on its way.
    if (uuid === this.uuid && status === 200 && body.version > this.version) {
      if (!isTouched(this.agreed)) this.show(body.typed);
      this.adopt(body);
      await this.keep();
    }
  }

  /** Meet the server: who is signed in, and the lock of what is kept here. */
  async meet() {
    const device = await link.device();
    this.isSignedIn = device.person === this.person;
    if (device.person && !this.isSignedIn) return this.leave();
    this.warn("server", this.isSignedIn ? "" : say("signedOut"));
    if (!this.isSignedIn) return;
    this.place.dataset.form ||= device.form;
    try {
      await store.unlock(this.person, [device.lock, ...(device.earlier_locks ?? [])]);
    } catch {
      this.warn("storage", say("notKept"));
    }
  }

  // Somebody else has signed in on this device since. This form, and what is in it, is not theirs.
  async leave() {
    await this.keep();
    await store.seal(this.person);
    await caches?.delete("form");
    location.reload();
  }
}
