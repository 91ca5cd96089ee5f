// The pages of a workspace for somebody who is signed in.

import "./shell.js";
import { get, Problem } from "./api.js";
import { moveCard, startBoard } from "./board.js";
import { afterChange } from "./forms.js";
import { key } from "./keys.js";
import { follow } from "./live.js";
import { daysAway } from "./locale.js";
import { toast } from "./notices.js";
import { onRefresh, refreshPage, refreshSoon } from "./refresh.js";
import { prepare, startTasks } from "./task.js";

afterChange(refreshPage);
startTasks();
startBoard();

// ── Walking through lists: J and K, Enter opens, S sets the status; what is still being added is no place to stand

const items = () => [...document.querySelectorAll("[data-walk] > li, [data-walk] section:not([hidden]) .rows > li")].filter(item => item.offsetParent && !item.matches(".ghost"));
const current = () => document.activeElement?.closest?.("[data-walk] li");

function walk(step) {
  const all = items();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  const target = next.querySelector("a[data-open]") ?? next.querySelector("summary, a, select, button") ?? next;
  if (target === next) next.tabIndex = -1;
  target.focus();
  next.scrollIntoView({ block: "nearest" });
}
if (document.querySelector("[data-walk]")) {
  key("j", "Next in the list", () => walk(1));
  key("k", "Previous in the list", () => walk(-1));
}
if (document.querySelector(".task-row, [data-board], #rows")) {
  key("s", "Set the status", () => {
    const task = current() ?? items()[0];
    const select = task?.querySelector("select[data-field=status]");
    if (select) {
      select.focus();
      try { select.showPicker(); } catch { /* the arrow keys change it as well */ }
    } else if (task) {
      // On a board the column is the status: to the next one, and from the last to the first.
      const lists = [...document.querySelectorAll("[data-cards]")];
      const target = lists[(lists.indexOf(task.parentElement) + 1) % lists.length];
      moveCard(task, target);
    } else return false;
  });
}
if (document.querySelector("[data-board]")) key("Shift + ←/→", "Move a card to the next column", () => false);

// ── The agenda of the start page: sorted by the day where the person is

function sortAgenda() {
  const agenda = document.querySelector("[data-agenda]");
  if (!agenda) return;
  const group = name => agenda.querySelector(`[data-agenda-group=${name}]`);
  for (const task of agenda.querySelectorAll("[data-due-date]")) {
    const away = daysAway(new Date(task.dataset.dueDate));
    const target = group(away < 0 ? "overdue" : away === 0 ? "today" : "later").querySelector("ul");
    if (task.parentElement !== target) {
      const after = [...target.children].find(other => other.dataset.dueDate > task.dataset.dueDate);
      target.insertBefore(task, after ?? null);
    }
  }
  for (const section of agenda.querySelectorAll("[data-agenda-group]")) {
    const count = section.querySelectorAll("li").length;
    section.hidden = count === 0;
    section.querySelector("[data-count]").textContent = count;
  }
}
sortAgenda();
onRefresh(() => { sortAgenda(); prepare(document); });

// ── Filters: in the address, without loading the page

let searching;
async function filter(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const address = `${location.pathname}${query.size ? `?${query}` : ""}`;
  history.replaceState(null, "", address);
  await refreshPage().catch(problem => { if (problem instanceof Problem) toast(problem.text, { bad: true }); });
  for (const link of document.querySelectorAll("[data-view]")) {
    const target = new URLSearchParams(query);
    target.set("view", link.dataset.view);
    link.href = `${location.pathname}?${target}`;
  }
}
document.addEventListener("submit", event => {
  if (!event.target.matches("[data-filters]")) return;
  event.preventDefault();
  filter(event.target);
});
document.addEventListener("input", event => {
  const form = event.target.closest("[data-filters]");
  if (!form) return;
  clearTimeout(searching);
  searching = setTimeout(() => filter(form), event.target.type === "search" ? 180 : 0);
});

// What was typed before this ran counts as well.
for (const form of document.querySelectorAll("[data-filters]")) {
  const search = form.querySelector("[type=search]");
  if (search && search.value !== search.defaultValue) filter(form);
}

// ── The audit log as a file

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-export]");
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  try {
    const query = new URLSearchParams(location.search);
    // The API lists what was before `to`, the page what was until the end of that second.
    if (query.get("to")) query.set("to", new Date(Date.parse(query.get("to")) + 1000).toISOString());
    for (const name of [...query.keys()]) if (!query.get(name) || name === "offset") query.delete(name);
    const { data } = await get(`${button.dataset.export}?${query}`, { accept: "text/csv", raw: true });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await data.blob());
    link.download = "audit-log.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  } catch (problem) {
    toast(problem.text ?? String(problem), { bad: true });
  } finally {
    button.removeAttribute("aria-disabled");
  }
});

// ── What others do, as it happens

follow(change => {
  const gone = change?.action === "DELETE_USER" && change.entityId === document.body.dataset.user;
  if (gone) location.reload();
  else refreshSoon();
});
document.addEventListener("hub:signed-in", () => refreshSoon());
performance.mark("hub:ready");
