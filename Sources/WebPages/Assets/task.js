// Tasks in lists and on boards: changed in place, and opened beside the page.
//
// A change shows at once. When it does not succeed the old value comes back; when somebody else was first, the person decides.

import { send, post, Problem } from "./api.js";
import { change } from "./forms.js";
import { dateValue, endOfDay, localise } from "./locale.js";
import { announce, element, openDialog, toast } from "./notices.js";
import { noteSaved, refreshPage } from "./refresh.js";

const sources = { status: "statuses", priority: "priorities", assignedTo: "people" };
export const taskOf = node => node.closest("[data-id][data-tag]");
const titleOf = task => task.querySelector("[data-open]").textContent.trim();

let people = null;
/** The people of the workspace, for pages that do not list them. */
async function peopleOptions() {
  people ??= send("GET", "/api/users?limit=100").then(({ data }) => [new Option("Nobody", ""), ...data.items.map(user => new Option(user.fullName, user.id))]);
  return (await people).map(option => option.cloneNode(true));
}

/** Gives a menu all its choices when it is first used: a long page would otherwise carry thousands. */
function fill(select) {
  if (select.dataset.filled) return;
  select.dataset.filled = "yes";
  const now = select.value;
  const put = options => { select.replaceChildren(...options); select.value = now; };
  const template = document.getElementById(sources[select.dataset.field]);
  if (template) put(template.content.cloneNode(true).querySelectorAll("option"));
  else peopleOptions().then(put).catch(() => { delete select.dataset.filled; });
}

/** Keeps refreshes away from a task, until everybody who does has let go of it. */
const hold = task => { task.dataset.busy = Number(task.dataset.busy || 0) + 1; };
const release = task => { if (task.dataset.busy > 1) task.dataset.busy -= 1; else delete task.dataset.busy; };

const queues = new WeakMap();
/**
 * Saves one field of a task, after those that are being saved: each builds on the version that the one before made.
 * @param {() => void} undo puts back what is shown
 */
export function saveField(task, body, undo) {
  hold(task);
  const turn = (queues.get(task) ?? Promise.resolve()).then(() => save(task, body, undo)).finally(() => {
    release(task);
    refreshPage().catch(() => {});
  });
  queues.set(task, turn.catch(() => {}));
  return turn;
}

async function save(task, body, undo) {
  const path = `/api/tasks/${task.dataset.id}`;
  try {
    const isStatus = Object.keys(body).join() === "status";
    const answer = await change(isStatus ? "PATCH" : "PUT", isStatus ? `${path}/status` : path, body, task.dataset.tag);
    if (answer) { task.dataset.tag = answer.tag; noteSaved(task); announce(`${titleOf(task)} is saved.`); }
    else {
      undo();
      // Theirs is shown as soon as nobody is in the field.
      task.querySelector("[data-open]").focus();
    }
    return answer;
  } catch (problem) {
    undo();
    if (!(problem instanceof Problem)) throw problem;
    toast(problem.status === 404 ? `“${titleOf(task)}” is gone: somebody else deleted it.` : `“${titleOf(task)}” was not saved. ${problem.text}`,
      { bad: true, action: problem.status === 404 ? null : { label: "Try again", run: () => saveField(task, body, undo) } });
  }
}

function onChange(event) {
  const select = event.target;
  const task = select.matches("select[data-field]") && taskOf(select);
  if (!task) return;
  const before = select.dataset.before ?? "";
  select.dataset.before = select.value;
  const chip = select.closest(".chip");
  const old = chip.className;
  if (select.dataset.field !== "assignedTo") chip.className = `chip ${select.dataset.field === "status" ? "s" : "p"}-${select.value}`;
  if (select.dataset.field === "status") task.classList.toggle("done", select.value === "completed");
  const undo = () => { select.value = select.dataset.before = before; chip.className = old; task.classList.toggle("done", task.dataset.status === "completed"); };
  saveField(task, { [select.dataset.field]: select.value || null }, undo);
}

/**
 * Puts a date field in the place of the due date, until a day is picked, Enter is pressed or the focus leaves.
 * @param {boolean} isPointed whether a pointer asked for it, for which the calendar opens as well
 */
