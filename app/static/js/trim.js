// <clip-trim data-duration-s="42.5" data-least-s="1"> around a <video>, an <img class="trim-film">
// and two number inputs named start_s and end_s: adds a bar with two handles over the film, and
// plays only the chosen part. The number inputs stay the truth and work without JavaScript.

import { button, make } from "./elements.js";

const STEP_S = 0.1;
const LEAST_S = 1;

const rounded = (seconds) => Math.round(seconds * 10) / 10;

// "0:03.2"
function exact(seconds) {
  const tenths = Math.round(seconds * 10);
  const rest = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${rest < 10 ? "0" : ""}${rest.toFixed(1)}`;
}

class ClipTrim extends HTMLElement {
  #numbers = null;
  #ranges;
  #bar;
  #said;
  #play;
  #video;
  #frame = null;

  connectedCallback() {
    if (this.#numbers) return;
    this.#video = this.querySelector("video");
    this.#numbers = {
      start: this.querySelector('input[name="start_s"]'),
      end: this.querySelector('input[name="end_s"]'),
    };
    this.#ranges = { start: this.#range("start", "Start"), end: this.#range("end", "End") };
    this.#said = make("output", { className: "muted num" });
    this.#play = button("Play this part", "play", "btn-outline", () => this.#toggle());
    this.#bar = make("div", { className: "trim-bar" });
    const film = this.querySelector(".trim-film");
    // Or a drag of a handle becomes a drag of the picture below it.
    if (film) film.draggable = false;
    (film ?? this.#numbers.start.closest(".field") ?? this.#numbers.start).before(this.#bar);
    this.#bar.append(
      ...(film ? [film] : []),
      make("div", { className: "trim-now", aria: { hidden: "true" } }),
      this.#ranges.start, this.#ranges.end);
    this.#bar.after(make("div", { className: "row row-between" }, this.#play, this.#said));
    for (const edge of ["start", "end"]) {
      this.#numbers[edge].step = "any";
      this.#numbers[edge].addEventListener("change", () => this.#typed(edge));
    }
    this.#video?.addEventListener("pause", () => this.#paused());
    this.#set("start", this.#numbers.start.valueAsNumber || 0);
    this.#set("end", this.#numbers.end.valueAsNumber || this.#durationS);
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
  }

  get #durationS() {
    return Number(this.dataset.durationS);
  }

  get #leastS() {
    return Math.min(Number(this.dataset.leastS) || LEAST_S, this.#durationS);
  }

  #value(edge) {
    return this.#numbers[edge].valueAsNumber;
  }

  #range(edge, label) {
    const range = make("input", {
      type: "range", className: `trim-${edge}`, min: 0, max: this.#durationS, step: STEP_S,
      aria: { label },
    });
    range.addEventListener("input", () => {
      this.#set(edge, range.valueAsNumber);
      this.#seek(this.#value(edge));
    });
    return range;
  }

  // Puts an edge there, or as near as the other one allows.
  #set(edge, seconds) {
    const other = { start: this.#value("start") || 0, end: this.#value("end") || this.#durationS };
    const [from, to] = edge === "start"
      ? [0, other.end - this.#leastS]
      : [other.start + this.#leastS, this.#durationS];
    // The clip's own end may lie between two steps.
    const near = seconds > this.#durationS - STEP_S ? this.#durationS : rounded(seconds);
    const value = Math.max(0, Math.min(Math.max(near, rounded(from)), to));
    this.#numbers[edge].value = String(Number(value.toFixed(3)));
    this.#show();
    this.#numbers[edge].dispatchEvent(new Event("input", { bubbles: true }));
  }

  #typed(edge) {
    const typed = this.#value(edge);
    const whole = edge === "start" ? 0 : this.#durationS;
    this.#set(edge, Number.isNaN(typed) ? whole : typed);
    this.#seek(this.#value(edge));
  }

  #show() {
    const [start, end] = [this.#value("start") || 0, this.#value("end") || this.#durationS];
    for (const [edge, seconds] of [["start", start], ["end", end]]) {
      this.#ranges[edge].value = String(seconds);
      this.#ranges[edge].setAttribute("aria-valuetext", exact(seconds));
    }
    this.#bar.style.setProperty("--from", start / this.#durationS);
    this.#bar.style.setProperty("--to", end / this.#durationS);
    this.#said.textContent =
      `${exact(start)} to ${exact(end)}, ${rounded(end - start)} of ${rounded(this.#durationS)} s`;
  }

  #seek(seconds) {
    if (!this.#video) return;
    this.#video.pause();
    this.#video.currentTime = seconds;
    this.#showNow(seconds);
  }

  #showNow(seconds) {
    this.#bar.style.setProperty("--now", seconds / this.#durationS);
  }

  async #toggle() {
    const video = this.#video;
    if (!video.paused) return video.pause();
    const [start, end] = [this.#value("start"), this.#value("end")];
    if (video.currentTime < start || video.currentTime >= end - STEP_S) video.currentTime = start;
    this.classList.add("is-playing");
    this.#play.lastChild.textContent = "Pause";
    this.#follow();
    // A pause right after it refuses the promise; that is no fault.
    return video.play().catch(() => this.#paused());
  }

  #follow() {
    const video = this.#video;
    this.#showNow(video.currentTime);
    if (video.currentTime >= this.#value("end")) {
      video.pause();
      video.currentTime = this.#value("end");
      return;
    }
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  #paused() {
    cancelAnimationFrame(this.#frame);
    this.classList.remove("is-playing");
    this.#play.lastChild.textContent = "Play this part";
  }
}

customElements.define("clip-trim", ClipTrim);
