/** Makes one copy of the video go on where another was, with sound, speed and captions as they were.
    It decides nothing. What the change itself sets off is nobody's doing, and nobody hears of it. */

const FIRST_AGAIN_MS = 3000;
const MOST_TRIES = 5; // some minute and a half: a tunnel
const IS_SHOWN = ["seeked", "playing", "loadeddata"];

export class Copies {
  failed = new Set();
  #goesOn = false;
  #wasPlaying = false;
  #tries = 0;
  #timer = null;

  /** `onChange`: another copy is shown, or one cannot be had. */
  constructor(box, video, onChange) {
    Object.assign(this, { video, onChange });
    this.shown = video.querySelector("source").dataset.quality;
    const hide = (name, isOwn) =>
      box.addEventListener(name, (event) => isOwn() && event.stopImmediatePropagation(), true);
    hide("emptied", () => !video.paused || video.currentTime > 0);
    hide("play", () => {
      const isOwn = this.#goesOn;
      this.#goesOn = false;
      return isOwn;
    });
    video.addEventListener("loadstart", () => clearTimeout(this.#timer));
    video.addEventListener("loadedmetadata", () => this.#came());
    video.addEventListener("playing", () => {
      this.#wasPlaying = false;
      this.#tries = 0;
    });
    // Of a source that cannot be had; the browser tries the other one then.
    video.addEventListener("error", ({ target }) => this.#fails(target), true);
  }

  get isWhole() {
    return !this.failed.size;
  }

  /** Before anything is asked for, and nothing is by this: load() does not mind `preload`. */
  beginWith(quality) {
    this.video.src = this.#first(quality).src;
    this.shown = quality;
  }

  changeTo(quality, isGoingOn = !this.video.paused) {
    const { video } = this;
    const { playbackRate } = video;
    const modes = Array.from(video.textTracks, (track) => track.mode);
    // At its end it would end once more.
    const atS = video.ended ? 0 : video.currentTime;
    if (atS > 0) {
      video.dispatchEvent(new Event("copychange"));
      this.#keepPicture();
      video.preload = "auto";
    }
    this.#first(quality);
    video.removeAttribute("src");
    video.load();
    // Before anything of it is there this is where it begins.
    if (atS > 0) video.currentTime = atS;
    video.playbackRate = playbackRate;
    video.addEventListener("loadedmetadata", () => modes.forEach((mode, n) => {
      video.textTracks[n].mode = mode;
    }), { once: true });
    if (isGoingOn) {
      this.#goesOn = true;
      video.play().catch(({ name }) => { this.#goesOn &&= name === "AbortError"; });
    }
    this.shown = quality;
    this.onChange();
  }

  /** The source of this quality, which the browser now tries before the other. */
  #first(quality) {
    const source = this.video.querySelector(`source[data-quality="${quality}"]`);
    this.video.prepend(source);
    return source;
  }

  #came() {
    const sources = [...this.video.querySelectorAll("source")];
    const shown = sources.find((each) => each.src === this.video.currentSrc);
    this.shown = shown.dataset.quality;
    this.failed.delete(this.shown);
    this.onChange();
  }

  #fails(target) {
    const { video } = this;
    const isInTheMiddle = target === video;
    this.failed.add(isInTheMiddle ? this.shown : target.dataset.quality);
    this.onChange();
    const sources = [...video.querySelectorAll("source")];
    const other = sources.find((each) => !this.failed.has(each.dataset.quality));
    if (isInTheMiddle && other) this.changeTo(other.dataset.quality);
    if (other || (!isInTheMiddle && target !== sources.at(-1))) return;
    // What plays muted is under the large button, which asks again.
    if (!video.muted && video.currentTime > 0) this.#tryAgain();
  }

  #tryAgain() {
    if (this.#tries >= MOST_TRIES) return;
    this.#wasPlaying ||= !this.video.paused; // a browser may stop what it cannot have
    const again = () => {
      this.failed.clear();
      this.changeTo(this.shown, this.#wasPlaying);
    };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(again, FIRST_AGAIN_MS * 2 ** this.#tries);
    this.#tries += 1;
  }

  /** What was seen last, until there is something of the other copy to be seen. */
  #keepPicture() {
    const { video } = this;
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    document.querySelector(".still")?.remove();
    const still = document.createElement("canvas");
    still.className = "still";
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext("2d").drawImage(video, 0, 0);
    document.getElementById("controller").before(still);
    const look = () => {
      if (video.seeking) return;
      still.remove();
      for (const name of IS_SHOWN) video.removeEventListener(name, look);
    };
    for (const name of IS_SHOWN) video.addEventListener(name, look);
  }
}
