// What the mandate says to an answer, beside it, also without a link. The words are the server's
// (templates/referrals/_advice.html); without this file they stand on the page as plain help.
const form = document.querySelector("form[data-report-form]");
const advices = document.querySelector("[data-advices]");

const controls = (name) => [...form.elements].filter((control) => control.name === name);
const isGiven = (control, answers) =>
  !control.disabled
  && answers.includes(control.value || "on")
  && (!["checkbox", "radio"].includes(control.type) || control.checked);

// One voice for all of it, so that nothing is said over something else.
export function say(text) {
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

if (form && advices) {
  const heard = advices.querySelector("[data-advice-spoken]");
  form.prepend(heard);
  for (const block of advices.querySelectorAll("[data-advice-on]")) settle(block);
  advices.hidden = true;
  for (const event of ["input", "change", "report:restored"]) form.addEventListener(event, advise);
  addEventListener("pageshow", advise);
  advise();
}
