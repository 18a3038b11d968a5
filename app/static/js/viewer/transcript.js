/** What is said, to be read: the lines of the captions, each of which plays from there. */

import { clock, ownTrack } from "./player.js";

export function fillTranscript(video, player) {
  const part = document.getElementById("transcript");
  const track = ownTrack(video);
  part?.addEventListener("toggle", () => {
    const list = document.getElementById("transcript-lines");
    if (!part.open || !track || list.childElementCount) return;
    const fill = () => list.replaceChildren(...Array.from(track.cues ?? [], (cue) => line(cue, player)));
    if (track.cues?.length) {
      fill();
      return;
    }
    const element = [...video.querySelectorAll("track")].find((each) => each.track === track);
    element.addEventListener("load", fill, { once: true });
    // Disabled captions are not fetched.
    if (track.mode === "disabled") track.mode = "hidden";
  });
}

function line(cue, player) {
  const button = document.createElement("button");
  const time = document.createElement("span");
  button.type = "button";
  time.textContent = clock(cue.startTime);
  const words = document.createElement("bdi");
  words.append(cue.getCueAsHTML());
  button.append(time, words);
  button.addEventListener("click", () => player.start(cue.startTime));
  const item = document.createElement("li");
  item.append(button);
  return item;
}
