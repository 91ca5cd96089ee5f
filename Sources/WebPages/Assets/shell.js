// What every page does, whatever it is about. Pages with more to do have an entry module of their own that imports this.

import { startKeys } from "./keys.js";
import { localise } from "./locale.js";
import { startForms } from "./forms.js";

// The page is seen before its scripts have their turn: whoever imports this waits for the first frame, if anybody looks.
if (!document.hidden) await new Promise(done => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 250);
});

localise();
startKeys();
startForms();
// Every entry module has run by then: what needs scripts can be used, and is shown.
setTimeout(() => {
  document.documentElement.dataset.ready = "";
  // An address whose days nobody's time zone is known of: from here on they are those of whoever looks.
  const days = document.querySelector("[data-filters] [data-edge]")?.form;
  const query = new URLSearchParams(location.search);
  if (days && ["from", "to"].some(name => query.get(name)?.length === 10)) days.requestSubmit();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.api || "quickAdd" in form.dataset || form.method === "dialog" || form.method === "get") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});
// The first field that is wrong has the focus.
document.querySelector("[aria-invalid=true]")?.focus();
