// A move as it happens: its events bring the page up to date, and its progress becomes charts that outlive a reload.

import { drawLine, mostPoints } from "./chart.js";
import { announce } from "./notices.js";
import { refreshSoon } from "./refresh.js";

const over = new Set(["completed", "cancelled", "reversed"]);
const series = { rows: move => move.progress.rows, rate: move => move.progress.rowsPerSecond, lag: move => move.progress.lagBytes };

function kept(id) {
  try { return JSON.parse(sessionStorage.getItem(`move-${id}`)) ?? []; } catch { return []; }
}

function draw(samples) {
  for (const figure of document.querySelectorAll("[data-move-chart]")) {
    const name = figure.dataset.moveChart;
    const points = samples.filter(sample => sample[name] != null).map(sample => ({ t: sample.t, v: sample[name] }));
    drawLine(figure, points.some(point => point.v > 0) ? points : [], { title: figure.dataset.title, unit: figure.dataset.unit });
  }
}

/** The samples with a new one; of more than a chart keeps, every second one of the older half goes. */
function adding(samples, move) {
  const sample = { t: Date.now() };
  for (const [name, read] of Object.entries(series)) sample[name] = read(move);
  samples.push(sample);
  if (samples.length <= mostPoints) return samples;
  const half = samples.length >> 1;
  return samples.filter((_, index) => index >= half || index % 2 === 0);
}

export function startMove() {
  const place = document.querySelector("[data-move]");
  if (!place) return;
  const id = place.dataset.move;
  let samples = kept(id);
  draw(samples);
  if ("over" in place.dataset) return;
  let state = null;
  const events = new EventSource(`/api/moves/${id}/events`);
  events.addEventListener("step", () => refreshSoon());
  events.addEventListener("move", ({ data }) => {
    const move = JSON.parse(data);
    samples = adding(samples, move);
    try { sessionStorage.setItem(`move-${id}`, JSON.stringify(samples)); } catch { /* The charts then begin anew after a reload. */ }
    draw(samples);
    if (state && state !== move.state) announce(`The move is ${move.state}.`);
    state = move.state;
    refreshSoon();
    if (over.has(move.state)) events.close();
  });
  // A stream that is refused, not only interrupted: the session may have ended, which the page itself finds out.
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) refreshSoon(); });
}
