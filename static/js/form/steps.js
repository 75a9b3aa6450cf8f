// On a phone: one question a step, with the phone's own back button. On a wider screen, and
// without this file, everything is on one page. Every step stays part of the form and is sent.
const form = document.querySelector("form[data-report-form]");
const narrow = matchMedia("(max-width: 640px)");
// With one of these a report can be sent; the same set as the server's.
const SAYS_SOMETHING = [
  "violations", "concerns", "ongoing_threat", "imminent_harm", "life_saving_need",
  "child_still_missing", "officer_welfare_request",
];
const WRONG = ".invalid, .field-error";

function lead() {
  const questions = [...form.querySelectorAll(".question")];
  const dock = form.querySelector("[data-steps]");
  const [back, next] = [dock.querySelector("[data-back]"), dock.querySelector("[data-next]")];
  const finish = form.querySelector("[data-finish]");
  const beforeTheFirst = document.querySelectorAll("[data-before-the-first]");
  let at = 0;

  questions.forEach((question, index) => {
    const progress = document.createElement("small");
    progress.className = "progress";
    progress.textContent = form.dataset.progress.replace("{n}", index + 1).replace("{m}", questions.length);
    question.querySelector("legend").prepend(progress);
    question.querySelector("h2").tabIndex = -1;
  });

  const isSaid = () => [...new FormData(form).keys()].some((name) => SAYS_SOMETHING.includes(name));
  const isLast = () => at === questions.length - 1;

  function draw() {
    const led = narrow.matches;
    form.classList.toggle("led", led);
    questions.forEach((question, index) => { question.hidden = led && index !== at; });
    for (const part of beforeTheFirst) part.hidden = led && at > 0;
    dock.hidden = !led;
    back.hidden = at === 0;
    next.hidden = isLast();
    finish.hidden = led && !isLast() && !isSaid();
    finish.classList.toggle("early", led && !isLast());
  }

  function show(index) {
    at = Math.min(Math.max(index, 0), questions.length - 1);
    draw();
  }

  function arrive() {
    const heading = questions[at].querySelector("h2");
    heading.focus({ preventScroll: true });
    questions[at].scrollIntoView();
  }

  // What the address bar shows never changes: no trail of what was asked.
  function go(index) {
    history.pushState({ ...history.state, step: index, from: at }, "");
    show(index);
    arrive();
  }

  function goBack() {
    if (history.state?.from === at - 1) return history.back();
    history.replaceState({ ...history.state, step: at - 1, from: undefined }, "");
    show(at - 1);
    arrive();
  }

  const stepOf = (element) => questions.findIndex((question) => question.contains(element));

  function showWrong() {
    const wrong = stepOf(form.querySelector(`.question :is(${WRONG})`));
    if (wrong >= 0) show(wrong);
  }

  back.addEventListener("click", goBack);
  next.addEventListener("click", () => go(at + 1));
  addEventListener("popstate", ({ state }) => {
    if (!narrow.matches) return;
    show(state?.step ?? 0);
    arrive();
  });
  // A field named in the summary of what is wrong may lie on another step, or be folded in. The
  // address stays as it is, so that "back" still means the question before.
  document.addEventListener("click", (event) => {
    const id = event.target.closest("a[href^='#']")?.hash.slice(1);
    const field = id && document.getElementById(id);
    if (!field || stepOf(field) < 0) return;
    event.preventDefault();
    show(stepOf(field));
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    (field.matches("fieldset") ? field.querySelector("input") : field).focus();
    field.closest(".field").scrollIntoView();
  });
  // "Enter" in a field goes on, as "Next" does; it sends nothing before the last question.
  form.addEventListener("keydown", (event) => {
    const isField = event.target.matches("input:not([type=checkbox], [type=radio])");
    if (event.key !== "Enter" || !isField || !narrow.matches || isLast()) return;
    event.preventDefault();
    go(at + 1);
  });
  for (const change of ["input", "change", "report:restored"]) form.addEventListener(change, draw);
  form.addEventListener("report:problems", showWrong);
  narrow.addEventListener("change", draw);

  const begun = stepOf(document.activeElement);
  show(history.state?.step ?? Math.max(begun, 0));
  showWrong();
}

if (form) lead();
