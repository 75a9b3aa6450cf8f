// What was typed, as {name: [values]}, compared and brought together. Pure: no page, no network.
export const SEPARATOR = "\n\n– – –\n\n";

const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);

/** Names whose values differ. */
export function changedNames(before, after) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !same(before[name], after[name]));
}

// A character outside the first 65,536 has two code units, which stay together.
const isInside = (text, at) => at > 0 && at < text.length && /[\ud800-\udbff]/.test(text[at - 1]) && /[\udc00-\udfff]/.test(text[at]);
export const wholeAt = (text, at) => (isInside(text, at) ? at - 1 : at);

/** The one change between two texts: [start, removed, inserted], in UTF-16 code units. */
export function spliceOf(before, after) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  start = wholeAt(before, wholeAt(after, start));
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  while (isInside(before, before.length - tail) || isInside(after, after.length - tail)) tail -= 1;
  return [start, before.length - tail - start, after.slice(start, after.length - tail)];
}

export const spliced = (text, [start, removed, inserted]) => text.slice(0, start) + inserted + text.slice(start + removed);

// Changes at different places are both made. Where they touch, both texts stay whole.
function mergeTexts(base, mine, theirs) {
  if (mine.includes(theirs)) return { text: mine };
  if (theirs.includes(mine)) return { text: theirs };
  const [first, second] = [spliceOf(base, mine), spliceOf(base, theirs)].sort((a, b) => a[0] - b[0]);
  if (first[0] + first[1] < second[0]) return { text: spliced(spliced(base, second), first) };
  return { text: mine + SEPARATOR + theirs, isBoth: true };
}

function mergeLists(base, mine, theirs) {
  const added = (side) => side.filter((value) => !base.includes(value));
  const stays = base.filter((value) => mine.includes(value) && theirs.includes(value));
  return [...new Set([...stays, ...added(mine), ...added(theirs)])];
}

/**
 * Three-way merge. `kindOf(name)` says "text", "several" or "one".
 * Gives the merged values and the names that were answered differently on both sides: of a text
 * both stay, of a single answer mine.
 */
export function merge(base, mine, theirs, kindOf) {
  const typed = { ...mine };
  const both = [];
  for (const name of changedNames(mine, theirs)) {
    const [old, here, there] = [base[name] ?? [], mine[name] ?? [], theirs[name] ?? []];
    const kind = kindOf(name);
    if (same(old, here)) typed[name] = there;
    else if (same(old, there)) typed[name] = here;
    else if (kind === "several") typed[name] = mergeLists(old, here, there);
    else if (kind === "text") {
      const { text, isBoth } = mergeTexts(old[0] ?? "", here[0] ?? "", there[0] ?? "");
      typed[name] = [text];
      if (isBoth) both.push(name);
    } else {
      typed[name] = here.length ? here : there;
      if (here.length && there.length) both.push(name);
    }
    if (!typed[name].length) delete typed[name];
  }
  return { typed, both };
}
