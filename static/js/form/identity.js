// What in a text seems to say who somebody is. The same steps as referrals/identity, on its data
// (`patterns()`), so that an officer without a link is told the same; a test compares the two.

const LONGEST = 5;
const JOINED = [..."وفلبك"];
const THE = "ال";
const SERVANT = "عبد";

let made, madeOf;

// -> [{kind, start, end}] in reading order, in UTF-16 code units; `known` names are nobody's.
export function findIdentity(text, patterns, known = []) {
  if (madeOf !== patterns) [made, madeOf] = [prepare(patterns), patterns];
  const found = [...numbersIn(text, made), ...namesIn(text, made, known)];
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((spot) => spot.start >= end && ((end = spot.end), true));
}

function prepare(patterns) {
  const data = { ...patterns, word: new RegExp(patterns.word, "gu"), marks: new RegExp(patterns.marks, "gu") };
  for (const name of ["addresses", "numbers"]) {
    data[name] = patterns[name].map(([kind, fewest, source]) => [kind, fewest, new RegExp(source, "gu")]);
  }
  data.harmless = patterns.harmless.map((source) => ["", 0, new RegExp(source, "gu")]);
  data.endings = patterns.endings.split(" ");
  data.lists = {};
  for (const [name, list] of Object.entries(patterns)) {
    if (typeof list !== "string" || ["word", "marks", "ends", "says", "endings"].includes(name)) continue;
    const words = list.split(" ").map((word) => plain(word, data));
    const stems = words.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
    data.lists[name] = [new Set(words), stems];
  }
  data.phrases = phrasesOf(patterns.says.split("/"), data);
  return data;
}

// Telephone and ID numbers, mail addresses and handles. What was found is looked at once.

function numbersIn(text, data) {
  const found = [];
  text = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
  for (const row of data.addresses) text = take(row, text, found);
  for (const row of data.harmless) text = take(row, text, []);
  for (const row of data.numbers) text = take(row, text, found);
  return found;
}

function take([kind, fewest, pattern], text, found) {
  return text.replace(pattern, (...match) => {
    const [whole, before] = match;
    const rest = whole.slice(before.length);
    if (rest.replace(/[^0-9]/g, "").length < fewest) return whole;
    const at = match.find((part) => typeof part === "number");
    found.push({ kind, start: at + before.length, end: at + whole.length });
    return before + "_".repeat(rest.length);
  });
}

// Names.

const plain = (word, data) => word.toLowerCase().normalize("NFD").replace(data.marks, "");

function phrasesOf(texts, data) {
  const phrases = new Map();
  for (const text of texts) {
    const keys = (text.match(data.word) ?? []).map((word) => plain(word, data));
    if (keys.length) phrases.set(keys[0], [...(phrases.get(keys[0]) ?? []), keys]);
  }
  for (const same of phrases.values()) same.sort((a, b) => b.length - a.length);
  return phrases;
}

function wordsOf(text, data) {
  const words = [];
  let end = 0;
  for (const match of text.matchAll(data.word)) {
    const [word] = match;
    const gap = text.slice(end, match.index);
    const isNear = words.length > 0 && isNearTo(words.at(-1), gap, data);
    end = match.index + word.length;
    const upper = word.toUpperCase();
    words.push({
      text: word, key: plain(word, data), start: match.index, end, gap, isNear,
      opens: !isNear && (!words.length || [...gap].some((sign) => data.ends.includes(sign))),
      isCapital: word[0] !== word[0].toLowerCase(),
      isCaps: word.length > 1 && word === upper && upper !== word.toLowerCase(),
      isArabic: word[0] >= "\u0600",
    });
  }
  return words;
}

function isNearTo(before, gap, data) {
  if (gap[0] === "." && (before.text.length === 1 || data.lists.titles[0].has(before.key))) {
    return before.isCapital && (gap === "." || data.near.includes(gap.slice(1)));
  }
  return data.near.includes(gap);
}

const begins = (words, at, phrase) =>
  phrase.every((key, step) => words[at + step]?.key === key && (!step || words[at + step].isNear));

function knownIn(words, known, data) {
  const phrases = phrasesOf(known, data);
  const covered = new Set();
  words.forEach((word, at) => {
    const phrase = phrases.get(word.key)?.find((keys) => begins(words, at, keys));
    phrase?.forEach((_, step) => covered.add(at + step));
  });
  return covered;
}

