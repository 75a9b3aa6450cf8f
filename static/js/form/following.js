// When what is typed is kept: on this device soon after each input, on the server after a pause, when
// the link is back and once a minute.
import { changedNames } from "./merge.js";
import * as store from "./store.js";
import { isTouched } from "./typed.js";
import { say } from "./words.js";

const PAUSE_HERE = 150;
const PAUSE_THERE = 2_500;
const MINUTE = 60_000;

/**
 * Follow what is typed. Gives {keep, meet, rest}: keep all of it now, ask the server who is signed
 * in, and wait until nothing is on its way there.
 */
export function follow(writing) {
  let here, there, met;

  async function meet() {
    if (met && !writing.isSignedIn) met = undefined;
    met ??= writing.meet();
    try {
      await met;
    } catch (problem) {
      met = undefined;
      throw problem;
    }
  }

  async function push() {
    clearTimeout(there);
    try {
      await meet();
      await writing.push();
    } catch { /* no link: it is on this device, and the next change or minute tries again */ }
  }

  async function keep() {
    clearTimeout(here);
    if (!isTouched(writing.typed())) return true;
    // The first time on this device its key has to be made, which needs the server.
    if (store.whose() !== writing.person) await meet().catch(() => {});
    return writing.keep();
  }

  function changed() {
    clearTimeout(here);
    here = setTimeout(keep, PAUSE_HERE);
    clearTimeout(there);
    there = setTimeout(push, PAUSE_THERE);
  }

  async function everyMinute() {
    // What is sealed may not stay on the screen either.
    if ((await store.sealIdle()).includes(writing.person)) location.reload();
    else if (navigator.onLine && changedNames(writing.base, writing.typed()).length) await push();
  }

  writing.form.addEventListener("input", changed);
  writing.form.addEventListener("change", changed);
  addEventListener("online", push);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  setInterval(() => everyMinute().catch(() => {}), MINUTE);
  store.onNews(({ uuid, rev, isGone }, isOther) => {
    if (!isOther || uuid !== writing.uuid) return;
    if (isGone) writing.end(say("sentElsewhere"));
    else if (rev !== writing.rev) keep();
  });

  function rest() {
    clearTimeout(there);
    return store.alone(`push ${writing.uuid}`, () => {});
  }

  return { keep, meet, rest };
}
