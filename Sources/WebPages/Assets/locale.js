// Times and numbers as the person reads them: in the locale and the time zone of the browser.
//
//   <time datetime="2026-01-31T10:00:00Z" data-format="moment">…</time>   date and time
//   data-format="day"        the date          data-format="ago"   how long ago, the exact time on hovering
//   data-format="due"        a due date: Today, Tomorrow, 3 Feb; its element gets data-due="overdue|today|soon|later"
//   <span data-number>1234</span>
//   <span data-zone>…</span>  says whose days and times the page's are

export const locale = navigator.languages?.length ? [...navigator.languages] : undefined;
const numbers = new Intl.NumberFormat(locale);
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const daysOfYears = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

export const number = value => numbers.format(value);
export const moment = date => moments.format(date);

/** Whole days from today to that moment's day, both in the person's time zone. */
export function daysAway(date, now = new Date()) {
  const day = moment => Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((day(date) - day(now)) / 86400000);
}

export function day(date, now = new Date()) {
  return (date.getFullYear() === now.getFullYear() ? days : daysOfYears).format(date);
}

const capital = text => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export function due(date, now = new Date()) {
  const away = daysAway(date, now);
  const text = Math.abs(away) <= 1 ? capital(relative.format(away, "day")) : day(date, now);
  return { text, state: away < 0 ? "overdue" : away === 0 ? "today" : away <= 7 ? "soon" : "later" };
}

export function ago(date, now = new Date()) {
  const seconds = (date - now) / 1000;
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) {
      return unit === "day" && Math.abs(seconds) > 7 * 86400 ? day(date, now) : relative.format(Math.round(seconds / length), unit);
    }
  }
  return relative.format(0, "second");
}

/** The value of an <input type=date> for a moment, in the person's time zone; and the end of such a day as a moment. */
export function dateValue(date) {
  const two = value => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
export function endOfDay(value) {
  const [year, month, dayOfMonth] = value.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth, 23, 59, 59).toISOString().replace(".000Z", "Z");
}

/** The first or the last second of such a day as a moment that also tells the day: with the person's offset from UTC. */
export function edgeOfDay(value, edge) {
  const two = value => String(Math.trunc(value)).padStart(2, "0");
  const [year, month, dayOfMonth] = value.split("-").map(Number);
  const date = new Date(year, month - 1, dayOfMonth, ...(edge === "end" ? [23, 59, 59] : []));
  const offset = -date.getTimezoneOffset();
  return `${dateValue(date)}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`
    + `${offset < 0 ? "-" : "+"}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

const titles = new Map();
/** The exact time, which is slow to write and often the same. */
function title(text, date) {
  if (titles.size > 2000) titles.clear();
  if (!titles.has(text)) titles.set(text, exact.format(date));
  return titles.get(text);
}

/** Writes every time and number under a node. Can be called again on what it has written. */
export function localise(root = document) {
  const dues = new Map();
  const dueOf = (text, date) => dues.get(text) ?? dues.set(text, due(date)).get(text);
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    const format = time.dataset.format;
    let text;
    if (format === "due") {
      const { text: label, state } = dueOf(time.dateTime, date);
      text = label;
      time.dataset.due = state;
      if (time.parentElement.matches("[data-due-holder]")) time.parentElement.dataset.due = state;
    } else {
      text = format === "day" ? day(date) : format === "ago" ? ago(date) : moment(date);
    }
    if (time.textContent !== text) time.textContent = text;
    time.title = title(time.dateTime, date);
  }
  for (const note of root.querySelectorAll("[data-zone]")) {
    note.textContent = `Days and times are those of ${exact.resolvedOptions().timeZone.replaceAll("_", " ")}.`;
  }
  for (const element of root.querySelectorAll("[data-number]")) {
    if (!element.dataset.number) element.dataset.number = element.textContent;
    element.textContent = number(Number(element.dataset.number));
  }
}
