// The form that makes a workspace: proposes an address, and tells while it is typed whether it is free.

import "./shell.js";
import { element } from "./notices.js";

const form = document.querySelector("form[data-sign-up]");
const [name, address] = form ? [form.elements.tenantName, form.elements.subdomain] : [];

/** A name as an address could be. */
const slug = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "")
  .replace(/^(..)--+/, "$1-").slice(0, 50).replace(/-+$/, "");

let isProposed = !address?.value;
let asked = null;
let timer = null;

async function check() {
  const place = document.getElementById(address.getAttribute("aria-describedby"));
  const wanted = address.value;
  if (wanted === asked) return;
  asked = wanted;
  address.removeAttribute("aria-invalid");
  if (!wanted) return place.replaceChildren();
  let view;
  try {
    const response = await fetch(`/api/subdomains/${encodeURIComponent(wanted)}`, { headers: { Accept: "application/json" } });
    // The form itself is the judge: what cannot be asked now is not wrong.
    if (!response.ok) return;
    view = await response.json();
  } catch { return; }
  if (wanted !== address.value) return;
  if (view.isAvailable) {
    place.replaceChildren(element("span", { class: "free" }, `${new URL(view.url).host} is free`));
  } else {
    address.setAttribute("aria-invalid", "true");
    place.replaceChildren(element("span", { class: "wrong", "data-whole": true }, `“${wanted}” ${view.reason}`));
  }
}

function checkSoon() {
  clearTimeout(timer);
  timer = setTimeout(check, 250);
}

if (form) {
  document.getElementById(address.getAttribute("aria-describedby")).setAttribute("aria-live", "polite");
  name.addEventListener("input", () => {
    if (!isProposed) return;
    address.value = slug(name.value);
    if (address.value.length >= 3) checkSoon();
  });
  address.addEventListener("input", () => {
    isProposed = !address.value;
    const typed = address.value.toLowerCase().replace(/[\s_]+/g, "-");
    if (typed !== address.value) address.value = typed;
    checkSoon();
  });
  address.addEventListener("change", check);
}
