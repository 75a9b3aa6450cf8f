// "Use my position" and "Show on the map": what they need comes when one of them is pressed.
const panel = document.querySelector("form[data-report-form] [data-place]");
let loading;

async function press({ target }) {
  const button = target.closest("button");
  if (!button) return;
  try {
    loading ??= import(panel.dataset.module).then(({ attend }) => attend(panel));
    const { locate, showMap } = await loading;
    if ("locate" in button.dataset) locate();
    else await showMap(button);
  } catch {
    loading = undefined;
    document.querySelector("[data-place-said]").textContent = panel.dataset.failed;
  }
}

if (panel) {
  panel.addEventListener("click", press);
  panel.querySelector("[data-locate]").hidden = !navigator.geolocation;
  panel.hidden = false;
}
