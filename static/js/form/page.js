// The report form: everything it needs in one file (see scripts/bundle.mjs).
import "../app.js";
