// What the form needs once it is used: fetched at the first answer, so that a first visit stays
// small, and kept by the service worker from then on (see extras.js).
export { findProblems, readChecks, showProblems, todayOf } from "./checks.js";
export { watchTexts } from "./noticing.js";