function namesIn(text, data, names) {
  const words = wordsOf(text, data);
  const known = knownIn(words, names, data);

  const is = (name, at) => {
    const { key } = words[at];
    const [whole, stems] = data.lists[name];
    return whole.has(key) || stems.some((stem) => key.startsWith(stem));
  };
  const isAny = (lists, at) => lists.some((name) => is(name, at));
  const has = (name, at) => {
    const { key } = words[at];
    return is(name, at) || (JOINED.includes(key[0]) && data.lists[name][0].has(key.slice(1)));
  };
  const hasServant = (at) => {
    const { key } = words[at];
    return key === SERVANT || (JOINED.includes(key[0]) && key.slice(1) === SERVANT);
  };
  const isThing = (at) => Boolean(words[at]) && ((is("things", at) && !is("given", at)) || has("arThings", at));
  const next = (at) => (words[at + 1]?.isNear ? at + 1 : null);

  function latin(at) {
    return afterSays(at) ?? afterCue(at) ?? writtenLikeOne(at);
  }

  function afterSays(at) {
    const phrase = data.phrases.get(words[at].key)?.find((keys) => at + keys.length < words.length && begins(words, at, keys));
    const begin = phrase && next(at + phrase.length - 1);
    if (!begin) return null;
    const name = run(begin);
    if (name) return name;
    const { isArabic, key } = words[begin];
    if (isArabic || key.length < 4 || known.has(begin)) return null;
    return isAny(["starters", "untold", "stops", "things"], begin) ? null : [begin, begin];
  }

  function afterCue(at) {
    const isTitle = is("titles", at) && words[at].text !== "m";
    let begin = isTitle || is("before", at) ? next(at) : null;
    if (begin !== null && !isTitle && is("links", begin)) begin = next(begin);
    if (begin === null || isThing(at - 1)) return null;
    return run(begin) ?? (is("given", begin) && !known.has(begin) ? [begin, begin] : null);
  }

  function writtenLikeOne(at) {
    const name = run(at);
    if (!name || isOfAThing(at)) return null;
    const parts = [];
    for (let place = name[0]; place <= name[1]; place++) if (words[place].isCapital) parts.push(place);
    if (parts.some((place) => is("given", place))) return name;
    const opening = words[at];
    if (opening.opens && data.endings.some((ending) => opening.key.endsWith(ending))) return null;
    if (opening.isNear && isThing(at - 1)) return null;
    const whole = parts.filter((place) => words[place].text.length > 1 && !(opening.opens && words[place].isCaps)).length;
    return whole > 1 || (whole && opening.text.length === 1) ? name : null;
  }

  function run(at) {
    if (!mayBegin(at)) return null;
    let last = at;
    for (let ahead = at + 1; ahead < Math.min(words.length, at + LONGEST) && words[ahead].isNear; ahead++) {
      if (mayFollow(ahead) && (ahead === last + 1 || !isThing(ahead))) last = ahead;
      else if (!is("links", ahead) || ahead - last > 2) break;
    }
    for (let place = at; place <= last; place++) if (isThing(place)) return null;
    const beside = next(last);
    return beside && isThing(beside) ? null : [at, last];
  }

  function mayBegin(at) {
    if (!mayFollow(at)) return false;
    if (words[at].text.length === 1) return next(at) !== null && words[at + 1].gap[0] === ".";
    return !words[at].isCaps || is("given", at);
  }

  function mayFollow(at) {
    const word = words[at];
    if (word.isArabic || !word.isCapital || known.has(at)) return false;
    if (is("given", at)) return true;
    if (isAny(["stops", "starters", "titles"], at)) return false;
    if (word.opens && word.key.length > 1 && word.key.length < 4) return false;
    return !word.isCaps || word.text.length > 3;
  }

  function isOfAThing(at) {
    return at > 1 && words[at].isNear && is("links", at - 1) && words[at - 1].isNear && isThing(at - 2);
  }

  function pastAThing(at) {
    let ahead = at + 1;
    while (words[at].isCapital && words[ahead]?.isNear && mayFollow(ahead)) ahead++;
    return ahead;
  }

  function arabic(at) {
    const begin = next(at);
    if (begin !== null && !isThing(at - 1)) {
      if (has("arSays", at) || has("arTitles", at)) return told(begin);
      if (has("arFather", at) && !known.has(at) && told(begin)) return [at, endOf(begin)];
      if (has("arKin", at) && isAny(["arGiven", "arPerhaps"], begin)) return [begin, endOf(begin)];
      if (hasServant(at) && words[begin].key.startsWith(THE)) return [at, endOf(begin)];
    }
    return has("arGiven", at) && !known.has(at) && !isThing(at - 1) ? [at, endOf(at)] : null;
  }

  function told(begin) {
    const word = words[begin];
    if (!word.isArabic) return run(begin);
    const isNone = word.key.startsWith(THE) || known.has(begin) || is("arStops", begin) || isThing(begin);
    return isNone ? null : [begin, endOf(begin)];
  }

  function endOf(last) {
    for (let step = 0; step < LONGEST; step++) {
      const ahead = next(last);
      if (ahead === null || known.has(ahead) || !words[ahead].isArabic) break;
      const isLinked = isAny(["arKin", "arFather"], last) || hasServant(last);
      if (!isLinked && !isAny(["arGiven", "arPerhaps", "arKin", "arFather"], ahead) && !hasServant(ahead)) break;
      last = ahead;
    }
    return last;
  }

  const found = [];
  for (let at = 0; at < words.length; ) {
    const name = words[at].isArabic ? arabic(at) : latin(at);
    if (name) found.push({ kind: "name", start: words[name[0]].start, end: words[name[1]].end });
    at = name ? name[1] + 1 : isThing(at) ? pastAThing(at) : at + 1;
  }
  return found;
}
