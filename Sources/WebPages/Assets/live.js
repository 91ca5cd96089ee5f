// Follows GET /api/events: tells that something changed, and shows by a small mark whether the page is up to date.

import { onDelay, sessionEnded } from "./api.js";

const texts = { connecting: "Connecting …", online: "Live", delayed: "Catching up …", offline: "Offline" };
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
let shown = "connecting";

function mark(state) {
  shown = state;
  const place = document.getElementById("live");
  if (!place || place.dataset.state === state) return;
  place.dataset.state = state;
  place.querySelector(".live-text").textContent = texts[state];
}

/** Reads one stream to its end, and calls back for each event. */
async function read(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    let end;
    while ((end = rest.indexOf("\n\n")) >= 0) {
      const event = { name: "message", data: "" };
      for (const line of rest.slice(0, end).split("\n")) {
        const [, field, text] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
        if (field === "event") event.name = text;
        else if (field === "data") event.data += text;
        else if (field === "id") event.id = text;
      }
      rest = rest.slice(end + 2);
      take(event);
    }
  }
}

/**
 * Follows the events for as long as the page is open; a page that nobody looks at lets go of its stream after a while.
 * @param {(change: object | null) => void} changed null: anything may have changed
 */
export async function follow(changed, path = "/api/events") {
  mark("connecting");
  // Only the stream itself tells that the connection is back: a request that passes may be the last one.
  onDelay(state => mark(!navigator.onLine || (state === "online" && shown === "offline") ? "offline" : state));
  // The page tells up to where it knows everything.
  let last = document.body.dataset.since ?? null;
  let wait = 250;
  let stop = null;
  let hiding;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(() => stop?.abort(), 60000);
  });
  addEventListener("offline", () => mark("offline"));
  addEventListener("online", () => { wait = 250; stop?.abort(); });
  addEventListener("pagehide", () => stop?.abort());
  for (;;) {
    while (document.hidden) await new Promise(resolve => document.addEventListener("visibilitychange", resolve, { once: true }));
    stop = new AbortController();
    const slow = setTimeout(mark, 1500, "delayed");
    try {
      const headers = { Accept: "text/event-stream" };
      if (last) headers["Last-Event-ID"] = last;
      const response = await fetch(path, { headers, signal: stop.signal, cache: "no-store" });
      clearTimeout(slow);
      if (response.status === 401) {
        if (!await sessionEnded()) return mark("offline");
        last = null;
        continue;
      }
      if (!response.ok) throw new Error(String(response.status));
      await read(response, ({ name, data, id }) => {
        if (id) last = id;
        wait = 250;
        if (name === "ready") {
          mark("online");
          if (!JSON.parse(data).resumed) changed(null);
        } else if (name === "change") changed(JSON.parse(data));
      });
      // Streams end in good order, every few minutes or when the workspace moves.
    } catch (error) {
      if (!stop.signal.aborted) mark(navigator.onLine ? "delayed" : "offline");
      if (wait > 4000) mark("offline");
    }
    clearTimeout(slow);
    await pause(wait * (.75 + Math.random() / 2));
    wait = Math.min(wait * 2, 8000);
  }
}
