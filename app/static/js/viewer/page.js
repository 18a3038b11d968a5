/** Starts a lead's page. Without it the video plays by the browser's own controls, and links lead to booking. */

import { openBeacon } from "./beacon.js";
import { followCalendar } from "./calendar.js";
import { playsByItself, preloadFor } from "./connection.js";
import { loadControls } from "./controls.js";
import { followKeys } from "./keys.js";
import { followMoments } from "./moments.js";
import { Player } from "./player.js";
import { followQuality } from "./quality.js";
import { Place } from "./resume.js";
import { fillTranscript } from "./transcript.js";
import { followWatching } from "./watched.js";

const PATIENCE_MS = 3000;
const SEEN_MS = 1000; // what is closed sooner was not looked at

const page = document.getElementById("landing");
const box = document.getElementById("player");
const video = document.getElementById("video");
const beacon = openBeacon(page.dataset.events, page.dataset.token);
const place = new Place(box.dataset.key, video);
const player = new Player(box, video, { onSound: () => beacon.tell("unmute") });

followQuality(box, video);
followMoments(video);
followKeys(box, video);
followWatching(video, player, beacon);
followCalendar(video, beacon);
fillTranscript(video, player);
for (const link of document.querySelectorAll("[data-action]")) {
  link.addEventListener("click", () => beacon.tell("action", Number(link.dataset.action)));
}

const shown = () => document.visibilityState === "visible";
/** Resolves once it is true, looked at whenever the event comes. */
function once(isTrue, target, event) {
  return new Promise((resolve) => {
    const look = () => {
      if (!isTrue()) return;
      target.removeEventListener(event, look);
      resolve();
    };
    target.addEventListener(event, look);
    look();
  });
}

const stopped = place.find();
// A player in another site's page is still until it is asked.
const plays = stopped === null && !("still" in page.dataset) && playsByItself();
player.offer(stopped, plays);
await once(shown, document, "visibilitychange");
setTimeout(() => once(shown, document, "visibilitychange").then(() => beacon.tell("view")), SEEN_MS);
// The poster is painted and nothing else is on its way: the network is the video's.
await once(() => document.readyState === "complete", window, "load");
video.preload = preloadFor(plays);
if (plays) player.preview();
place.follow(player);
// The video is first on the network; nobody needs controls under the large button.
const patience = new Promise((resolve) => setTimeout(resolve, plays ? PATIENCE_MS : 0));
await Promise.race([once(() => video.readyState >= 2, video, "loadeddata"), patience]);
loadControls(box, video);
