/** Remembers in this browser where one stopped; where nothing can be kept or should be, nothing is. */

import { ASKED_NOT_TO_TRACK } from "./beacon.js";

const LEAST_S = 5; // who saw less begins anew
const EVERY_S = 3;

export class Place {
  constructor(key, video) {
    this.key = `video-${key}`;
    this.video = video;
    this.durationS = Number(video.dataset.durationS);
  }

  /** The second at which one stopped, or null. */
  find() {
    try {
      const kept = Number(localStorage.getItem(this.key));
      return kept >= LEAST_S && kept < this.durationS - LEAST_S ? kept : null;
    } catch {
      return null;
    }
  }

  /** Keeps the place from now on. What plays muted by itself was not watched to any place. */
  follow(player) {
    let kept = 0;
    const keep = () => {
      const at = this.video.currentTime;
      if (player.isPreview || this.video.ended || at < LEAST_S) return;
      kept = at;
      this.#write(String(Math.floor(at)));
    };
    this.video.addEventListener("timeupdate", () => Math.abs(this.video.currentTime - kept) >= EVERY_S && keep());
    this.video.addEventListener("pause", keep);
    this.video.addEventListener("ended", () => player.isPreview || this.#write(null));
    addEventListener("pagehide", keep);
  }

  #write(text) {
    try {
      if (text === null || ASKED_NOT_TO_TRACK) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, text);
    } catch {
      // A private window, or storage is full or forbidden.
    }
  }
}
