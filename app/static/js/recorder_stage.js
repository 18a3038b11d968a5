// What the recorder shows: the picture, the countdown, the clock, the choices and the meter. It
// knows nothing of cameras and takes.

import { clock, icon, liveRegion, make } from "./elements.js";

const ALMOST_OVER_S = 10;

function field(label, id) {
  const select = make("select", { id, className: "select" });
  return [make("div", { className: "field" }, make("label", { htmlFor: id }, label), select), select];
}

export class RecorderStage {
  constructor({ onChoose }) {
    this.live = make("video", { className: "recorder-live", muted: true, autoplay: true, playsInline: true });
    this.live.setAttribute("aria-label", "Your camera");
    this.take = make("video", { className: "recorder-take", controls: true, playsInline: true });
    this.take.setAttribute("aria-label", "Your take");
    this.count = make("p", { className: "recorder-count", aria: { hidden: "true" } });
    this.time = make("span", { className: "num" });
    this.clock = make("p", { className: "recorder-clock" }, make("span", { className: "recorder-dot" }), this.time);
    this.asleep = make("div", { className: "recorder-asleep" }, icon("video"),
      make("p", { className: "muted" }, "Nothing is recorded before you say so."));
    const [camera, cameras] = field("Camera", "recorder-camera");
    const [microphone, microphones] = field("Microphone", "recorder-microphone");
    this.selects = { camera: cameras, microphone: microphones };
    this.meter = make("meter", { min: 0, max: 1, value: 0, aria: { label: "Microphone level" } });
    this.silence = make("p", { className: "hint", role: "status" });
    microphone.append(this.meter, this.silence);
    this.choices = make("div", { className: "recorder-choices" }, camera, microphone);
    for (const select of [cameras, microphones]) select.addEventListener("change", onChoose);
    this.notice = make("div", {});
    this.below = make("div", { className: "recorder-below" });
    this.buttons = make("div", { className: "row recorder-buttons" });
    this.spoken = liveRegion();
    this.element = make("div", { className: "recorder stack" },
      make("div", { className: "recorder-picture" },
        this.asleep, this.live, this.take, this.count, this.clock),
      this.notice, this.choices, this.below, this.buttons, this.spoken);
  }

  // Which parts are seen is told by the state, in css/recorder.css.
  show(state, buttons) {
    this.element.dataset.state = state;
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...buttons);
    if (hadFocus) this.buttons.querySelector("button")?.focus();
  }

  say(text) {
    this.spoken.textContent = text;
  }

  tell(kind, text) {
    const symbol = { bad: "circle-x", warn: "triangle-alert", info: "info" }[kind];
    const role = kind === "bad" ? "alert" : "status";
    const note = make("div", { className: `notice notice-${kind}`, role });
    this.notice.replaceChildren(note);
    // Filled after it is in the page, or it is not read out.
    note.append(icon(symbol), make("div", {}, text));
  }

  untell() {
    this.notice.replaceChildren();
  }

  showDevices(devices) {
    for (const [kind, select] of Object.entries(this.selects)) {
      select.replaceChildren(
        ...devices[kind].map(([value, label, selected]) => make("option", { value, selected }, label)),
      );
    }
  }

  get chosen() {
    const value = (select) => select.value || undefined;
    return { camera: value(this.selects.camera), microphone: value(this.selects.microphone) };
  }

  showLevel(level, isSilent) {
    this.meter.value = level;
    const words = isSilent ? "Nothing is heard. Speak, or choose another microphone." : "";
    if (this.silence.textContent !== words) this.silence.textContent = words;
  }

  showTime(seconds, maxS) {
    this.time.textContent = maxS ? `${clock(seconds)} / ${clock(maxS)}` : clock(seconds);
    this.clock.classList.toggle("is-late", Boolean(maxS) && maxS - seconds < ALMOST_OVER_S);
  }

  // Recorded WebM does not say how long it is; seeking past its end makes the player find out.
  playTake(blob) {
    this.stopTake();
    const video = this.take;
    video.src = URL.createObjectURL(blob);
    video.addEventListener("loadedmetadata", () => {
      if (video.duration !== Infinity) return;
      video.currentTime = 1e7;
      video.addEventListener("durationchange", () => { video.currentTime = 0; }, { once: true });
    }, { once: true });
  }

  stopTake() {
    if (this.take.src) URL.revokeObjectURL(this.take.src);
    this.take.removeAttribute("src");
    this.take.load();
  }
}
