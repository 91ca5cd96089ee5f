// Draining a shard: its tenants move away, one or two at a time, each to the open shard with the fewest tenants. What fails
// stays where it is and the others go on. The moves themselves are hub-control's; this page only begins them one after the
// other, so closing it stops nothing that has begun, and opening it again goes on.

import { get, post, Problem, put } from "./api.js";
import { announce, confirmed, element } from "./notices.js";
import { quantity } from "./quantity.js";

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const count = value => quantity(value, "count");
const over = new Set(["cancelled", "reversed"]);
const stuck = new Set(["verified", "failed", ...over]);

/** Every item of a list of the API. */
async function all(path) {
  const items = [];
  for (;;) {
    const { data } = await get(`${path}&limit=100&offset=${items.length}`);
    items.push(...data.items);
    if (!data.items.length || items.length >= data.total) return items;
  }
}

/** What is to move, and where: tenants whose move is under way first. */
async function plan(shard, region) {
  const [tenants, moves, shards] = await Promise.all([
    all(`/api/tenants?shard=${encodeURIComponent(shard)}`), all("/api/moves?over=false"), all("/api/shards?")]);
  const source = shards.find(({ id }) => id === shard);
  const targets = shards.filter(({ id, state, region: its }) => id !== shard && state === "open" && (!region || its === region));
  if (!targets.length) throw new Problem(409, { detail: "No other open shard can take its tenants." });
  const loads = new Map(targets.map(({ id, tenants }) => [id, tenants]));
  // A tenant that is served by its target already is not on the shard any more, but its move is not over.
  const begun = new Map(moves.filter(move => move.source === shard).map(move => [move.tenantId, move]));
  const items = [...begun.values()].map(move => ({ id: move.tenantId, subdomain: move.subdomain, target: move.target, move: move.id }));
  for (const { id, subdomain } of tenants) {
    if (begun.has(id)) continue;
    const [target] = [...loads].reduce((least, next) => (next[1] < least[1] ? next : least));
    loads.set(target, loads.get(target) + 1);
    items.push({ id, subdomain, target });
  }
  return { items, source };
}

function row(list, { id, subdomain, target }) {
  let item = document.getElementById(`drain-${id}`);
  if (!item) {
    item = element("li", { class: "row drain-row", id: `drain-${id}` },
      element("a", { class: "row-main", href: `/console/tenants/${subdomain}`, "data-open": true },
        element("span", { class: "row-title" }, subdomain), element("span", { class: "row-note", "data-drain-target": true })),
      element("span", { class: "soft drain-note", "data-drain-note": true }), element("span", { class: "pill", "data-drain-state": true }));
    list.append(item);
  }
  item.querySelector("[data-drain-target]").textContent = `to ${target}`;
  return item;
}

function show(item, label, tone, note = "", move = null) {
  const [pill, text] = [item.querySelector("[data-drain-state]"), item.querySelector("[data-drain-note]")];
  pill.className = `pill ${tone}`;
  pill.textContent = label;
  text.replaceChildren(...(move ? [element("a", { href: `/console/moves/${move}` }, note || "its move")] : [note]));
}

const progress = ({ state, progress: { rows, expectedRows } }) =>
  state === "copying" && expectedRows ? `${count(rows)} of ${count(expectedRows)} rows` : state;

/** Moves one tenant. @returns {Promise<"moved" | "failed" | "waits">} waits: for somebody, with one of the shard's places for moves */
async function move(list, item) {
  const place = row(list, item);
  let id = item.move;
  try {
    show(place, "Moving", "info", "begins", id);
    id ??= (await post("/api/moves", { tenant: item.id, target: item.target, switch: true })).data.move.id;
    for (;;) {
      const { data } = await get(`/api/moves/${id}`);
      if (data.state === "completed") {
        const { pauseMilliseconds } = data.progress;
        show(place, "Moved", "good", pauseMilliseconds == null ? "done" : `paused ${quantity(pauseMilliseconds, "milliseconds")}`, id);
        return "moved";
      }
      if (!data.wish && data.state === "switched") await post(`/api/moves/${id}/complete`, {});
      if (!data.wish && stuck.has(data.state)) {
        show(place, "Not moved", "bad", data.reason || `Its move is ${data.state}.`, id);
        return over.has(data.state) ? "failed" : "waits";
      }
      show(place, "Moving", "info", progress(data), id);
      await pause(400);
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    show(place, "Not moved", "bad", problem.text, id);
    return "failed";
  }
}

async function drain(panel, list, stop) {
  const [bar, text] = [panel.querySelector("progress"), panel.querySelector("[data-drain-text]")];
  const atOnce = Number(panel.querySelector("[name=atOnce]").value);
  const { items, source } = await plan(panel.dataset.drain, panel.querySelector("[name=region]").value);
  if (source.state === "open") await put(`/api/shards/${source.id}`, { state: "draining" });
  const waiting = [...items];
  const done = { moved: 0, failed: 0 };
  bar.max = Math.max(1, items.length);
  const tell = () => {
    bar.value = done.moved + done.failed;
    text.textContent = `${count(done.moved)} of ${count(items.length)} moved${done.failed ? `, ${count(done.failed)} not` : ""}`
      + (stop.isAsked && waiting.length ? "; no further one begins" : "");
  };
  tell();
  let places = atOnce;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (waiting.length && !stop.isAsked) {
      const outcome = await move(list, waiting.shift());
      done[outcome === "moved" ? "moved" : "failed"] += 1;
      tell();
      // A shard is the source of two moves at most: the others have one place less.
      if (outcome === "waits" && places > 1) { places -= 1; break; }
    }
  }));
  const left = items.length - done.moved;
  text.textContent = !left ? `All ${count(items.length)} tenants have left ${source.id}: it can be closed.`
    : `${count(done.moved)} of ${count(items.length)} moved. Still on ${source.id}: ${count(left)}. Start again when the reasons are gone.`;
  announce(text.textContent);
}

export function startDrain() {
  const panel = document.querySelector("[data-drain]");
  if (!panel) return;
  const list = document.getElementById("drain-list");
  const [start, end, choices] = [panel.querySelector("[data-drain-start]"), panel.querySelector("[data-drain-stop]"), panel.querySelectorAll("select")];
  let stop = null;
  const running = isRunning => {
    start.hidden = isRunning;
    end.hidden = !isRunning;
    panel.querySelector("[data-drain-progress]").hidden = false;
    for (const choice of choices) choice.disabled = isRunning;
  };
  start.addEventListener("click", async () => {
    const { drain: shard, text } = panel.dataset;
    if (!await confirmed(`Drain ${shard}?`, text, { verb: "Start draining" })) return;
    stop = { isAsked: false };
    end.disabled = false;
    running(true);
    try {
      await drain(panel, list, stop);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      panel.querySelector("[data-drain-text]").textContent = problem.text;
    } finally {
      stop = null;
      running(false);
      start.textContent = "Start again";
    }
  });
  end.addEventListener("click", () => {
    if (stop) stop.isAsked = true;
    end.disabled = true;
  });
  addEventListener("beforeunload", event => { if (stop) event.preventDefault(); });
}
