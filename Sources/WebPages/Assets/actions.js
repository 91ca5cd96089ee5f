// Dialogs that ask the API for something.
//
//   <button data-dialog="suspend">  opens  <dialog id="suspend" data-action-dialog> with a form of
//   data-method, data-path      the request; {names} in the path are fields, which then are not in the body
//   data-extra                  JSON that is in the body besides the fields;  data-partial: only changed fields are
//   data-notice | data-destination | data-result   what happens afterwards: see `ActionDialog`

import { send, Problem } from "./api.js";
import { showProblem } from "./forms.js";
import { moment } from "./locale.js";
import { announce, element, toast } from "./notices.js";
import { quantity } from "./quantity.js";
import { refreshPage, refreshSoon } from "./refresh.js";

function value(field) {
  if (field.type === "number") return Number(field.value);
  if (field.matches("select") && /^(true|false)$/.test(field.value)) return field.value === "true";
  return field.value;
}

/** The request a form stands for. */
function request(form) {
  const fields = [...form.elements].filter(field => field.name && field.value !== "");
  const inPath = new Set();
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) => {
    inPath.add(name);
    return encodeURIComponent(form.elements[name].value);
  });
  const body = JSON.parse(form.dataset.extra || "{}");
  for (const field of fields) {
    if (inPath.has(field.name) || ("partial" in form.dataset && field.value === field.defaultValue)) continue;
    body[field.name] = value(field);
  }
  return { path, body };
}

/** A member of an answer, by its path. */
const member = (answer, path) => path.split(".").reduce((part, name) => part?.[name], answer) ?? "";

const results = {
  /** A link that works once. */
  link: answer => [
    element("p", {}, `You will act as ${answer.user.fullName} (${answer.user.email}).`),
    element("p", {}, element("a", { class: "button primary", href: answer.url, target: "_blank", rel: "noopener", "data-link": true }, "Open the workspace")),
    element("p", { class: "soft" }, `It works once, until ${moment(new Date(answer.expiresAt))}.`),
  ],
  /** The proof of an erasure. */
  erasure: answer => [
    element("p", { class: "note good", role: "status" }, `${answer.subdomain} is erased. This is the proof; it is in the audit trail too.`),
    element("table", { "data-proof": true },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Table"), element("th", { scope: "col", class: "number" }, "Rows removed"))),
      element("tbody", {}, ...Object.entries(answer.removed).map(([name, rows]) =>
        element("tr", {}, element("td", {}, element("code", {}, name)), element("td", { class: "number" }, quantity(rows, "count")))))),
    element("p", { class: "soft" }, `Erasure ${answer.id} on ${answer.shard}, ${moment(new Date(answer.erasedAt))}`),
  ],
};
const leaving = { erasure: "/console/tenants" };

function show(form, answer) {
  const { result } = form.dataset;
  const place = form.querySelector("[data-answer]");
  place.replaceChildren(...results[result](answer));
  place.hidden = false;
  for (const part of form.querySelectorAll(":scope > p, .field, [type=submit]")) part.hidden = true;
  const close = form.querySelector("[data-close]");
  close.textContent = "Close";
  (place.querySelector("a") ?? close).focus();
  if (leaving[result]) form.closest("dialog").dataset.leaveFor = leaving[result];
}

async function submit(form) {
  const { method, notice, destination, result } = form.dataset;
  const { path, body } = request(form);
  const dialog = form.closest("dialog");
  if ("partial" in form.dataset && !Object.keys(body).length) return dialog.close();
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-disabled", "true");
  try {
    const { data } = await send(method, path, { body: method === "DELETE" || !Object.keys(body).length ? undefined : body });
    if (result) return show(form, data);
    if (destination) return location.assign(destination.replace(/\{([\w.]+)\}/g, (_, name) => encodeURIComponent(member(data, name))));
    dialog.close();
    toast(notice);
    announce(notice);
    await refreshPage();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showProblem(form, problem);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

function open(dialog) {
  const form = dialog.querySelector("form");
  form.reset();
  showProblem(form, { errors: [], message: "" });
  form.querySelector(":scope > .note.bad")?.remove();
  // A page that is brought up to date leaves an open dialog alone.
  dialog.dataset.busy = "yes";
  dialog.showModal();
  (form.querySelector("input:not([type=hidden]), select, textarea") ?? form.querySelector("[type=submit]")).focus();
}

export function startActions() {
  document.addEventListener("click", event => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) return open(document.getElementById(opener.dataset.dialog));
    const dialog = event.target.closest("dialog[data-action-dialog]");
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });
  document.addEventListener("close", event => {
    if (!event.target.matches?.("dialog[data-action-dialog]")) return;
    // What the page was about is gone.
    const { leaveFor } = event.target.dataset;
    if (leaveFor) return location.assign(leaveFor);
    delete event.target.dataset.busy;
    refreshSoon();
  }, true);
  document.addEventListener("submit", event => {
    const form = event.target.closest("dialog[data-action-dialog] form");
    if (!form) return;
    event.preventDefault();
    if (!form.querySelector("[aria-disabled]")) submit(form);
  });
}
