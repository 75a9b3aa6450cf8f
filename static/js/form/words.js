// Texts come from the page, translated by the server: data-* of <template id="device-words">.
const words = () => document.getElementById("device-words")?.dataset ?? {};

export function say(name, values = {}) {
  return (words()[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A moment in milliseconds as the page's language and the mission's zone have it. */
export function clock(at) {
  const timeZone = words().zone || undefined;
  const day = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(moment);
  const style = day(at) === day(Date.now()) ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, { timeZone, hourCycle: "h23", ...style }).format(at);
}

export const reportsWaiting = (rows) => (rows.length === 1 ? say("oneWaiting", { t: clock(rows[0].at) }) : say("manyWaiting", { n: rows.length, t: clock(rows[0].at) }));
export const draftsKept = (rows) => (rows.length === 1 ? say("oneDraft", { t: clock(rows[0].at) }) : say("manyDrafts", { n: rows.length, t: clock(rows[0].at) }));
