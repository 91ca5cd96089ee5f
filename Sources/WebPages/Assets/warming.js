// Warming caches, call by call, with how far it is.

import { post, Problem } from "./api.js";
import { element, announce } from "./notices.js";
import { quantity } from "./quantity.js";
import { refreshPage } from "./refresh.js";

const count = value => quantity(value, "count");
const mostReasons = 10;

async function warm(selection, dialog) {
  const [progress, text, reasons, stop] = ["progress", "text", "reasons", "stop"].map(name => dialog.querySelector(`[data-warm-${name}]`));
  let isStopped = false;
  const end = () => { isStopped = true; };
  stop.textContent = "Stop";
  progress.value = 0;
  progress.max = 1;
  text.textContent = "Begins…";
  reasons.replaceChildren();
  dialog.showModal();
  dialog.addEventListener("close", end, { once: true });
  const all = { tenants: 0, warmed: 0, filled: 0, present: 0, skipped: 0, failed: 0 };
  let after = null;
  try {
    do {
      const { data } = await post("/api/cache/warm", { ...selection, limit: 50, ...(after && { after }) });
      for (const name of Object.keys(all)) all[name] += data[name];
      progress.max = Math.max(1, all.tenants + data.remaining);
      progress.value = all.tenants;
      text.textContent = `${count(all.tenants)} of ${count(all.tenants + data.remaining)} tenants: ${count(all.filled)} items filled, `
        + `${count(all.present)} there already; ${count(all.skipped)} tenants skipped, ${count(all.failed)} failed.`;
      for (const { subdomain, reason } of [...data.failures, ...data.skips]) {
        if (reasons.children.length < mostReasons) reasons.append(element("li", {}, `${subdomain}: ${reason}`));
      }
      after = data.next;
    } while (after && !isStopped);
    progress.value = isStopped ? progress.value : progress.max;
    announce(isStopped ? "Warming was stopped." : "Everything is warm.");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    text.textContent = `${problem.text} What was warmed stays warm.`;
  } finally {
    dialog.removeEventListener("close", end);
    stop.textContent = "Close";
    await refreshPage();
  }
}

export function startWarming() {
  const dialog = document.getElementById("warming");
  if (!dialog) return;
  dialog.querySelector("[data-warm-stop]").addEventListener("click", () => dialog.close());
  document.addEventListener("click", event => {
    const opener = event.target.closest("[data-warm]");
    if (opener && !dialog.open) warm(opener.dataset.warm === "all" ? { all: true } : { shard: opener.dataset.shard }, dialog);
  });
}
