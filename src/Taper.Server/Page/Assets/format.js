// Numbers as people read them: thin separators, units, as many digits as matter.

const thin = "\u202f"; // narrow no-break space
const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

export function count(number) {
  return Math.round(number).toString().replace(/\B(?=(\d{3})+$)/g, thin);
}

export function percent(share, digits = 1) {
  return `${(100 * share).toFixed(digits)}${thin}%`;
}

// A share that is small without being nothing does not look like nothing.
export function share(part, whole) {
  if (whole === 0) return "–";
  const ratio = part / whole;
  return ratio > 0 && ratio < 0.001 ? `<${thin}0.1${thin}%` : percent(ratio);
}

export function bytes(number) {
  let unit = 0;
  while (number >= 1024 && unit < byteUnits.length - 1) {
    number /= 1024;
    unit++;
  }
  return `${unit === 0 ? number : number.toFixed(1)}${thin}${byteUnits[unit]}`;
}

// [number, unit], three digits.
export function seconds(time) {
  if (time === undefined || time === null) return ["–", ""];
  if (time < 0.9995e-3) return [digits(time * 1e6), "µs"];
  if (time < 0.9995) return [digits(time * 1e3), "ms"];
  return [digits(time), "s"];
}

export function rate(number) {
  return number >= 1000 ? count(number) : digits(number);
}

export function metric(number) {
  return number.toFixed(4);
}

export function age(since, now) {
  const minutes = Math.floor((now - since) / 60000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return plural(minutes, "minute");
  return minutes < 2880 ? plural(Math.floor(minutes / 60), "hour") : plural(Math.floor(minutes / 1440), "day");
}

export function plural(number, word) {
  return `${count(number)}\u00a0${word}${number === 1 ? "" : "s"}`;
}

export function clockTime(date, now) {
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return date.toDateString() === now.toDateString()
    ? time
    : `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

function digits(number) {
  if (number === 0) return "0";
  return number >= 99.95 ? count(number) : number >= 9.995 ? number.toFixed(1) : number.toFixed(2);
}
