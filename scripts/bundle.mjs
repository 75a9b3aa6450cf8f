// Makes one file of the modules in static/js/form/ for each page that uses them: on a slow link
// every request costs a second, and the form may take eight in all.
//   cd scripts && npm ci --ignore-scripts && npm run bundle
// The first line of a bundle names the digest of its sources; a test holds it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const js = join(dirname(fileURLToPath(import.meta.url)), "..", "static", "js");
const sources = ["app.js", ...readdirSync(join(js, "form")).filter((name) => name.endsWith(".js")).sort().map((name) => `form/${name}`)];
const digest = createHash("sha256");
for (const name of sources) digest.update(`${name}\n`).update(readFileSync(join(js, name)));
const banner = `/* Made by scripts/bundle.mjs from static/js/form/: ${digest.digest("hex").slice(0, 16)} */`;

for (const [entry, bundle] of [["form/page.js", "form.js"], ["form/later.js", "form_later.js"], ["form/other_pages.js", "device.js"], ["form/worker.js", "sw.js"]]) {
  const built = esbuild.buildSync({
    entryPoints: [join(js, entry)], bundle: true, minify: true, format: "esm", target: "es2022",
    charset: "utf8", legalComments: "none", write: false,
  });
  writeFileSync(join(js, bundle), `${banner}\n${built.outputFiles[0].text}`);
  console.log(bundle, built.outputFiles[0].contents.length, "bytes");
}
