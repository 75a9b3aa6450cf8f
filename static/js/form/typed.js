// Between a form on the page and what was typed: {name: [values]}, empty answers left out.
// `adds_to` is chosen anew on each page before sending.
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "action", "owner", "adds_to", "draft", "draft_version", "form_version"]);
const DAYS = new Set(["date", "datetime-local", "time"]);
const DEFAULTS = "form-defaults";

const controlsOf = (form, name) => [...form.elements].filter((control) => control.name === name);

export function normal(typed) {
  return Object.fromEntries(Object.entries(typed).filter(([name, values]) => !NOT_TYPED.has(name) && values.some((value) => value !== "")));
}

/** All that the form would send. */
export function readAll(form) {
  const typed = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") (typed[name] ??= []).push(value.replace(/\r\n?/g, "\n"));
  }
  return normal(typed);
}

// Answers nobody touched are not a draft. They are known from a page that nothing was typed into.
// A copy is asked, since a browser that goes back fills in what was typed.
export function learnDefaults(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  for (const control of copy.elements) control.disabled = false;
  const { uuid, ...defaults } = readAll(copy);
  try {
    localStorage.setItem(DEFAULTS, JSON.stringify(defaults));
  } catch { /* then a draft carries them along */ }
}

function defaults() {
  try {
    return JSON.parse(localStorage.getItem(DEFAULTS)) ?? {};
  } catch {
    return {};
  }
}

const isDay = (form, name) => controlsOf(form, name).some((control) => DAYS.has(control.type));

/** Without what the empty form holds anyway. A day is always kept: "today" moves. */
export function lean(form, typed) {
  const empty = defaults();
  const isSaid = ([name, values]) => JSON.stringify(values) !== JSON.stringify(empty[name]) || isDay(form, name);
  return Object.fromEntries(Object.entries(normal(typed)).filter(isSaid));
}

/** What was typed. */
export const read = (form) => lean(form, readAll(form));

export const isTouched = (typed) => Object.keys(typed).some((name) => name !== "uuid");

export function kindOf(form) {
  return (name) => {
    const [control, second] = controlsOf(form, name);
    if (!control) return "several";
    if (control.type === "checkbox") return second ? "several" : "one";
    if (control.type === "select-multiple") return "several";
    return control.type === "textarea" || control.type === "text" ? "text" : "one";
  };
}

function put(control, values) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
  else if (control.type === "select-multiple") for (const option of control.options) option.selected = values.includes(option.value);
  else {
    const value = values[0] ?? "";
    if (control.value === value) return;
    const { selectionStart: start, selectionEnd: end } = control;
    control.value = value;
    if (control === document.activeElement && control.type === "textarea") control.setSelectionRange(start, end);
  }
}

/** Put a draft into the form. Answers that the form has no question for are given back. */
export function fill(form, typed) {
  const empty = defaults();
  const whole = { ...empty, ...normal(typed) };
  const isKnown = Object.keys(empty).length > 0;
  const controls = [...form.elements].filter(({ name, type }) => name && !NOT_TYPED.has(name) && type !== "submit" && type !== "button");
  for (const control of controls) if (isKnown || control.name in whole) put(control, whole[control.name] ?? []);
  form.dispatchEvent(new CustomEvent("report:restored", { bubbles: true }));
  return Object.fromEntries(Object.entries(normal(typed)).filter(([name]) => !controls.some((control) => control.name === name)));
}

export function labelOf(form, name) {
  const [control] = controlsOf(form, name);
  const words = control?.closest("fieldset.field")?.querySelector("legend") ?? control?.labels?.[0];
  return words?.firstChild?.textContent.trim() || words?.textContent.trim() || name;
}

const wordsOf = (label) => (label?.querySelector("[id$=_name]") ?? label)?.textContent.trim();

/** The report in words, for a message by another way: also what the form answered by itself. */
export function asText(form) {
  const lines = [];
  for (const name of Object.keys(readAll(form))) {
    if (controlsOf(form, name)[0].type === "hidden") continue;
    const answers = controlsOf(form, name).flatMap((control) => {
      if (control.type === "checkbox" || control.type === "radio") return control.checked ? [wordsOf(control.labels[0])] : [];
      return control.selectedOptions ? [...control.selectedOptions].map((option) => option.textContent.trim()) : [control.value];
    });
    lines.push(`${labelOf(form, name)}: ${answers.join("; ")}`);
  }
  return lines.join("\n");
}
