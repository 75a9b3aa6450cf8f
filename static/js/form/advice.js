// Keeps from harm while one types, also without a link: what the mandate says to an answer, and
// whether a text says who somebody is. The words are the server's (templates/referrals/_advice.html);
// without this file they stand on the page as plain help.
import { findIdentity } from "./identity.js";

const PAUSE = 500;
const form = document.querySelector("form[data-report-form]");
const advices = document.querySelector("[data-advices]");

const controls = (name) => [...form.elements].filter((control) => control.name === name);
const isGiven = (control, answers) =>
  !control.disabled
  && answers.includes(control.value || "on")
  && (!["checkbox", "radio"].includes(control.type) || control.checked);

// One voice for all of it, so that nothing is said over something else.
function say(text) {
  const spoken = form.querySelector("[data-advice-spoken]");
  if (spoken.textContent !== text) spoken.textContent = text;
}

// Beside the answer it is about.
function settle(block) {
  const field = block.dataset.adviceOn;
  const place = form.querySelector(`[data-advice="${field}"]`);
  if (place) place.append(block);
  else controls(field)[0]?.closest(".field")?.after(block);
  block.hidden = true;
}

function advise() {
  for (const block of form.querySelectorAll("[data-advice-on]")) {
    const answers = block.dataset.answers.split(" ");
    const isDue = controls(block.dataset.adviceOn).some((control) => isGiven(control, answers));
    if (isDue && block.hidden) say(block.textContent.replace(/\s+/g, " ").trim());
    block.hidden = !isDue;
  }
}

// Places and organizations of the mission, as the page has them: they are nobody's names.
function knownNames() {
  const options = form.querySelectorAll('select[name="area"] option[value]:not([value=""]), select[name="perpetrator_org"] option[value]:not([value=""])');
  const names = [...options].flatMap((option) => [option.textContent, ...option.textContent.split(/[,()]/)]);
  return [...new Set([...advices.dataset.known.split("|"), ...names].map((name) => name.trim()))];
}

function watch(textarea, note, patterns) {
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

if (form && advices) {
  const heard = advices.querySelector("[data-advice-spoken]");
  form.prepend(heard);
  for (const block of advices.querySelectorAll("[data-advice-on]")) settle(block);
  const note = advices.querySelector("[data-identity-note]");
  advices.hidden = true;
  for (const event of ["input", "change", "report:restored"]) form.addEventListener(event, advise);
  addEventListener("pageshow", advise);
  advise();
  const patterns = document.getElementById("identity-patterns");
  const texts = form.querySelectorAll("textarea[data-identity], textarea[name=narrative]");
  if (patterns) {
    const data = JSON.parse(patterns.textContent);
    for (const textarea of texts) watch(textarea, note.cloneNode(true), data);
  }
}
