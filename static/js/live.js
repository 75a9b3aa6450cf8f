// Work at the desk without loading a page. What htmx asks for and where it goes stands once, on `main`
// of templates/referrals/working.html. Here is the rest of what a browser does when it loads a page
// (address, menu, scrolling, focus), and what is said when no page comes. Without this file or without
// htmx the same links and forms load pages.
const TOKEN = "csrfmiddlewaretoken";
const words = document.getElementById("live-words");
const isPage = ({ target }) => target?.id === "main";
const here = () => location.pathname + location.search;

let asked; // how the request that is under way was made: get or post
let left; // the page before: its path, how far it was scrolled, and how it was left

// A link that is still waited for gives way to the next; a form that is on its way does not.
document.addEventListener("htmx:confirm", ({ detail }) => {
  if (detail.triggeringEvent && asked === "get") window.htmx.trigger("#main", "htmx:abort");
});

// Signing in makes a new token, also in another window, and the form may be older than that.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = /(?:^|; )csrftoken=(\w+)/.exec(document.cookie)?.[1];
  if (token && detail.formData.has(TOKEN)) detail.formData.set(TOKEN, token);
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!detail.boosted) return;
  asked = detail.requestConfig.verb;
  document.querySelector("[data-trouble]")?.remove();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.boosted) asked = undefined;
});

/** Say why no page came, beside what was typed; what was said before is past. */
function tell(word) {
  document.querySelector("main > .messages")?.remove();
  const box = words.content.firstElementChild.cloneNode(true);
  box.querySelector("span").textContent = words.dataset[word];
  if (word !== "signedOut") box.querySelector("a").remove();
  document.getElementById("main").prepend(box);
}

function whyNot({ status }) {
  if (status === 401) return "signedOut";
  return status < 500 ? "refused" : "failed";
}

/** What stands around `main`, which a swap leaves as it was: when the page was made, and the menu's mark. */
function frame(page) {
  document.documentElement.dataset.now = page.documentElement.dataset.now;
  const current = page.querySelector(".app-nav [aria-current]")?.getAttribute("href");
  for (const link of document.querySelectorAll(".app-nav a")) {
    if (link.getAttribute("href") === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (!isPage(detail)) {
    // Numbers, news, the filter's form: what comes on the side gives way to the page that was asked for.
    // It might replace the very link that was pressed, and with it where the new page's address comes from.
    if (asked) detail.shouldSwap = false;
    return;
  }
  const { pathInfo, requestConfig, xhr } = detail;
  const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (page.querySelector("main[hx-boost]")) {
    // Also with 409 or 422: a page that says what to mend.
    Object.assign(detail, { shouldSwap: true, isError: false });
    left = { path: location.pathname, top: scrollY, verb: requestConfig.verb };
    frame(page);
    return;
  }
  event.preventDefault();
  const isDone = xhr.status < 400 || (requestConfig.verb === "get" && xhr.status < 500);
  if (!isDone) return tell(whyNot(xhr));
  // Another part of the portal, a file, or the page that says there is nothing here: the browser loads it.
  location.assign((pathInfo.responsePath || pathInfo.finalRequestPath) + (pathInfo.anchor ? `#${pathInfo.anchor}` : ""));
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    if (isPage(detail)) tell("lost");
  });
}

// A refused form stands where it was opened; the address of a verb is nothing to come back to.
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail: { history, requestConfig, xhr } }) => {
  if (requestConfig.verb !== "get") history.path = xhr.status < 400 ? history.path.split("#")[0] : here();
  if (history.path === here()) history.type = "replace";
});

/** Where reading goes on: what is to be mended, what was said, what was asked for, or the heading. */
function placeIn(main) {
  const refused = main.querySelector("[data-focus]");
  if (refused) return refused;
  const said = main.querySelector(".messages");
  if (said) return said;
  const part = location.hash && document.getElementById(location.hash.slice(1));
  const list = left.path === location.pathname && main.querySelector("[data-arrive]");
  return part || list || main.querySelector("h1") || main;
}

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "main" || !left) return;
  const isSame = left.path === location.pathname;
  if (!isSame) scrollTo({ top: 0, behavior: "instant" });
  else if (left.verb !== "get") scrollTo({ top: left.top, behavior: "instant" });
  const place = placeIn(target);
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  // What was said is in sight wherever one is (desk.css).
  place.focus({ preventScroll: place.matches(".messages") });
});
