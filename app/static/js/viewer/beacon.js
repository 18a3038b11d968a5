/** Tells the team's server what happened in this visit, in few small messages; see
    app/viewer/events.py for what each means. No cookie, and no other server. */

const EVERY_MS = 12_000;
const MOST_AT_ONCE = 50;
const MOST_EVENTS = 500; // the server keeps no more of a visit
const TOLD_AT_ONCE = new Set(["view", "booking"]);
const TOLD_ALL_THE_SAME = new Set(["view", "booking"]);
// A server that starts anew is back in seconds; after eight tries in some six minutes a batch is let go.
const AGAIN_MS = 3000;
const MOST_TRIES = 8;

export const ASKED_NOT_TO_TRACK = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;

/** A beacon for this page; without an address (a preview) it tells nothing to anybody. */
export function openBeacon(url, token) {
  const leaving = [];
  let waiting = [];
  let number = 0;
  let timer = null;
  let isUnderWay = false;
  let failures = 0; // in a row

  const message = (events) => JSON.stringify({ token, events });

  function sendIn(ms) {
    clearTimeout(timer);
    timer = setTimeout(send, ms);
  }

  /** While the page is there: what has not arrived waits on, under the same numbers. */
  async function send() {
    clearTimeout(timer);
    timer = null;
    if (isUnderWay || !waiting.length) return;
    const events = waiting.splice(0, MOST_AT_ONCE);
    isUnderWay = true;
    const hasArrived = await arrives(url, message(events));
    isUnderWay = false;
    failures = hasArrived ? 0 : Math.min(failures + 1, MOST_TRIES);
    if (!hasArrived && failures < MOST_TRIES) waiting = events.concat(waiting);
    if (!waiting.length) return;
    if (failures) sendIn(AGAIN_MS * 2 ** (failures - 1) * (0.5 + Math.random())); // not all pages at once
    else if (waiting.some(([, kind]) => TOLD_AT_ONCE.has(kind))) send();
    else sendIn(EVERY_MS);
  }

  function tell(kind, ...values) {
    if (!url || number >= MOST_EVENTS || (ASKED_NOT_TO_TRACK && !TOLD_ALL_THE_SAME.has(kind))) return;
    const atMs = Math.round(performance.now());
    waiting.push([number, kind, atMs, ...values]);
    number += 1;
    if (TOLD_AT_ONCE.has(kind)) send();
    else if (timer === null) sendIn(EVERY_MS);
  }

  /** Nobody will be there to hear the answer, so all goes as it is. */
  function leave() {
    for (const act of leaving) act();
    clearTimeout(timer);
    timer = null;
    while (waiting.length) {
      // Refused when too much is under way: should the page stay, it goes with the next.
      if (!navigator.sendBeacon(url, message(waiting.slice(0, MOST_AT_ONCE)))) break;
      waiting = waiting.slice(MOST_AT_ONCE);
    }
    if (waiting.length) sendIn(EVERY_MS);
  }
  // The one that comes differs by browser; phones may send none but the first.
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  addEventListener("pagehide", leave);

  /** `onLeaving`: what is still to be told before the page may be gone. */
  return { tell, onLeaving: (act) => leaving.push(act) };
}

/** Whether there is no sense in sending it again: it was taken, or it never will be. */
async function arrives(url, body) {
  try {
    return (await fetch(url, { method: "POST", body, keepalive: true })).status < 500;
  } catch {
    return false;
  }
}
