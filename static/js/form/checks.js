// The checks of a report, without a link: the rules come with the form (#form-checks) and are the
// server's own (referrals/workflow/check_rules.py, check_kinds.py, referrals/forms/checks.py).
// "typed" is {name: [values as strings]}.

const fill = (text, found) => text.replace(/%\((\w+)\)s/g, (_, name) => found[name]);
// What Python takes for white space at the ends of a text.
const ENDS = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;
const strip = (text) => text.replace(ENDS, "");
// Arabic digits are digits too.
const western = (text) => text.replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15);

/** The rules of this page's form, with the answers, centres and kinds its lists offer. */
export function readChecks(form) {
  const rules = JSON.parse(document.getElementById("form-checks").textContent);
  const offered = {}, areas = {}, kinds = {};
  for (const input of form.querySelectorAll("option, [type=radio], [type=checkbox]")) {
    const name = input.name ?? input.closest("select").name;
    const { value } = input;
    (offered[name] ??= new Set()).add(value);
    if (input.dataset.at) areas[value] = [input.text.trim(), ...input.dataset.at.split(",").map(Number)];
    if (input.dataset.kind) kinds[value] = input.dataset.kind;
  }
  return { ...rules, offered, areas, kinds };
}

/** The mission's day. Of two clocks the later one: a page may be old, and a phone may be slow. */
export function todayOf(rules) {
  const page = Date.parse(document.documentElement.dataset.now) || 0;
  const parts = new Intl.DateTimeFormat("en", { timeZone: rules.zone, year: "numeric", month: "2-digit", day: "2-digit", calendar: "gregory", numberingSystem: "latn" })
    .formatToParts(Math.max(page, Date.now()));
  const part = (type) => parts.find((each) => each.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

// How each kind of field is read: {value}, or {code} of what is wrong with it.
function number(text, form, { min, max }) {
  if (text === "") return {};
  const plain = strip(western(text));
  if (!form.test(plain)) return { code: "invalid" };
  const value = Number(plain);
  return value < min ? { code: "min_value" } : value > max ? { code: "max_value" } : { value };
}

function day(text, form) {
  const plain = strip(western(text));
  if (plain === "") return text === "" ? {} : { code: "invalid" };
  const [, year, month, date, time = ""] = form.exec(plain) ?? [];
  const iso = `${year}-${month?.padStart(2, "0")}-${date?.padStart(2, "0")}`;
  const moment = new Date(`${iso}T00:00Z`);
  // Some browsers count 31 February on into March.
  const isDay = year > 0 && !Number.isNaN(+moment) && moment.toISOString().startsWith(iso);
  return isDay ? { value: iso + time } : { code: "invalid" };
}

const READ = {
  several: (values, field, offered) => (values.every((each) => offered?.has(each)) ? { value: values } : { code: "invalid_choice" }),
  one(text, field, offered) {
    if (text === "") return field.messages.required ? { code: "required" } : {};
    return offered?.has(text) ? { value: text } : { code: "invalid_choice" };
  },
  tick: (text) => ({ value: text !== "" && text.toLowerCase() !== "false" }),
  whole: (text, field) => number(text, /^[+-]?\d+(\.0*)?$/, field),
  degrees: (text, field) => number(text, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, field),
  day: (text) => day(text, /^(\d{4})-(\d\d?)-(\d\d?)$/),
  moment: (text) => day(text, /^(\d{4})-(\d\d)-(\d\d)([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?$/),
  words: (text) => ({ value: strip(text).replace(/\r\n?/g, "\n") }),
};

const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

function kilometres([north, east], [toNorth, toEast]) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const bow = Math.sin(radians(toNorth - north) / 2) ** 2
    + Math.cos(radians(north)) * Math.cos(radians(toNorth)) * Math.sin(radians(toEast - east) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(bow)));
}

function nearest([latitude, longitude], areas) {
  if (latitude === undefined || longitude === undefined) return undefined;
  const all = Object.values(areas).map(([label, ...centre]) => [kilometres([latitude, longitude], centre), label]);
  if (!all.length) return undefined;
  const [km, label] = all.reduce((one, other) => (other[0] < one[0] ? other : one));
  return { km: Math.round(km), nearest: label };
}

// One function a kind. Each answers nothing, or what was found; "field" in it says where else the
// problem is shown. `given` are the values of the rule's fields.
const FIND = {
  one_of_these: (given, { or_words_about: about }, { values }) => !(values.narrative && about.includes(values.perpetrator))
    && !given.some((value) => (Array.isArray(value) ? value.length : value)) && {},
  required_when: ([wanted, decider], rule) => decider?.includes(rule.has) && (wanted ?? rule.empty) === rule.empty && {},
  not_after_today: ([value], rule, { today }) => value?.slice(0, 10) > today && {},
  not_older_than: ([value], rule, { today }) => value?.slice(0, 4) < today.slice(0, 4) - rule.years && {},
  not_before: ([later, earlier]) => later < earlier && {},
  sum_at_most(given, { most, fields }) {
    const numbers = given.map((value) => value ?? 0);
    return sum(numbers) > most && { field: fields[numbers.indexOf(Math.max(...numbers))], most };
  },
  parts_of([whole = 0, ...parts]) {
    const all = sum(parts.map((value) => value ?? 0));
    return all > whole && { sum: all };
  },
  needed_with: ([missing, given]) => missing === undefined && given !== undefined && {},
  near_an_area(point, { reach }, { areas }) {
    const found = nearest(point, areas);
    return found?.km > reach && found;
  },
  near_the_area([latitude, longitude, code], { reach }, { areas }) {
    const found = nearest([latitude, longitude], areas);
    if (!found || !areas[code]) return false;
    const km = Math.round(kilometres([latitude, longitude], areas[code].slice(1)));
    return km * 2 > reach && km > 2 * found.km && { ...found, km };
  },
  fits_the_party([category, party], { fitting, labels }, { kinds }) {
    const fits = fitting[kinds[party]];
    return fits && !fits.includes(category) && { party, label: labels[fits[0]] };
  },
  without: ([value = ""], { pattern }) => new RegExp(pattern, "u").test(value) && {},
  text_at_most: ([value = ""], { most }) => [...value].length > most && {},
};

/** What speaks against this report: [{field, code, message}], at most one a field. */
export function findProblems(typed, rules, today) {
  const values = {};
  const problems = new Map();
  const add = (field, code, message) => problems.has(field) || problems.set(field, { field, code, message });
  for (const field of rules.fields) {
    for (const name of field.names) {
      const sent = typed[name] ?? [];
      const { value, code } = READ[field.kind](field.kind === "several" ? sent : sent.at(-1) ?? "", field, rules.offered[name]);
      values[name] = value;
      if (code) add(name, code, field.messages[code]);
    }
  }
  for (const rule of rules.rules) {
    const found = FIND[rule.kind](rule.fields.map((name) => values[name]), rule, { ...rules, today, values });
    if (found) add(found.field ?? rule.fields[0], rule.code, fill(rule.message, found));
  }
  return [...problems.values()];
}

function element(tag, attributes, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

const describe = (described, change) => {
  const ids = new Set((described.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  change(ids);
  if (ids.size) described.setAttribute("aria-describedby", [...ids].join(" "));
  else described.removeAttribute("aria-describedby");
};

function clear(form) {
  document.querySelector(".error-summary")?.remove();
  for (const error of form.querySelectorAll(".field-error")) {
    const place = error.closest(".field");
    place.classList.remove("invalid");
    for (const described of [place, ...place.querySelectorAll("[aria-describedby]")]) {
      describe(described, (ids) => ids.delete(error.id));
    }
    for (const input of place.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    error.remove();
  }
}

/** Marks a field as `partials/_field.html` does; answers the summary's line that leads to it. */
function mark(form, { field, message }) {
  const controls = [...form.elements].filter((each) => each.name === field);
  const place = controls[0]?.closest(".field");
  if (!place) return element("li", {}, message);
  const isGroup = place.matches("fieldset");
  const name = place.querySelector("legend, label").cloneNode(true);
  for (const extra of name.querySelectorAll(".muted, input")) extra.remove();
  const error = element("p", { class: "field-error", id: `id_${field}_error` }, message);
  const head = isGroup || !place.matches(".choices") ? place.querySelector(":scope > .help") ?? place.querySelector("legend, label") : undefined;
  if (head) head.after(error);
  else place.prepend(error);
  place.classList.add("invalid");
  for (const input of controls) input.setAttribute("aria-invalid", "true");
  describe(isGroup ? place : controls[0], (ids) => ids.add(error.id));
  for (let details = place.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  return element("li", {}, element("a", { href: `#${isGroup ? place.id : controls[0].id}` }, `${name.textContent.trim().replace(/\s+/g, " ")} – ${message}`));
}

/** Shows problems at their fields and in a summary on top, as the server's partials do; none: clears. */
export function showProblems(form, problems, rules = readChecks(form)) {
  clear(form);
  if (!problems.length) return;
  const names = [...form.elements].map((each) => each.name);
  const inOrder = [...problems].sort((one, other) => names.indexOf(one.field) - names.indexOf(other.field));
  const plural = new Intl.PluralRules(document.documentElement.lang).select(problems.length);
  const summary = element(
    "div", { class: "error-summary", role: "alert", tabindex: "-1" },
    element("h2", {}, fill(rules.attention[plural] ?? rules.attention.other, { n: problems.length })),
    element("ul", {}, ...inOrder.map((problem) => mark(form, problem))),
    element("p", { class: "muted" }, rules.kept),
  );
  const main = form.closest("main");
  (main.querySelector(".page-head") ?? form).before(summary);
  // Whoever shows one question at a time opens the first that is wrong.
  form.dispatchEvent(new CustomEvent("report:problems", { bubbles: true, detail: inOrder }));
  summary.focus();
}
