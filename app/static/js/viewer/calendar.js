/** The team's calendar in a frame: asked for after a click or the video, and after consent where the
    team wants that. It believes messages of the calendar's own frame and exact origin alone. */

const LEAST_PX = 480;
const MOST_PX = 2400; // no message may make the page endless

export function followCalendar(video, beacon) {
  const part = document.getElementById("calendar");
  const opener = document.getElementById("book");
  opener?.addEventListener("click", (event) => {
    beacon.tell("shown");
    // With a key held the browser opens the booking page in a tab of its own.
    if (!part || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    still(() => open(part));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    document.getElementById("calendar-title").focus({ preventScroll: true });
  });
  if (!part) return;
  document.getElementById("consent-given").addEventListener("click", () => still(() => load(part)));
  if (part.dataset.opens === "after_video") {
    video.addEventListener("ended", () => {
      if (!part.hidden) return;
      beacon.tell("shown");
      still(() => open(part));
    });
  }
  addEventListener("message", (event) => {
    const frame = part.querySelector("iframe");
    if (!frame || event.source !== frame.contentWindow || event.origin !== part.dataset.origin) return;
    hear(event.data, part, frame, beacon);
  });
}

function open(part) {
  part.hidden = false;
  if ("asksConsent" in part.dataset && !part.querySelector("iframe")) {
    document.getElementById("consent").hidden = false;
  } else load(part);
}

function load(part) {
  document.getElementById("consent").hidden = true;
  const box = document.getElementById("calendar-box");
  box.hidden = false;
  if (box.firstElementChild) return;
  const frame = document.createElement("iframe");
  frame.title = "Calendar";
  frame.src = part.dataset.src;
  box.append(frame);
}

function hear(message, part, frame, beacon) {
  const name = message?.event;
  if (name === "calendly.page_height") {
    const height = Number.parseFloat(message.payload?.height);
    if (height > 0) still(() => { frame.style.blockSize = `${Math.min(MOST_PX, Math.max(LEAST_PX, height))}px`; });
  }
  if (name === "calendly.event_scheduled" && !part.classList.contains("is-booked")) {
    part.classList.add("is-booked");
    document.getElementById("calendar-title").textContent = "You are booked";
    document.getElementById("calendar-said").textContent = "The details come by e-mail.";
    beacon.tell("booking");
  }
}

/** Does it while what stands below is not shown: it is then drawn where it belongs, and never jumps. */
function still(change) {
  const page = document.documentElement;
  page.classList.add("is-moving");
  change();
  requestAnimationFrame(() => requestAnimationFrame(() => page.classList.remove("is-moving")));
}
