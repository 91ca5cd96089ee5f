// Numbers with their units, as the person reads them: <data value="1234" data-unit="count">1,234</data>.
// Units: count, bytes, milliseconds, seconds, percent (a share of 1), rate (a second).

import { locale } from "./locale.js";

const format = options => new Intl.NumberFormat(locale, options);
const unit = (name, digits = 0) => format({ style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });

const whole = format({ maximumFractionDigits: 0 });
const share = format({ style: "percent", maximumFractionDigits: 1 });
const sizes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"].map(name => [unit(name, 0), unit(name, 1)]);
// "85 bytes" has no short form that people write.
sizes[0][0] = format({ style: "unit", unit: "byte", unitDisplay: "long", maximumFractionDigits: 0 });
const [milliseconds, seconds, tenths, minutes, hours] =
  [unit("millisecond"), unit("second"), unit("second", 1), unit("minute"), unit("hour", 1)];

function bytes(value) {
  let step = 0;
  while (Math.abs(value) >= 1000 && step < sizes.length - 1) { value /= 1000; step += 1; }
  return sizes[step][value < 10 && step > 0 ? 1 : 0].format(value);
}

export function quantity(value, name) {
  switch (name) {
    case "bytes": return bytes(value);
    case "milliseconds": return value < 1000 ? milliseconds.format(value) : tenths.format(value / 1000);
    case "seconds": return value < 60 ? seconds.format(Math.ceil(value)) : value < 3600 ? minutes.format(value / 60) : hours.format(value / 3600);
    case "percent": return share.format(value);
    case "rate": return `${whole.format(value)}/s`;
    default: return whole.format(value);
  }
}

/** Writes every quantity under a node. Can be called again on what it has written. */
export function quantities(root = document) {
  for (const data of root.querySelectorAll("data[data-unit]")) {
    const text = quantity(Number(data.value), data.dataset.unit);
    if (data.textContent !== text) data.textContent = text;
  }
}
