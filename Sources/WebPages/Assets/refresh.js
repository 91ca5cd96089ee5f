// Brings a page up to date in place: fetches it again and changes only what differs, so that focus, scrolling and whatever
// is being typed stay as they are. The server's templates are the only ones there are.
//
// Every element with data-refresh and an id is brought up to date; what has data-busy is left alone, and what was saved after
// the page was asked for.

import { localise } from "./locale.js";
import { Problem, send, sessionEnded } from "./api.js";
import { toast } from "./notices.js";

const afterwards = [];
/** Has something done after each refresh. */
export function onRefresh(run) { afterwards.push(run); }

const saved = new WeakMap();
let asked = 0;
/** Tells that an element shows what was saved just now: an answer to an older question must not take it back. */
export function noteSaved(node) { saved.set(node, performance.now()); }
const isHeld = node => node.dataset?.busy || saved.get(node) > asked;

const pause = () => new Promise(resolve => setTimeout(resolve));
const piece = 65536;
/** Reads markup piece by piece: a page of hundreds of tasks takes its time, and somebody may be dragging meanwhile. */
async function parse(markup) {
  const page = document.implementation.createHTMLDocument("");
  page.open();
  for (let at = 0; at < markup.length; at += piece) {
    page.write(markup.slice(at, at + piece));
    await pause();
  }
  page.close();
  return page;
}

let running = null;
let again = false;
let isGone = false;

/** Fetches the page and applies it. Calls during one are answered by one more. */
export function refreshPage() {
  if (running) { again = true; return running; }
  running = (async () => {
    try {
      do {
        again = false;
        asked = performance.now();
        const { data } = await send("GET", location.pathname + location.search, { accept: "text/html" });
        const fresh = await parse(data);
        if (!fresh.querySelector("form[action$='/sign-in']")) {
          localise(fresh);
          await pause();
          apply(fresh);
        }
        else if (await sessionEnded()) again = true;
      } while (again);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 404) throw problem;
      if (!isGone) toast("This page is gone: somebody deleted what it was about.", { bad: true, seconds: 60, action: { label: "Go to the start page", run: () => location.assign("/") } });
      isGone = true;
    } finally {
      running = null;
    }
  })();
  return running;
}

let timer = null;
/** Refreshes soon: many changes at once are one refresh. */
export function refreshSoon() {
  timer ??= setTimeout(() => { timer = null; refreshPage().catch(() => {}); }, 60);
}

function apply(fresh) {
  for (const place of document.querySelectorAll("[data-refresh]")) {
    const next = fresh.getElementById(place.id);
    if (next) morph(place, next);
  }
  for (const run of afterwards) run();
}

/** Whether somebody has typed or chosen something in a form that is not sent yet. */
const isDirty = form => [...form.elements].some(field => field.matches("select")
  ? [...field.options].some(option => option.selected !== option.defaultSelected) && [...field.options].some(option => option.defaultSelected)
  : "defaultValue" in field && field.value !== field.defaultValue);

/** Makes one element like another with the fewest changes. Children with an id are the same child wherever they stand. */
export function morph(old, fresh) {
  if (isHeld(old) || old.isEqualNode(fresh)) return;
  if (old.matches("select") && old === document.activeElement) {
    // Its choices may be open; it is brought up to date when it is left.
    old.addEventListener("blur", refreshSoon, { once: true });
    return;
  }
  // What is being typed was begun on the version that the form names: whoever changed that meanwhile must not be overwritten.
  const keepsTag = old.matches("form[data-tag]") && isDirty(old);
  for (const { name, value } of [...fresh.attributes]) if (!(keepsTag && name === "data-tag") && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.matches("details, dialog"))) old.removeAttribute(name);
  }
  if (old.matches("input, textarea")) {
    if (old !== document.activeElement && old.value === old.defaultValue) old.value = fresh.defaultValue;
    return;
  }
  morphChildren(old, fresh);
  if (old.matches("select") && old !== document.activeElement) old.value = fresh.value;
}

function morphChildren(old, fresh) {
  const keyed = new Map();
  for (const child of old.children) if (child.id) keyed.set(child.id, child);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    while (at && isHeld(at) && !fresh.ownerDocument.getElementById(at.id)) at = at.nextSibling;
    let key = next.id && keyed.get(next.id);
    // It may stand elsewhere: a card comes from another column.
    if (next.id && !key) key = document.getElementById(next.id);
    if (key && isHeld(key) && key.parentElement !== old) continue;
    if (key) {
      if (key === at) at = at.nextSibling;
      else old.insertBefore(key, at);
      morph(key, next);
    } else if (!next.id && at && !at.id && at.nodeType === next.nodeType && at.nodeName === next.nodeName) {
      if (at.nodeType === Node.ELEMENT_NODE) morph(at, next);
      else if (at.nodeValue !== next.nodeValue) at.nodeValue = next.nodeValue;
      at = at.nextSibling;
    } else {
      old.insertBefore(document.importNode(next, true), at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    if (!isHeld(at)) at.remove();
    at = next;
  }
}
