/** Which copy of the video plays: the light one where the connection is slow or too slow for the full
    one, else the full one; and whatever the person chooses. By itself it never goes back up. */

import { ASKED_NOT_TO_TRACK } from "./beacon.js";
import { wantsFewBytes } from "./connection.js";
import { Copies } from "./copies.js";

const KEY = "quality-of-videos"; // of all of them, in this browser
const PATIENCE_MS = 2000; // a picture that stands still longer is worse than one that is less sharp
const AGAIN_MS = 300; // the second time within
const AGAIN_WITHIN_MS = 20_000;
// What begins, and what is moved to another place, has to be fetched on any connection.
const AT_FIRST_MS = 4000;
const JUST_BEGUN_MS = 2000;
const WORDS = {
  full: ["HD", "HD: full quality. Change to light, which loads faster"],
  light: ["Light", "Light quality, which loads faster. Change to HD"],
};

export function followQuality(box, video) {
  const button = document.getElementById("quality");
  if (!button) return; // there is one copy
  const show = () => {
    const [text, name] = WORDS[copies.shown];
    button.textContent = text;
    button.setAttribute("aria-label", name);
    button.hidden = !copies.isWhole;
  };
  const copies = new Copies(box, video, show);
  let isChosen = false;
  button.addEventListener("click", () => {
    isChosen = true;
    copies.changeTo(copies.shown === "full" ? "light" : "full");
    keep(copies.shown);
  });
  const wanted = kept() ?? (wantsFewBytes() ? "light" : "full");
  // Somebody who did not wait for this page's scripts sees what they see.
  if (wanted !== copies.shown && video.paused && video.currentTime === 0) copies.beginWith(wanted);
  show();
  followStalls(video, () => {
    if (copies.shown === "full" && copies.isWhole && !isChosen) copies.changeTo("light");
  });
}

/** `act`: it stands still for want of data, for longer than anybody likes or for the second time. */
function followStalls(video, act) {
  let timer = null;
  let stalledMs = -Infinity;
  let begunMs = -Infinity;
  const wait = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(look, ms);
  };
  const look = () => {
    const isStuck = !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    if (!isStuck || video.ended) return;
    if (navigator.onLine) act();
    else wait(PATIENCE_MS); // no copy can be had
  };
  const begin = () => {
    begunMs = performance.now();
    if (!video.paused) wait(AT_FIRST_MS);
  };
  for (const name of ["loadstart", "play", "seeking"]) video.addEventListener(name, begin);
  for (const name of ["playing", "pause"]) video.addEventListener(name, () => clearTimeout(timer));
  video.addEventListener("waiting", () => {
    const nowMs = performance.now();
    if (video.seeking || nowMs - begunMs < JUST_BEGUN_MS) {
      wait(AT_FIRST_MS);
      return;
    }
    wait(nowMs - stalledMs < AGAIN_WITHIN_MS ? AGAIN_MS : PATIENCE_MS);
    stalledMs = nowMs;
  });
}

function kept() {
  try {
    const quality = localStorage.getItem(KEY);
    return quality in WORDS ? quality : null;
  } catch {
    return null;
  }
}

function keep(quality) {
  try {
    if (ASKED_NOT_TO_TRACK) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, quality);
  } catch {
    // A private window, or storage is full or forbidden.
  }
}
