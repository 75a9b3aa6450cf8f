// The report form: everything it needs in one file (see scripts/bundle.mjs).
import "./shell.js";
import "../app.js";
import "./opening.js";
import "./steps.js";
import "./conditions.js";
import "./place.js";
import "./advice.js";
import "./extras.js";
import { sendBySelf } from "./queue.js";
import { guardSignOut } from "./signing_out.js";
import { showWaiting } from "./waiting.js";

guardSignOut();
showWaiting();
sendBySelf();
