// Line charts of what happens while somebody looks: SVG made by hand, with the last value, the highest, and the time in
// words for whoever does not see it.

import { element } from "./notices.js";
import { quantity } from "./quantity.js";

const space = "http://www.w3.org/2000/svg";
const [width, height] = [300, 72];
/** How many points a chart keeps. */
export const mostPoints = 240;

function shape(name, attributes) {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/**
 * Draws a figure anew.
 * @param {{t: number, v: number}[]} points `t` in milliseconds; with fewer than two the figure is hidden
 * @param {{title: string, unit: string, ceiling?: number}} options `ceiling`: the top of the chart when it is known
 */
export function drawLine(figure, points, { title, unit, ceiling }) {
  figure.hidden = points.length < 2;
  if (figure.hidden) return;
  const [first, last] = [points[0], points.at(-1)];
  const most = Math.max(...points.map(point => point.v));
  const top = ceiling ?? (most || 1);
  const x = point => (point.t - first.t) / Math.max(1, last.t - first.t) * width;
  const y = point => height - 2 - point.v / top * (height - 6);
  const line = points.map(point => `${x(point).toFixed(1)},${y(point).toFixed(1)}`);
  const now = quantity(last.v, unit);
  const span = quantity((last.t - first.t) / 1000, "seconds");
  const picture = shape("svg", {
    class: "line", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img",
    "aria-label": `${title}: ${now} now, ${quantity(most, unit)} at most, over ${span}`,
  });
  picture.append(
    shape("path", { class: "line-area", d: `M0,${height} L${line.join(" L")} L${width},${height} Z` }),
    shape("polyline", { class: "line-stroke", points: line.join(" "), "vector-effect": "non-scaling-stroke" }),
  );
  figure.replaceChildren(
    element("figcaption", {}, element("span", {}, title), element("strong", {}, now)),
    picture,
    element("div", { class: "line-foot", "aria-hidden": "true" }, element("span", {}, `${span} ago`), element("span", {}, `most ${quantity(most, unit)}`)),
  );
}

const looks = new Map();

/**
 * Notes the counters of the page and draws their rates: Δvalue a second, or Δvalue of Δof for a share.
 *
 *   <span hidden data-counter="tx-us-1" data-value="1200"></span>  <figure data-rate-chart="tx-us-1" data-unit="rate" …>
 */
export function drawRates(now = Date.now()) {
  for (const figure of document.querySelectorAll("[data-rate-chart]")) {
    const name = figure.dataset.rateChart;
    const counter = document.querySelector(`[data-counter="${CSS.escape(name)}"]`);
    if (!counter) continue;
    const look = { t: now, value: Number(counter.dataset.value), of: Number(counter.dataset.of) };
    const known = looks.get(name) ?? { last: null, points: [] };
    looks.set(name, known);
    if (known.last && look.t - known.last.t < 900) continue;
    if (known.last && look.value >= known.last.value) {
      const isShare = figure.dataset.unit === "percent";
      const amount = isShare ? look.of - known.last.of : (look.t - known.last.t) / 1000;
      if (amount > 0) known.points.push({ t: look.t, v: (look.value - known.last.value) / amount });
      if (known.points.length > mostPoints) known.points.shift();
    }
    known.last = look;
    drawLine(figure, known.points, {
      title: figure.dataset.title, unit: figure.dataset.unit, ceiling: figure.dataset.unit === "percent" ? 1 : undefined,
    });
  }
}
