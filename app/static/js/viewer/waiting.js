/** Looks whether the video is there, as often as the server says, and then shows it. */

const FIRST_MS = 3000;

const bar = document.getElementById("waiting");

/** Shows the page anew when it has another state, or gives the time until the next look. */
async function look() {
  try {
    const answer = await fetch(bar.dataset.stateUrl, { cache: "no-store" });
    const { state, ask_again_s: againS } = await answer.json();
    if (state !== bar.dataset.state) location.reload();
    return againS * 1000;
  } catch {
    return FIRST_MS * 2; // no connection: it comes back
  }
}

// Nobody waits behind another tab; whoever comes back is told at once.
const isSeen = () => document.visibilityState === "visible";
async function goOn() {
  setTimeout(goOn, isSeen() ? await look() : FIRST_MS);
}
document.addEventListener("visibilitychange", () => isSeen() && look());
setTimeout(goOn, FIRST_MS);
