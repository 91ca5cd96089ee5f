// Forms that speak with the API instead of loading a page. Without scripts the same forms post to the page.
//
//   <form method="post" action="/users/1" data-api="/api/users/1" data-method="PUT" data-tag='"…"' data-done="Saved">
//
// data-confirm="Title" with data-confirm-text, data-confirm-verb (and data-confirm-typed) asks first.
// data-goto is where to go afterwards; without it the page is refreshed in place.
// <input type="date" data-edge="start|end"> in a form of filters is sent as that edge of the day, here.
// An empty field is sent as null when it has data-null; data-day makes a date the end of that day, here.

import { send, get, Problem } from "./api.js";
import { edgeOfDay, endOfDay } from "./locale.js";
import { element, openDialog, confirmed, toast, announce } from "./notices.js";

let refresh = () => location.reload();
/** What to do when something has changed. */
export function afterChange(run) { refresh = run; }

/** The values of a form as the API wants them. */
export function values(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "hidden" || field.type === "submit") continue;
    const value = field.value;
    if (value === "") { if ("null" in field.dataset) body[field.name] = null; continue; }
    body[field.name] = "day" in field.dataset ? (value === field.dataset.shown ? field.dataset.day || endOfDay(value) : endOfDay(value)) : value;
  }
  return body;
}

/** Shows what was wrong at the fields, or above them. */
export function showProblem(form, problem) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  form.querySelector(":scope > .note.bad")?.remove();
  for (const help of form.querySelectorAll(".help .wrong")) help.remove();
  let first = null;
  const others = [];
  for (const { field, message } of problem.errors ?? []) {
    const input = form.elements[field];
    const help = input && document.getElementById(input.getAttribute("aria-describedby"));
    if (!help) { others.push(`${field} ${message}`); continue; }
    input.setAttribute("aria-invalid", "true");
    help.prepend(element("span", { class: "wrong" }, message));
    first ??= input;
  }
  if (!first || others.length) {
    form.prepend(element("p", { class: "note bad", role: "alert" }, others.join("; ") || problem.message));
  }
  first?.focus();
}

/** What a field is called, and what a value of it is, as the page's own labels and menus have them. */
const labels = { name: "Name", title: "Title", description: "Description", status: "Status", priority: "Priority", assignedTo: "Who", dueDate: "Due", fullName: "Name", role: "Role" };
const menus = { status: "statuses", priority: "priorities", assignedTo: "people" };
function choice(name, value) {
  const places = [document.getElementById(menus[name])?.content, ...document.querySelectorAll(`select[name="${name}"]`)];
  for (const place of places) for (const option of place?.querySelectorAll("option") ?? []) if (option.value === value) return option.textContent;
  return null;
}
const shown = (name, value) => typeof value === "string" && choice(name, value) || text(value);
const text = value => value == null || value === "" ? "empty" : typeof value === "object" ? value.fullName ?? JSON.stringify(value)
  : /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toLocaleString() : String(value);
const plain = value => value && typeof value === "object" ? value.id : value ?? null;

/**
 * Shows both versions of what somebody else changed in the meantime.
 * @returns {Promise<"mine" | "theirs" | null>}
 */
export function chooseVersion(mine, current) {
  return new Promise(resolve => {
    let choice = null;
    const differing = Object.keys(mine).filter(name => name in current && plain(current[name]) !== mine[name]);
    const version = (title, from) => element("div", { class: "version" }, element("h3", {}, title),
      ...differing.map(name => element("p", {}, element("span", { class: "soft" }, `${labels[name] ?? name}: `), shown(name, from[name]))));
    const choose = which => () => { choice = which; dialog.close(); };
    const dialog = openDialog("Somebody else changed this meanwhile", [
      element("p", {}, "Both versions are here. Nothing has been overwritten."),
      element("div", { class: "versions" }, version("Yours", mine), version("Theirs", current)),
      element("div", { class: "actions end" },
        element("button", { type: "button", class: "button", onclick: choose("theirs") }, "Take theirs"),
        element("button", { type: "button", class: "button primary", onclick: choose("mine") }, "Keep mine")),
    ]);
    dialog.addEventListener("close", () => resolve(choice));
  });
}

/**
 * Changes an object; when somebody else did so in between, the person decides.
 * @returns {Promise<object | null>} the object as it is now; null when the person left it to the others
 */
export async function change(method, path, body, tag) {
  for (;;) {
    try {
      return await send(method, path, { body, tag });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 412) throw problem;
      const choice = problem.current && method !== "DELETE" ? await chooseVersion(body, problem.current) : "mine";
      if (choice !== "mine") return null;
      tag = (await get(path.replace(/\/status$/, ""))).tag;
    }
  }
}

async function submit(form) {
  const { api, method = "POST", tag, done, goto: target } = form.dataset;
  const body = method === "DELETE" ? undefined : values(form);
  const button = form.querySelector("[type=submit]");
  button?.setAttribute("aria-disabled", "true");
  try {
    const answer = await change(method, api, body, tag);
    if (done && answer) { toast(done); announce(done); }
    // Theirs was taken.
    if (!answer) form.reset();
    form.querySelector(":scope > .note.bad")?.remove();
    if (answer?.tag && method !== "POST") form.dataset.tag = answer.tag;
    if (method === "POST" || "clear" in form.dataset) form.reset();
    const details = form.closest("details.popover");
    if (details) details.open = false;
    form.dispatchEvent(new CustomEvent("hub:done", { bubbles: true, detail: answer }));
    if (target) location.assign(target.replace("{id}", answer?.data?.id ?? ""));
    else await refresh();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 404) { toast("That is gone: somebody else deleted it.", { bad: true }); await refresh(); return; }
    if (form.querySelector("input, select, textarea")) showProblem(form, problem);
    else toast(problem.text, { bad: true });
  } finally {
    button?.removeAttribute("aria-disabled");
  }
}

export function startForms() {
  document.addEventListener("submit", async event => {
    const form = event.target.closest("form[data-api]");
    if (!form) return;
    event.preventDefault();
    if (form.querySelector("[aria-disabled]")) return;
    const { confirm, confirmText = "", confirmVerb = "Delete", confirmTyped } = form.dataset;
    if (confirm && !await confirmed(confirm, confirmText, { verb: confirmVerb, typed: confirmTyped })) return;
    await submit(form);
  });
  document.addEventListener("formdata", event => {
    for (const field of event.target.querySelectorAll("input[data-edge]")) {
      if (field.value) event.formData.set(field.name, edgeOfDay(field.value, field.dataset.edge));
    }
  });
  // What is being mended is not wrong any more.
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("form[data-api] [aria-invalid], dialog [aria-invalid]")) return;
    target.removeAttribute("aria-invalid");
    document.getElementById(target.getAttribute("aria-describedby"))?.querySelector(".wrong")?.remove();
  });
  // A menu that acts at once, such as a role.
  document.addEventListener("change", event => {
    if (event.target.matches("form[data-api][data-at-once] select")) event.target.form.requestSubmit();
  });
}
