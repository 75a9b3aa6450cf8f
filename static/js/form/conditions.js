// Shows a question only where it applies: data-when="field=value,value|field", any one of them.
// What is hidden keeps its answer in the page, but is disabled and so not sent: the server then
// takes what an unasked question means. Without this file every question is shown.
const form = document.querySelector("form[data-report-form]");

function values(name) {
  const found = form.elements[name];
  const controls = !found ? [] : found instanceof RadioNodeList ? [...found] : [found];
  return controls
    .filter((control) => !control.disabled && (!["checkbox", "radio"].includes(control.type) || control.checked))
    .map((control) => control.value)
    .filter((value) => value && value !== "0");
}

function holds(condition) {
  const [name, wanted] = condition.split("=");
  const given = values(name);
  return wanted ? wanted.split(",").some((value) => given.includes(value)) : given.length > 0;
}

// A question depends on those before it only, so going down the page once is enough.
function apply() {
  for (const part of form.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split("|").some(holds);
    for (const control of part.querySelectorAll("input, select, textarea")) {
      control.disabled = Boolean(control.closest("[data-when][hidden]"));
    }
  }
}

if (form) {
  for (const event of ["input", "change", "report:restored"]) form.addEventListener(event, apply);
  addEventListener("pageshow", apply);
  apply();
}
