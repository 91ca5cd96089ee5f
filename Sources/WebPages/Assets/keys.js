// Keys: one list for what works on the page and for the help that `?` shows.
//
// Any element with data-key="c" is pressed, opened or focused by that key. A module adds others with `key`.

import { element, openDialog } from "./notices.js";

const added = new Map();

/** Whether a key that is pressed there is meant as text; a menu finds its choices by letters. */
function isTyping(target, name = "a") {
  if (target.matches("select")) return /^[a-z0-9]$/.test(name);
  return target.isContentEditable || target.matches("textarea, input:not([type=checkbox]):not([type=radio]):not([type=submit])");
}

/**
 * Has a key do something.
 * @param {string} name as KeyboardEvent.key tells it, in small letters
 * @param {string} meaning for the help
 * @param {(event: KeyboardEvent) => boolean | void} run false: the key was not meant here
 */
export function key(name, meaning, run) {
  added.set(name, { meaning, run });
}

function press(target) {
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.querySelector("input, textarea, select")?.focus();
  } else if (target.matches("input, textarea, select")) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
}

/** Closes what a key opened. */
function escape(event) {
  const open = document.querySelector("details.popover[open]");
  if (!open || document.querySelector("dialog[open]")) {
    if (isTyping(event.target)) event.target.blur();
    return;
  }
  open.open = false;
  open.querySelector("summary").focus();
}

export function showHelp() {
  if (document.querySelector("dialog[open]")) return;
  const list = element("dl", { class: "keys" });
  const line = (meaning, ...keys) => list.append(element("dt", {}, meaning),
    element("dd", {}, ...keys.flatMap((name, index) => [index ? " " : "", element("kbd", {}, name.length === 1 ? name.toUpperCase() : name)])));
  for (const target of document.querySelectorAll("[data-key]")) {
    const label = target.dataset.keyLabel || target.querySelector("summary")?.firstChild?.nextSibling?.textContent
      || target.labels?.[0]?.textContent || target.getAttribute("aria-label") || target.textContent;
    line(label.trim(), target.dataset.key);
  }
  for (const [name, { meaning }] of added) line(meaning, name);
  line("This help", "?");
  line("Close, leave a field", "Esc");
  openDialog("Keys", list);
}

export function startKeys() {
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") return escape(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (isTyping(event.target, name) || document.querySelector("dialog[open]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (name === "?") showHelp();
    else if (added.has(name)) { if (added.get(name).run(event) === false) return; }
    else if (target) press(target);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", event => {
    if (event.target.closest("[data-help]")) showHelp();
    if (event.target.closest("dialog")) return;
    for (const open of document.querySelectorAll("details.popover[open]")) if (!open.contains(event.target)) open.open = false;
  });
}