function editDue(button, isPointed) {
  const task = taskOf(button);
  const now = task.dataset.dueDate ? dateValue(new Date(task.dataset.dueDate)) : "";
  const input = element("input", { type: "date", class: "due-input", value: now, "aria-label": `Due date of ${titleOf(task)}` });
  hold(task);
  let over = false;
  const finish = save => {
    if (over) return;
    over = true;
    release(task);
    input.replaceWith(button);
    button.focus();
    if (!save || input.value === now) { refreshPage().catch(() => {}); return; }
    const label = button.lastElementChild;
    const shown = input.value
      ? element("time", { datetime: endOfDay(input.value), "data-format": "due" }) : element("span", { class: "none" }, "No date");
    label.replaceWith(shown);
    localise(button);
    saveField(task, { dueDate: input.value ? endOfDay(input.value) : null }, () => shown.replaceWith(label));
  };
  // Each digit that is typed makes another date; one that is picked is meant.
  let isTyped = false;
  input.addEventListener("change", () => { if (!isTyped) finish(true); });
  input.addEventListener("keydown", event => {
    event.stopPropagation();
    isTyped = true;
    if (event.key === "Escape") finish(false);
    if (event.key === "Enter") finish(true);
  });
  input.addEventListener("blur", () => finish(true));
  button.replaceWith(input);
  input.focus();
  if (isPointed) try { input.showPicker(); } catch { /* not every browser lets it be opened */ }
}

/** Opens a task's own page beside this one. */
async function openTask(link) {
  try {
    const { data } = await send("GET", link.getAttribute("href"), { accept: "text/html" });
    const page = new DOMParser().parseFromString(data, "text/html");
    const detail = page.querySelector("[data-task-detail]");
    if (!detail) { location.assign(link.href); return; }
    for (const form of detail.querySelectorAll("[data-goto]")) delete form.dataset.goto;
    prepare(detail);
    detail.className = "stack";
    const dialog = openDialog("Task", document.adoptNode(detail), { sheet: true });
    dialog.addEventListener("hub:done", () => dialog.close());
    dialog.querySelector("input:not([type=hidden])").focus();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(problem.status === 404 ? "That task is gone: somebody else deleted it." : problem.text, { bad: true });
  }
}

/** What a task's page shows in the person's own time zone. */
export function prepare(root) {
  localise(root);
  for (const input of root.querySelectorAll("input[data-day]")) {
    if (!input.dataset.day || input.dataset.shown) continue;
    input.defaultValue = dateValue(new Date(input.dataset.day));
    input.dataset.shown = input.defaultValue;
  }
}

/** Adds a task by its title; the title comes back when it cannot be made. */
function startQuickAdd() {
  document.addEventListener("submit", async event => {
    const form = event.target.closest("[data-quick-add]");
    if (!form) return;
    event.preventDefault();
    const input = form.elements.title;
    const title = input.value.trim();
    if (!title) return;
    input.value = "";
    const place = document.querySelector("[data-cards=not-started], #rows");
    const ghost = element("li", { class: place?.id === "rows" ? "row task-row ghost" : "task-card ghost", id: `new-${Date.now()}`, "data-busy": "yes" },
      element("span", { class: "row-title" }, title));
    place?.removeAttribute("hidden");
    place?.prepend(ghost);
    try {
      await post(`/api/projects/${form.dataset.quickAdd}/tasks`, { title });
      announce(`${title} is added.`);
      await refreshPage();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (!input.value) input.value = title;
      toast(`The task was not added. ${problem.text}`, { bad: true });
      input.focus();
    } finally {
      ghost.remove();
    }
  });
}

export function startTasks() {
  prepare(document);
  startQuickAdd();
  for (const kind of ["pointerdown", "focusin"]) {
    document.addEventListener(kind, event => {
      if (event.target.matches?.("select[data-field]")) { event.target.dataset.before = event.target.value; fill(event.target); }
    });
  }
  document.addEventListener("change", onChange);
  document.addEventListener("click", event => {
    const due = event.target.closest("button[data-field=dueDate]");
    if (due) return editDue(due, event.detail > 0);
    const link = event.target.closest("a[data-open]");
    if (!link || !taskOf(link) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openTask(link);
  });
}
