// How a draft goes to the server: only what changed, in steps that are small on any link.
import { changedNames, spliced, spliceOf, wholeAt } from "./merge.js";

// With the headers of request and answer, one save stays below 2 KB over the wire.
export const MOST_BYTES = 400;

const size = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

function* smallChanges(name, before, after, kind) {
  if (kind !== "text" || !after) {
    yield { set: { [name]: after ?? [] } };
    return;
  }
  let [start, removed, inserted] = spliceOf(before?.[0] ?? "", after[0] ?? "");
  do {
    let room = inserted.length;
    while (size(inserted.slice(0, room)) > MOST_BYTES / 2) room = wholeAt(inserted, Math.floor(room / 2));
    yield { splice: { [name]: [start, removed, inserted.slice(0, room)] } };
    [start, removed, inserted] = [start + room, 0, inserted.slice(room)];
  } while (inserted);
}

function applied(typed, { set = {}, splice = {} }) {
  const after = { ...typed, ...set };
  for (const [name, change] of Object.entries(splice)) after[name] = [spliced(after[name]?.[0] ?? "", change)];
  return Object.fromEntries(Object.entries(after).filter(([, values]) => values.length));
}

/** Steps from `base` to `typed`: [{set, splice, after}], `after` being what the server has then. */
export function nextSteps(base, typed, kindOf) {
  const steps = [];
  let current = { set: {}, splice: {} };
  let after = base;
  const close = () => {
    if (size(current) > size({ set: {}, splice: {} })) steps.push({ ...current, after });
    current = { set: {}, splice: {} };
  };
  for (const name of changedNames(base, typed)) {
    for (const change of smallChanges(name, base[name], typed[name], kindOf(name))) {
      const isSecond = Object.keys(change.splice ?? {}).some((each) => each in current.splice);
      if (isSecond || size(current) + size(change) > MOST_BYTES) close();
      Object.assign(current.set, change.set);
      Object.assign(current.splice, change.splice);
      after = applied(after, change);
    }
  }
  close();
  return steps;
}
