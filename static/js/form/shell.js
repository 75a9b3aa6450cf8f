// The form's own page, kept for when there is no link. First of all modules: it takes the page as
// the server made it, before anything is typed or moved.
const html = `<!DOCTYPE html>\n${document.documentElement.outerHTML}`;
const place = document.querySelector("[data-device]");
const isPlain = place?.dataset.state === "clean" && !location.search && !document.querySelector(".messages");

async function keepPage() {
  await navigator.serviceWorker.register("/sw.js");
  const worker = (await navigator.serviceWorker.ready).active;
  // Who answered for this page cannot be told here: a new worker takes over pages that are loading.
  worker.postMessage({ opened: isPlain ? html : "" });
  document.addEventListener("input", () => worker.postMessage({ isUsed: true }), { once: true });
}

if (place && "serviceWorker" in navigator) addEventListener("load", () => keepPage().catch(() => {}));
