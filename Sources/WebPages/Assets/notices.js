// What a page says to people: notices that pass, an announcer for screen readers, and questions in a dialog.

const byId = id => document.getElementById(id);

/** Makes an element. Text is text: nothing here is ever parsed as markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(child => child != null));
  return made;
}

export function announce(text) {
  const announcer = byId("announcer");
  if (announcer) announcer.textContent = text;
}

/**
 * Shows a notice for some seconds; it stays while the pointer or the focus is on it.
 * @param {{bad?: boolean, action?: {label: string, run: () => void}, seconds?: number}} options
 */
export function toast(text, { bad = false, action = null, seconds = 6 } = {}) {
  const place = byId("toasts");
  const close = () => notice.remove();
  const notice = element("div", { class: bad ? "toast bad" : "toast", role: bad ? "alert" : "status" }, element("span", {}, text));
  if (action) notice.append(element("button", { type: "button", onclick: () => { close(); action.run(); } }, action.label));
  notice.append(element("button", { type: "button", "aria-label": "Dismiss", onclick: close }, "×"));
  while (place.children.length > 3) place.firstChild.remove();
  place.append(notice);
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(close, seconds * 1000); };
  for (const kind of ["pointerenter", "focusin"]) notice.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) notice.addEventListener(kind, wait);
  wait();
  return close;
}

/** Opens a modal dialog and gives it back; it is thrown away when it closes, and the focus returns to where it was. */
export function openDialog(title, content, { sheet = false } = {}) {
  const before = document.activeElement;
  const heading = element("h2", { id: `dialog-${Date.now()}` }, title);
  const dialog = element("dialog", { class: sheet ? "sheet" : "", "aria-labelledby": heading.id });
  const close = element("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() },
    element("span", { class: "icon i-close", "aria-hidden": "true" }));
  dialog.append(element("div", { class: "dialog" }, element("div", { class: "dialog-head" }, heading, close), ...[content].flat()));
  dialog.addEventListener("close", () => { dialog.remove(); if (before?.isConnected) before.focus(); });
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks before something that cannot be taken back.
 * @param {{verb: string, typed?: string}} options `typed`: what has to be typed before the button works
 * @returns {Promise<boolean>}
 */
export function confirmed(title, text, { verb, typed = null }) {
  return new Promise(resolve => {
    const go = element("button", { type: "submit", class: "button primary danger", disabled: typed != null }, verb);
    const form = element("form", { class: "form", onsubmit: event => { event.preventDefault(); answer = true; dialog.close(); } });
    let answer = false;
    form.append(element("p", {}, text));
    if (typed != null) {
      const input = element("input", { id: "confirm-typed", autocomplete: "off", spellcheck: "false" });
      input.addEventListener("input", () => { go.disabled = input.value !== typed; });
      form.append(element("div", { class: "field" }, element("label", { for: "confirm-typed" }, `Type “${typed}” to confirm`), input));
    }
    const cancel = element("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
    form.append(element("div", { class: "actions end" }, cancel, go));
    const dialog = openDialog(title, form);
    dialog.addEventListener("close", () => resolve(answer));
    (typed == null ? go : form.querySelector("input")).focus();
  });
}
