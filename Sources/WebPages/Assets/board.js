// The board: cards are dragged with the pointer, or moved with Shift and an arrow key.

import { number } from "./locale.js";
import { saveField } from "./task.js";
import { announce } from "./notices.js";
import { refreshPage } from "./refresh.js";

const columns = () => [...document.querySelectorAll("[data-cards]")];

/** A column's number counts what is not shown as well. */
function count(list, step) {
  const place = list.closest("[data-column]").querySelector("[data-count]");
  place.dataset.number = Number(place.dataset.number) + step;
  place.textContent = number(Number(place.dataset.number));
}

let growing = null;
/** Shows more of every column, when this one has more; the address tells how much, so that it is so again after a reload. */
function grow(list) {
  const link = list.closest("[data-column]").querySelector("[data-more]");
  if (!link || growing) return growing;
  history.replaceState(null, "", link.getAttribute("href").split("#")[0]);
  growing = refreshPage().catch(() => {}).finally(() => { growing = null; });
  return growing;
}

/** Moves a card to its place in a column (the newest first), at once; the server is told afterwards. */
export function moveCard(card, list) {
  const [home, next] = [card.parentElement, card.nextSibling];
  if (home === list) return;
  const status = list.dataset.cards;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(card, [...list.children].find(other => other.dataset.id < card.dataset.id) ?? null);
  focused?.focus();
  count(home, -1);
  count(list, 1);
  // Its place may be among those that are not shown yet.
  if (!card.nextElementSibling) grow(list);
  announce(`${card.querySelector("[data-open]").textContent} is in ${list.getAttribute("aria-label")}.`);
  saveField(card, { status }, () => { home.insertBefore(card, next?.parentElement === home ? next : null); count(home, 1); count(list, -1); })
    .then(answer => { if (answer) card.dataset.status = status; });
}

function startDragging() {
  let drag = null;

  const over = event => {
    const target = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-column]");
    if (drag.column === target) return;
    drag.column?.classList.remove("over");
    drag.column = target;
    target?.classList.add("over");
  };

  // One frame, one movement, and only of the card itself: nothing else is laid out anew.
  const draw = () => {
    drag.frame = 0;
    drag.card.style.translate = `${drag.x - drag.fromX}px ${drag.y - drag.fromY}px`;
  };

  const begin = event => {
    drag.isMoving = true;
    // Out of its column, which scrolls and would cut it off; and out of reach of refreshes.
    const box = drag.card.getBoundingClientRect();
    for (const side of ["left", "top", "width"]) drag.card.style[side] = `${box[side]}px`;
    drag.card.classList.add("dragged");
    drag.card.dataset.busy = "yes";
    drag.card.setPointerCapture(event.pointerId);
  };

  const end = cancelled => {
    if (!drag) return;
    const { card, column, isMoving, frame, id } = drag;
    if (frame) cancelAnimationFrame(frame);
    clearTimeout(drag.hold);
    drag = null;
    if (!isMoving) return;
    card.classList.remove("dragged");
    delete card.dataset.busy;
    for (const property of ["left", "top", "width", "translate"]) card.style.removeProperty(property);
    if (card.hasPointerCapture(id)) card.releasePointerCapture(id);
    column?.classList.remove("over");
    const list = column?.querySelector("[data-cards]");
    // The click that follows a drag opens nothing.
    const swallow = event => { event.preventDefault(); event.stopPropagation(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true), 50);
    if (!cancelled && list) moveCard(card, list);
  };

  document.addEventListener("pointerdown", event => {
    const card = event.target.closest(".task-card[data-tag]");
    if (!card || event.button || event.target.closest("select, button, input") || card.dataset.busy) return;
    drag = { card, id: event.pointerId, fromX: event.clientX, fromY: event.clientY, x: event.clientX, y: event.clientY, column: null, isTouch: event.pointerType === "touch" };
    // A finger that moves at once scrolls; one that rests takes the card.
    if (drag.isTouch) drag.hold = setTimeout(() => drag && begin(event), 300);
  });
  document.addEventListener("pointermove", event => {
    if (!drag || event.pointerId !== drag.id) return;
    [drag.x, drag.y] = [event.clientX, event.clientY];
    const far = Math.hypot(drag.x - drag.fromX, drag.y - drag.fromY) > 5;
    if (!drag.isMoving && far && drag.isTouch) { clearTimeout(drag.hold); drag = null; return; }
    if (!drag.isMoving && far) begin(event);
    if (!drag.isMoving) return;
    over(event);
    drag.frame ||= requestAnimationFrame(draw);
  });
  document.addEventListener("pointerup", () => end(false));
  document.addEventListener("pointercancel", () => end(true));
  document.addEventListener("touchmove", event => { if (drag?.isMoving) event.preventDefault(); }, { passive: false });
  document.addEventListener("keydown", event => { if (event.key === "Escape" && drag) end(true); });
  document.addEventListener("dragstart", event => { if (event.target.closest?.(".task-card")) event.preventDefault(); });
}

function startKeysOfBoard() {
  document.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const card = step && document.activeElement?.closest?.(".task-card[data-tag]");
    if (!card || event.target.matches("input, select")) return;
    const all = columns();
    const target = all[all.indexOf(card.parentElement) + step];
    if (!target) return;
    event.preventDefault();
    if (event.shiftKey) moveCard(card, target);
    else {
      const place = [...card.parentElement.children].indexOf(card);
      (target.children[Math.min(place, target.children.length - 1)] ?? null)?.querySelector("[data-open]").focus();
    }
  });
}

export function startBoard() {
  if (!document.querySelector("[data-board]")) return;
  startDragging();
  startKeysOfBoard();
  document.addEventListener("scroll", ({ target: list }) => {
    if (list.matches?.("[data-cards]") && list.scrollHeight - list.scrollTop - list.clientHeight < 600) grow(list);
  }, { capture: true, passive: true });
  document.addEventListener("click", async event => {
    const list = event.target.closest("[data-more]")?.parentElement.querySelector("[data-cards]");
    if (!list || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const next = list.children.length;
    await grow(list);
    list.children[next]?.querySelector("[data-open]").focus();
  });
}
