// Makes elements and writes sizes and times in words; knows no feature.

const SPRITE = new URL("../vendor/lucide-static/sprite.svg", import.meta.url);
const SVG = "http://www.w3.org/2000/svg";

// An element with properties (`data` and `aria` are given without their prefix) and children.
export function make(name, { data = {}, aria = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  Object.assign(element.dataset, data);
  for (const [key, value] of Object.entries(aria)) element.setAttribute(`aria-${key}`, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

export function button(text, symbol, kind, onclick) {
  const className = `btn ${kind}`.trim();
  return make("button", { type: "button", className, onclick }, icon(symbol), text);
}

// Where changes are told to those who do not see them.
export function liveRegion() {
  return make("p", { className: "sr-only", role: "status" });
}

// As the server says it: "2 GB", "12.4 MB", "300 bytes".
export function sizeWords(bytes) {
  for (const [unit, factor] of [["GB", 2 ** 30], ["MB", 2 ** 20], ["kB", 2 ** 10]]) {
    if (bytes >= factor) return `${(bytes / factor).toFixed(1).replace(/\.0$/, "")} ${unit}`;
  }
  return `${bytes} bytes`;
}

// "12.4 of 48 MB": both in the unit of the whole.
export function partWords(done, whole) {
  const [number, unit] = sizeWords(whole).split(" ");
  const factor = { GB: 2 ** 30, MB: 2 ** 20, kB: 2 ** 10, bytes: 1 }[unit];
  const digits = unit === "bytes" ? 0 : 1;
  return `${(done / factor).toFixed(digits).replace(/\.0$/, "")} of ${number} ${unit}`;
}

export function timeLeftWords(seconds) {
  if (seconds < 5) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  if (seconds < 90) return "about a minute left";
  if (seconds < 3600) return `about ${Math.round(seconds / 60)} minutes left`;
  const hours = Math.max(1, Math.round(seconds / 3600));
  return `about ${hours} hour${hours === 1 ? "" : "s"} left`;
}

// "1:05"
export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
