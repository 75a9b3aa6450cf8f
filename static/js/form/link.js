// Asking the server. Any failure of the link, also in the middle of an answer, is a NoLink.
export const LOGIN = "/accounts/login/";
export const REPORTS = "/reports/";
export const FORM = "/reports/new/";
const SHORT = 15_000;
const LONG = 60_000;

export class NoLink extends Error {}

let token = "";

async function ask(url, options, patience) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options, signal: AbortSignal.timeout(patience) });
    const text = await answer.text();
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    // Of an answer cut in its headers a browser makes a whole one, with a status and nothing else.
    if (answer.status < 300 && answer.status !== 204 && !isJson) throw new Error("cut");
    return { status: answer.status, wait: Number(answer.headers.get("Retry-After")) * 1000 || 0, body: isJson ? JSON.parse(text) : {} };
  } catch (problem) {
    throw new NoLink(problem.message);
  }
}

/** Who is signed in, and a fresh token for what is sent next, also by the forms of this page. */
export async function device() {
  const { status, body } = await ask("/device/", {}, SHORT);
  if (status !== 200) throw new NoLink(`status ${status}`);
  token = body.csrf;
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  return body;
}

export const getDraft = (uuid) => ask(`/drafts/${uuid}/`, {}, LONG);

function send(method, url, body, patience = LONG) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return ask(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }, patience);
}

export const patchDraft = (uuid, body) => send("PATCH", `/drafts/${uuid}/`, body, SHORT);
export const deleteDraft = (uuid) => send("DELETE", `/drafts/${uuid}/`);
export const putReport = (uuid, body) => send("PUT", `${FORM}${uuid}/`, body);
