// The one way a page speaks with the API: problem documents become errors, what can be tried again is tried again, and
// when a session has ended the person signs in without losing what was typed.

import { element, openDialog } from "./notices.js";

/** An answer that is not a success: an RFC 9457 problem document, as far as there was one. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title || `The server answered ${status}.`);
    this.status = status;
    this.errors = document.errors || [];
    this.current = document.current;
    this.document = document;
  }
  /** What to show a person. */
  get text() {
    return this.errors.length ? this.errors.map(error => `${error.field} ${error.message}`).join("; ") : this.message;
  }
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const unsafe = method => method !== "GET";
let listeners = [];

/** Tells of each request that has to wait ("delayed") and of the first that passes again ("online"). */
export function onDelay(listener) { listeners.push(listener); }
const tell = state => listeners.forEach(listener => listener(state));

/**
 * Sends a request. 503 and lost connections are tried again for as long as `patience` says: every POST has an
 * Idempotency-Key, PUT and DELETE may be repeated anyway.
 * @param {{body?: object, tag?: string, accept?: string, patience?: number, signal?: AbortSignal, raw?: boolean}} options
 *   `tag`: for If-Match. `patience`: in milliseconds.
 * @returns {Promise<{data: any, tag: string | null, response: Response}>}
 */
export async function send(method, path, { body, tag, accept = "application/json", patience = 30000, signal, raw = false } = {}) {
  const headers = { Accept: accept };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (tag) headers["If-Match"] = tag;
  if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;
  const end = Date.now() + patience;
  let wait = 200;
  for (;;) {
    let response;
    // A workspace that moves holds its requests for a moment.
    const slow = setTimeout(tell, 1500, "delayed");
    try {
      response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, redirect: "follow" });
    } catch (error) {
      if (signal?.aborted || Date.now() + wait > end) throw signal?.aborted ? error : new Problem(0, { detail: "The server cannot be reached. Check the connection and try again." });
    } finally {
      clearTimeout(slow);
    }
    if (response && response.status !== 503 && response.status !== 502) {
      tell("online");
      if (response.status === 401 && path !== "/api/auth/login") {
        if (await signInAgain()) continue;
      }
      if (response.ok) {
        const data = raw ? response : response.status === 204 ? null : await (accept === "application/json" ? response.json() : response.text());
        return { data, tag: plainTag(response), response };
      }
      throw new Problem(response.status, await response.json().catch(() => ({})));
    }
    const asked = Number(response?.headers.get("Retry-After")) * 1000 || 0;
    const next = Math.max(wait, Math.min(asked, 5000));
    if (Date.now() + next > end) throw new Problem(response?.status ?? 0, await response?.json().catch(() => ({})) ?? {});
    tell("delayed");
    await pause(next);
    wait = Math.min(wait * 2, 2000);
  }
}

/** The entity tag without the mark of a compressed answer. */
const plainTag = response => response.headers.get("ETag")?.replace(/-gzip"$/, '"') ?? null;

export const get = (path, options) => send("GET", path, options);
export const post = (path, body, options) => send("POST", path, { ...options, body });
export const put = (path, body, options) => send("PUT", path, { ...options, body });
export const patch = (path, body, options) => send("PATCH", path, { ...options, body });
export const remove = (path, options) => send("DELETE", path, options);

/** Whether something on the page would be lost with it: a field that somebody filled, a change that is under way. */
function isUnsaved() {
  const fields = [...document.querySelectorAll("input:not([type=search]), textarea")].filter(field => field.form?.method !== "get");
  return document.querySelector("[data-busy]") !== null
    || fields.some(field => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

let signingIn = null;

/**
 * What a page does that learns that its session is over: it goes, unless that would lose something.
 * @returns {Promise<boolean>} whether the person is signed in again
 */
export async function sessionEnded() {
  if (signingIn || isUnsaved()) return signInAgain();
  location.reload();
  return new Promise(() => {});
}

/** Asks for the password again, over the page as it stands. @returns {Promise<boolean>} whether the person is signed in */
export function signInAgain() {
  signingIn ??= new Promise(resolve => {
    const email = element("input", { id: "again-email", type: "email", autocomplete: "username", required: true });
    const password = element("input", { id: "again-password", type: "password", autocomplete: "current-password", required: true });
    const wrong = element("p", { class: "note bad", role: "alert", hidden: true });
    let done = false;
    const form = element("form", { class: "form", async onsubmit(event) {
      event.preventDefault();
      try {
        await post("/api/auth/login", { email: email.value, password: password.value });
        const user = await get("/api/auth/me").then(({ data }) => data.user.id);
        if (document.body.dataset.user && user !== document.body.dataset.user) return location.reload();
        done = true;
        dialog.close();
      } catch (problem) {
        wrong.textContent = problem.text;
        wrong.hidden = false;
        password.select();
      }
    } }, element("p", {}, "Your session has ended. Sign in and go on where you were; nothing you typed is lost."), wrong,
      element("div", { class: "field" }, element("label", { for: "again-email" }, "Email"), email),
      element("div", { class: "field" }, element("label", { for: "again-password" }, "Password"), password),
      element("div", { class: "actions end" }, element("a", { class: "button quiet", href: "/" }, "Leave this page"),
        element("button", { type: "submit", class: "button primary" }, "Sign in")));
    const dialog = openDialog("Sign in again", form);
    dialog.addEventListener("close", () => { signingIn = null; resolve(done); if (done) document.dispatchEvent(new Event("hub:signed-in")); });
    email.value = document.body.dataset.email || "";
    (email.value ? password : email).focus();
  });
  return signingIn;
}
