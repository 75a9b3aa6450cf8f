// Whether a text says who somebody is, while it is typed. The words are the server's
// (templates/referrals/_advice.html).
import { findIdentity } from "./identity.js";

const PAUSE = 500;
const form = document.querySelector("form[data-report-form]");
const advices = document.querySelector("[data-advices]");

// Places and organizations of the mission, as the page has them: they are nobody's names.
function knownNames() {
  const options = form.querySelectorAll('select[name="area"] option[value]:not([value=""]), select[name="perpetrator_org"] option[value]:not([value=""])');
  const names = [...options].flatMap((option) => [option.textContent, ...option.textContent.split(/[,()]/)]);
  return [...new Set([...advices.dataset.known.split("|"), ...names].map((name) => name.trim()))];
}

function watch(textarea, note, patterns, say) {
  const labels = note.dataset;
  const ticked = form.elements.contains_identity;
  const list = note.querySelector("[data-found]");
  const known = knownNames();
  let pause;
  textarea.closest(".field").after(note);

  function entry({ kind, start, end }) {
    const item = document.createElement("li");
    const words = document.createElement("q");
    words.dir = "auto";
    words.textContent = textarea.value.slice(start, end);
    const take = document.createElement("button");
    take.type = "button";
    take.className = "btn quiet small";
    take.textContent = labels.take;
    take.setAttribute("aria-label", `${labels.take}: ${words.textContent}`);
    take.addEventListener("click", () => {
      textarea.focus();
      textarea.setSelectionRange(start, end);
    });
    item.append(words, ` (${labels[kind]}) `, take);
    return item;
  }

  function look() {
    const found = findIdentity(textarea.value, patterns, known);
    const words = found.map(({ start, end }) => textarea.value.slice(start, end)).join(", ");
    if (note.hidden !== !found.length || list.dataset.words !== words) {
      say(found.length ? labels.said.replace("{words}", words) : note.hidden ? "" : labels.gone);
    }
    list.dataset.words = words;
    list.replaceChildren(...found.map(entry));
    note.hidden = !found.length;
    showKept();
  }

  function showKept() {
    note.querySelector("[data-kept]").hidden = !ticked.checked;
    note.querySelector("[data-keep]").hidden = ticked.checked;
  }

  function lookSoon() {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE);
  }

  note.querySelector("[data-keep]").addEventListener("click", () => {
    ticked.checked = true;
    ticked.dispatchEvent(new Event("change", { bubbles: true }));
    say(note.querySelector("[data-kept]").textContent);
    textarea.focus();
  });
  textarea.addEventListener("input", lookSoon);
  ticked.addEventListener("change", showKept);
  form.addEventListener("report:restored", look);
  addEventListener("pageshow", look);
  look();
}

/** Watch the texts of the form; `say` speaks to a screen reader. */
export function watchTexts(say) {
  const patterns = JSON.parse(document.getElementById("identity-patterns").textContent);
  const note = advices.querySelector("[data-identity-note]");
  const texts = form.querySelectorAll("textarea[data-identity], textarea[name=narrative]");
  for (const textarea of texts) watch(textarea, note.cloneNode(true), patterns, say);
}
