// A calendar that can be booked to the end without an account: it tells the page around it what
// Calendly's frame tells (see react-calendly 4.4.0), and like it nothing without `embed_domain`.
const asked = new URLSearchParams(location.search);
const isFramed = asked.has("embed_domain") && asked.get("embed_type") === "Inline";
const TIMES = ["09:00", "10:30", "11:00", "13:30", "15:00", "16:30"];
const WORKDAYS = 5;

const part = (id) => document.getElementById(id);
const form = part("form");

function say(name, payload = {}) {
  if (isFramed) parent.postMessage({ event: `calendly.${name}`, payload }, "*");
}

/** The next working days, from tomorrow on. */
function days() {
  const found = [];
  const day = new Date();
  while (found.length < WORKDAYS) {
    day.setDate(day.getDate() + 1);
    if (day.getDay() % 6) found.push(new Date(day));
  }
  return found;
}

const words = (day, options) => day.toLocaleDateString("en-GB", options);

function choice(name, value, text, small = "") {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "radio", name, value, required: true });
  const shown = document.createElement("span");
  if (small) shown.append(Object.assign(document.createElement("small"), { textContent: small }));
  shown.append(text);
  label.className = "choice";
  label.append(input, shown);
  return label;
}

for (const day of days()) {
  const full = words(day, { weekday: "long", day: "numeric", month: "long" });
  const label = choice("day", full, String(day.getDate()), words(day, { weekday: "short" }));
  label.firstChild.setAttribute("aria-label", full);
  part("days").append(label);
}
part("times").append(...TIMES.map((time) => choice("time", time, time)));
for (const name of ["name", "email"]) form.elements[name].value = asked.get(name) ?? "";

form.addEventListener("change", (event) => {
  if (event.target.name === "day") part("times-part").hidden = false;
  if (event.target.name === "time") {
    part("person").hidden = false;
    say("date_and_time_selected");
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const told = new FormData(form);
  part("when").textContent = `${told.get("day")}, ${told.get("time")}, for ${told.get("name")}.`;
  form.hidden = true;
  part("done").hidden = false;
  part("done").focus();
  const uri = "https://api.calendly.com/scheduled_events/SAMPLE";
  say("event_scheduled", { event: { uri }, invitee: { uri: `${uri}/invitees/SAMPLE` } });
});

say("event_type_viewed");
new ResizeObserver(() => say("page_height", { height: `${Math.ceil(part("sheet").offsetHeight)}px` })).observe(part("sheet"));
