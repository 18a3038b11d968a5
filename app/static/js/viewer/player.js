/** The large button over the video: muted until it is tapped, then from the beginning with sound. */

/** The captions in one's language, or the first; undefined where there are none. */
export function ownTrack(video) {
  const tracks = [...video.textTracks];
  return tracks.find((track) => navigator.language.startsWith(track.language)) ?? tracks[0];
}

/** `1:05` for 65. */
export const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

export class Player {
  // While the video plays muted by itself, or stands still after it did.
  isPreview = false;
  #startS = 0;
  #isHeard = false;

  constructor(box, video, { onSound }) {
    Object.assign(this, { box, video, onSound });
    this.over = document.getElementById("over");
    this.button = document.getElementById("tap");
    this.restart = document.getElementById("restart");
    this.hold = document.getElementById("hold");
    this.button.addEventListener("click", () => this.start(this.#startS));
    this.restart.addEventListener("click", () => this.start(0));
    this.hold.addEventListener("click", () => video.pause());
    // Without a source that can be had, play() neither succeeds nor is refused.
    const isLast = (source) => source === video.querySelector("source:last-of-type");
    video.addEventListener("error", ({ target }) => isLast(target) && this.#refused(), true);
    video.addEventListener("playing", () => this.#began());
    video.addEventListener("pause", () => this.isPreview && this.#cover("play"));
    // Somebody found the sound in the browser's own controls, or in our keys.
    video.addEventListener("volumechange", () => {
      if (this.isPreview && !video.muted) this.start(0);
      else if (!video.paused) this.#began();
    });
  }

  /** Shows what a tap will do: go on from where one stopped, take the sound, or play. */
  offer(stoppedS, plays) {
    if (!this.video.paused || this.video.currentTime > 0) return;
    this.#startS = stoppedS ?? 0;
    document.getElementById("resume-at").textContent = clock(this.#startS);
    this.#cover(stoppedS === null ? (plays ? "sound" : "play") : "resume");
  }

  /** Plays muted; what browser or person refuses stays a poster with a play button. */
  preview() {
    if (!this.video.paused) return;
    this.isPreview = true;
    this.video.muted = true;
    this.#showWords();
    // Otherwise it was stopped meanwhile, or another copy is tried.
    this.video.play().catch(({ name }) => name === "NotAllowedError" && this.#refused());
  }

  /** Plays with sound from there. `onSound` is called the first time that a person hears the video. */
  start(atS) {
    this.#leavePreview();
    this.video.muted = false;
    this.video.volume ||= 1;
    // What did not come is asked for once more.
    if (this.video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) this.video.load();
    this.video.currentTime = atS;
    this.#uncover();
    // Refused even now: the controls are there.
    this.video.play().catch(() => {});
  }

  #began() {
    if (this.isPreview) {
      this.#cover("sound");
      return;
    }
    this.#uncover();
    if (this.video.muted || this.#isHeard) return;
    this.#isHeard = true;
    this.onSound();
  }

  #cover(mode) {
    this.button.dataset.mode = mode;
    this.restart.hidden = mode !== "resume";
    this.hold.hidden = mode !== "sound" || this.video.paused;
    this.over.hidden = false;
    this.box.classList.add("is-covered");
  }

  #uncover() {
    const hadFocus = this.over.contains(document.activeElement);
    this.over.hidden = true;
    this.box.classList.remove("is-covered");
    if (hadFocus) (this.box.querySelector("media-play-button:defined") ?? this.video).focus();
  }

  /** Who hears nothing can read: the captions, above the button. The browser's own would be under it. */
  #showWords() {
    const track = ownTrack(this.video);
    if (!track) return;
    track.mode = "hidden";
    track.addEventListener("cuechange", () => {
      const words = document.createElement("span");
      for (const cue of this.isPreview ? track.activeCues : []) words.append(cue.getCueAsHTML(), " ");
      this.button.querySelector(".tap-heard").replaceChildren(words);
    });
  }

  #refused() {
    if (!this.isPreview) return; // tapped meanwhile
    this.#leavePreview();
    this.video.muted = false;
    this.#cover("play");
  }

  #leavePreview() {
    if (!this.isPreview) return;
    this.isPreview = false;
    const track = ownTrack(this.video);
    if (track) track.mode = "disabled";
  }
}
