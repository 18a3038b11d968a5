/** Tells the team's server what happened in this visit, in few small messages; see
    app/viewer/events.py for what each means. No cookie, and no other server. */

const EVERY_MS = 12_000;
const MOST_AT_ONCE = 50;
const TOLD_AT_ONCE = new Set(["view", "booking"]);
const ASKED_NOT_TO_TRACK = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;
const TOLD_ALL_THE_SAME = new Set(["view", "booking"]);

/** A beacon for this page; without an address (a preview) it tells nothing to anybody. */
export function openBeacon(url, token) {
  const leaving = [];
  let waiting = [];
  let number = 0;
  let timer = null;

  function send() {
    clearTimeout(timer);
    timer = null;
    while (waiting.length) {
      const events = waiting.slice(0, MOST_AT_ONCE);
      // Refused when too much is under way: the same numbers go with the next.
      if (!navigator.sendBeacon(url, JSON.stringify({ token, events }))) break;
      waiting = waiting.slice(MOST_AT_ONCE);
    }
    if (waiting.length) timer = setTimeout(send, EVERY_MS);
  }

  function tell(kind, ...values) {
    if (!url || (ASKED_NOT_TO_TRACK && !TOLD_ALL_THE_SAME.has(kind))) return;
    const atMs = Math.round(performance.now());
    waiting.push([number, kind, atMs, ...values]);
    number += 1;
    if (TOLD_AT_ONCE.has(kind)) send();
    else timer ??= setTimeout(send, EVERY_MS);
  }

  function leave() {
    for (const act of leaving) act();
    send();
  }
  // The one that comes differs by browser; phones may send none but the first.
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  addEventListener("pagehide", leave);

  /** `onLeaving`: what is still to be told before the page may be gone. */
  return { tell, onLeaving: (act) => leaving.push(act) };
}
