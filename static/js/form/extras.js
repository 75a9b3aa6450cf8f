// The checks and the patterns of names: not part of the form's first visit, which has to be small.
// They come with the first answer, or at once where the page was not opened fresh.
import { say } from "./advice.js";

const form = document.querySelector("form[data-report-form]");
const isFresh = () => document.querySelector("[data-device]")?.dataset.state === "clean";
let loading;

// Where the modules look for them, as if the server had put them on the page.
function putIn(id, content) {
  const holder = Object.assign(document.createElement("script"), { type: "application/json", id, textContent: JSON.stringify(content) });
  document.body.append(holder);
}

async function load() {
  const [module, rules] = await Promise.all([
    import(form.dataset.later),
    fetch(form.dataset.rules).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("no rules")))),
  ]);
  putIn("form-checks", rules.checks);
  putIn("identity-patterns", rules.patterns);
  const note = new DOMParser().parseFromString(rules.note, "text/html").querySelector("[data-identity-note]");
  document.querySelector("[data-advices]").append(note);
  module.watchTexts(say);
  return module;
}

/** The module of checks; rejects without a link where the form was never used before. */
export function extras() {
  loading ??= load();
  loading.catch(() => { loading = undefined; });
  return loading;
}

const fetchQuietly = () => extras().catch(() => {});

if (form) {
  if (!isFresh()) fetchQuietly();
  for (const event of ["input", "report:restored"]) form.addEventListener(event, fetchQuietly, { once: true });
  addEventListener("online", fetchQuietly);
}
