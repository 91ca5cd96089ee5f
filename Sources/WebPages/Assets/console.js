// The operators' console: pages that bring themselves up to date, lists for the keyboard, dialogs that ask the API.

import "./shell.js";
import { startActions } from "./actions.js";
import { get } from "./api.js";
import { drawRates } from "./chart.js";
import { startDrain } from "./drain.js";
import { key } from "./keys.js";
import { startMove } from "./move.js";
import { quantities } from "./quantity.js";
import { onRefresh, refreshSoon } from "./refresh.js";
import { startWarming } from "./warming.js";

quantities();
drawRates();
onRefresh(quantities);
onRefresh(() => drawRates());
startActions();
startDrain();
startMove();
startWarming();

// Brings the page up to date as often as its most impatient part wants, while somebody looks at it.
const every = Math.min(...[...document.querySelectorAll("[data-every]")].map(part => Number(part.dataset.every)));
if (Number.isFinite(every)) {
  setInterval(() => { if (!document.hidden) refreshSoon(); }, every * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshSoon(); });
}

// A filter acts at once.
document.addEventListener("change", event => {
  if (event.target.matches("form[data-filters] select, form[data-filters] input[type=date]")) event.target.form.requestSubmit();
});

// J and K walk through the page's list, Enter opens what they stand at.
const links = () => [...document.querySelectorAll("[data-walk] [data-open]")];
function step(by) {
  const all = links();
  if (!all.length) return false;
  const at = all.findIndex(link => link.parentElement.contains(document.activeElement) || link === document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))].focus();
}
if (links().length) {
  key("j", "Next in the list", () => step(1));
  key("k", "Previous in the list", () => step(-1));
}
for (const [name, meaning, path] of [["o", "Overview", "/console"], ["t", "Tenants", "/console/tenants"], ["m", "Moves", "/console/moves"]]) {
  key(name, meaning, () => location.assign(path));
}

// The certificate's hash is computed again here, from the text that is shown.
async function checkCertificate() {
  const certificate = document.querySelector("[data-certificate]");
  const place = certificate?.querySelector("[data-checked]");
  if (!place || place.textContent || !globalThis.crypto?.subtle) return;
  const text = certificate.querySelector("[data-text]").textContent;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hash = [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, "0")).join("");
  const isRight = hash === certificate.dataset.hash;
  place.className = isRight ? "pill good" : "pill bad";
  place.textContent = isRight ? "recomputed here: it is right" : "recomputed here: it is WRONG";
}
checkCertificate();
onRefresh(checkCertificate);

// Names to choose from while a move is planned.
const names = document.getElementById("tenant-list");
if (names) {
  const input = document.getElementById("tenant");
  let asked = null;
  let timer = null;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (asked === input.value) return;
      asked = input.value;
      const { data } = await get(`/api/tenants?limit=20&search=${encodeURIComponent(asked)}`).catch(() => ({ data: { items: [] } }));
      names.replaceChildren(...data.items.map(tenant => Object.assign(document.createElement("option"), { value: tenant.subdomain, label: tenant.name })));
    }, 150);
  });
}
