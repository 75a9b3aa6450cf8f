// Makes static/vendor/ from the npm packages pinned in package.json.
//   cd scripts && npm ci --ignore-scripts && npm run vendor
// `npm run check` builds again and fails when what is committed differs.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const target = join(here, "..", "static", "vendor");

// Pico without the parts app.css draws itself: 5.5 KB instead of 9.9 KB over the wire.
// In a cascade layer our own unlayered rules win without a fight over specificity,
// provided Pico uses no `!important` (which would win from inside a layer).
const unused = [
  "layout/container", "layout/grid", "layout/overflow-auto", "layout/section",
  "content/button", "content/figure",
  "forms/input-color", "forms/input-range",
  "components/accordion", "components/card", "components/dropdown", "components/group",
  "components/loading", "components/modal", "components/nav", "components/progress", "components/tooltip",
];

function buildPico() {
  const source = `
    @use "sass:meta";
    @layer pico {
      @include meta.load-css("pico", $with: (
        "enable-classes": false,
        "enable-important": false,
        "enable-responsive-typography": false,
        "enable-transitions": false,
        "modules": (${unused.map((name) => `"${name}": false`).join(", ")}),
      ));
    }`;
  return sass.compileString(source, {
    style: "compressed",
    charset: false,
    loadPaths: [join(packages, "@picocss/pico/scss")],
    logger: sass.Logger.silent,
  }).css + "\n";
}

const read = (name) => readFileSync(join(packages, name), "utf8");

// Without what points to files we do not ship (pictures of markers, source map): the server's
// static files name each file they point to, and refuse one that is missing.
const leafletCss = () => read("leaflet/dist/leaflet.css").replace(/^[^{}]*\{[^{}]*url\([^{}]*\}\r?\n/gm, "");
const leafletJs = () => read("leaflet/dist/leaflet.js").replace(/\n\/\/# sourceMappingURL=.*$/, "\n");

const files = {
  "leaflet/LICENSE": read("leaflet/LICENSE"),
  "leaflet/leaflet.css": leafletCss(),
  "leaflet/leaflet.js": leafletJs(),
  "pico/pico.min.css": buildPico(),
  "pico/LICENSE.md": read("@picocss/pico/LICENSE.md"),
  "world-atlas/LICENSE": read("world-atlas/LICENSE"),
  "world-atlas/countries-50m.json": read("world-atlas/countries-50m.json"),
};
const sums = Object.entries(files)
  .map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`)
  .sort((a, b) => a.slice(66).localeCompare(b.slice(66)))
  .join("");
files["SHA256SUMS"] = sums;

let stale = 0;
for (const [name, text] of Object.entries(files)) {
  const path = join(target, name);
  if (process.argv.includes("--check")) {
    let committed = null;
    try {
      committed = readFileSync(path, "utf8");
    } catch {}
    if (committed !== text) {
      console.error(`static/vendor/${name} differs from what the pinned packages give: run \`npm run vendor\``);
      stale = 1;
    }
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`static/vendor/${name}`);
  }
}
process.exitCode = stale;
