/** Writes every `<time data-local>` in the viewer's zone, in the server's shape; see app/phrases.py. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const AGES = [["day", 86400], ["hour", 3600], ["minute", 60]];
const OLD_S = 30 * 86400;

const day = (moment) => `${moment.getDate()} ${MONTHS[moment.getMonth()]} ${moment.getFullYear()}`;
const two = (number) => String(number).padStart(2, "0");
const time = (moment) => `${two(moment.getHours())}:${two(moment.getMinutes())}`;
const full = (moment) => `${day(moment)}, ${time(moment)}`;
const clock = (moment) => (day(moment) === day(new Date()) ? time(moment) : full(moment));

/** The distance in words: "just now", "3 hours ago", "in 2 days"; far away it is the date. */
export function distance(moment, now = new Date()) {
  const apart = (now - moment) / 1000;
  const seconds = Math.abs(apart);
  if (seconds < 45) return "just now";
  if (seconds >= OLD_S) return day(moment);
  const [unit, length] = AGES.find((age) => seconds >= age[1]) ?? AGES.at(-1);
  const count = Math.max(1, Math.floor(seconds / length));
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return apart > 0 ? `${words} ago` : `in ${words}`;
}

const WRITTEN = { date: day, datetime: full, clock, ago: distance };

function write(root) {
  for (const element of root.querySelectorAll("time[data-local]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const text = WRITTEN[element.dataset.local](moment);
    if (element.textContent !== text) element.textContent = text;
    element.title = full(moment);
  }
}

write(document);
document.addEventListener("htmx:after:swap", () => write(document));
setInterval(() => write(document), 30_000);
