// Draws itself after the page has loaded, from times it fetches, and tells its host how tall it is.
// The month is fixed, so that pictures of the page can be compared on any day.
const element = (tag, text, name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });

async function draw() {
  const data = await (await fetch("times.json")).json();
  const widget = document.getElementById("widget");
  const month = element("section", "", "month");
  const head = element("header", "");
  head.append(element("button", "‹"), element("h2", data.month), element("button", "›"));
  const grid = element("div", "", "grid");
  for (const day of ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]) grid.append(element("span", day, "name"));
  for (let blank = 0; blank < data.first_weekday; blank++) grid.append(element("span", ""));
  for (let day = 1; day <= data.days; day++) {
    const state = day === data.chosen ? "free chosen" : data.free.includes(day) ? "free" : "";
    grid.append(element("button", day, state));
  }
  month.append(head, grid);
  const times = element("section", "", "times");
  times.append(element("h3", `Thursday, ${data.chosen} March`));
  for (const time of data.times) times.append(element("button", time));
  widget.replaceChildren(month, times);
  parent.postMessage({ height: Math.ceil(widget.getBoundingClientRect().height) }, "*");
}
addEventListener("load", () => setTimeout(draw, 250));
