// <facecam-recorder data-create="URL" data-max-s="300">: records a take in the browser, keeps it
// through reloads, and uploads it. What is inside is shown where there is no JavaScript.
// Fires "upload:done" ({next}), then goes to `next` unless that is prevented.

import { closeCamera, listDevices, obstacle, openCamera } from "./camera.js";
import { button, clock } from "./elements.js";
import { meterLevel } from "./level_meter.js";
import { RecorderStage } from "./recorder_stage.js";
import { Transfer } from "./resumable.js";
import { fileOf, TakeRecording } from "./take_recording.js";
import { dropTake, findTake } from "./takes.js";
import { leaveFor, transferView } from "./transfer_view.js";
import { keyOf, recall, whenFree } from "./unfinished.js";

const GONE = "The server no longer has what had arrived of this take. It is still here: use it again.";
const COUNT_FROM = 3;
const COUNT_MS = 1_000;
const LEAST_S = 1; // a shorter one is a slip of the finger

class FacecamRecorder extends HTMLElement {
  #stage = null;
  #state = "asleep";
  #stream = null;
  #stopMeter = null;
  #recording = null;
  #take = null; // {…, blob}: recorded and not yet uploaded
  #transfer = null;
  #timer = null;

  connectedCallback() {
    if (this.#stage) return;
    this.#stage = new RecorderStage({ onChoose: () => this.#wake(this.#stage.chosen) });
    this.replaceChildren(this.#stage.element);
    addEventListener("beforeunload", this.#warn);
    addEventListener("pagehide", this.#leave);
    this.#enter("asleep");
    const problem = obstacle();
    if (problem) this.#fail(problem);
    else this.#offerKept();
  }

  disconnectedCallback() {
    // A swap took it out of the page; if it was only moved, it is back by now.
    queueMicrotask(() => {
      if (this.isConnected) return;
      removeEventListener("beforeunload", this.#warn);
      removeEventListener("pagehide", this.#leave);
      this.#leave();
    });
  }

  #warn = (event) => {
    const isAtRisk = this.#recording !== null || this.#take !== null;
    if (isAtRisk) event.preventDefault();
  };

  #leave = () => {
    this.#recording?.stop();
    this.#sleep();
    this.#transfer?.pause();
  };

  #enter(state) {
    this.#state = state;
    const wake = (text) => button(text, "video", "", () => this.#wake());
    const buttons = {
      asleep: () => [wake("Turn on camera")],
      failed: () => [wake("Try again")],
      starting: () => [],
      ready: () => [
        button("Record", "circle-dot", "", () => this.#countDown()),
        this.#take
          ? button("Back to the take", "undo-2", "btn-ghost", () => this.#review(this.#take))
          : button("Turn off camera", "video-off", "btn-ghost", () => this.#turnOff()),
      ],
      counting: () => [button("Cancel", "x", "btn-outline", () => this.#stopCount())],
      recording: () => [
        button("Stop", "square", "", () => this.#recording.stop()),
        button("Pause", "pause", "btn-outline", () => this.#pause()),
      ],
      held: () => [
        button("Continue", "play", "", () => this.#pause()),
        button("Stop", "square", "btn-outline", () => this.#recording.stop()),
      ],
      review: () => [
        button("Use this take", "check", "", () => this.#use()),
        button("Record again", "rotate-ccw", "btn-outline", () => this.#wake()),
        button("Delete", "trash-2", "btn-ghost", () => this.#delete()),
      ],
      uploading: () => [],
    };
    this.#stage.show(state, buttons[state]());
  }

  #fail(sentence) {
    this.#sleep();
    this.#enter("failed");
    this.#stage.tell("bad", sentence);
  }

  // A take that was on its way goes on by itself, on one page of this browser.
  async #offerKept() {
    const { create } = this.dataset;
    const take = await findTake(create).catch(() => null);
    if (!take || this.#state !== "asleep") return;
    this.#review(take);
    const length = take.durationS ? ` of ${clock(take.durationS)}` : "";
    this.#stage.tell("info", `A take${length} from before was not uploaded yet. It is still here.`);
    const file = fileOf(take, take.blob);
    if (recall(create, file)) {
      const isWanted = () => this.#state === "review" && this.#take === take;
      whenFree(keyOf(create, file), () => isWanted() && this.#upload({ goesOn: true }));
    }
  }

  async #wake(chosen) {
    const problem = obstacle();
    if (problem) return this.#fail(problem);
    this.#sleep();
    this.#stage.stopTake();
    this.#enter("starting");
    this.#stage.tell("info", "Allow camera and microphone in the box that your browser shows.");
    try {
      const stream = await openCamera(chosen);
      if (!this.isConnected) return closeCamera(stream);
      this.#stream = stream;
      this.#stage.untell();
      this.#stage.live.srcObject = stream;
      for (const track of stream.getTracks()) track.onended = () => this.#unplugged();
      this.#stopMeter = meterLevel(stream, (...level) => this.#stage.showLevel(...level));
      this.#stage.showDevices(await listDevices(stream));
      this.#enter("ready");
      this.#stage.buttons.querySelector("button").focus();
    } catch (error) {
      this.#fail(error.message);
    }
    return undefined;
  }

  #sleep() {
    clearInterval(this.#timer);
    this.#stopMeter?.();
    this.#stopMeter = null;
    closeCamera(this.#stream);
    this.#stream = null;
    this.#stage.live.srcObject = null;
  }

  #turnOff() {
    this.#sleep();
    this.#enter("asleep");
  }

  #unplugged() {
    if (this.#recording) this.#recording.stop();
    else this.#fail("The camera or microphone was disconnected. Connect it, then try again.");
  }

  #countDown() {
    let left = COUNT_FROM;
    const tick = () => {
      this.#stage.count.textContent = left;
      this.#stage.say(String(left));
      if (left === 0) this.#record();
      left -= 1;
    };
    this.#enter("counting");
    tick();
    this.#timer = setInterval(tick, COUNT_MS);
  }

  #stopCount() {
    clearInterval(this.#timer);
    this.#enter("ready");
  }

  #record() {
    clearInterval(this.#timer);
    try {
      this.#recording = new TakeRecording(this.#stream, this.dataset.create);
      this.#recording.start();
    } catch {
      this.#recording = null;
      this.#fail("The recording could not be started. Try again, or upload a video file instead.");
      return;
    }
    this.#recording.addEventListener("ended", () => this.#recorded());
    this.#enter("recording");
    this.#stage.say("Recording");
    this.#showTime();
    this.#timer = setInterval(() => this.#showTime(), 100);
  }

  #showTime() {
    const maxS = Number(this.dataset.maxS) || null;
    const { durationS } = this.#recording;
    this.#stage.showTime(durationS, maxS);
    if (maxS && durationS >= maxS) this.#recording.stop();
  }

  #pause() {
    if (this.#recording.isPaused) this.#recording.resume();
    else this.#recording.pause();
    this.#enter(this.#recording.isPaused ? "held" : "recording");
    this.#stage.say(this.#recording.isPaused ? "Paused" : "Recording");
  }

  async #recorded() {
    clearInterval(this.#timer);
    const { take, blob, isKept } = this.#recording;
    this.#recording = null;
    const isOver = this.#state === "failed" || !this.isConnected;
    if (blob.size === 0 || take.durationS < LEAST_S) {
      await dropTake(take).catch(() => {});
      this.#enter(this.#stream ? "ready" : "asleep");
      this.#stage.tell("warn", "That was too short to keep. Record at least a second.");
      return;
    }
    await this.#drop();
    if (isOver) return;
    this.#review({ ...take, blob });
    if (!isKept) this.#stage.tell("warn", "This browser cannot keep the take. Use it before you leave.");
  }

  #review(take) {
    this.#sleep();
    this.#take = take;
    this.#enter("review");
    this.#stage.untell();
    this.#stage.playTake(take.blob);
    this.#stage.say(`Take of ${clock(take.durationS)}. Watch it, use it or record again.`);
  }

  async #delete() {
    await this.#drop();
    this.#enter("asleep");
    this.#stage.untell();
    this.#stage.say("The take was deleted.");
  }

  // Whoever records again keeps the earlier take until there is another one.
  async #drop() {
    const take = this.#take;
    this.#take = null;
    this.#stage.stopTake();
    if (take) await dropTake(take).catch(() => {});
  }

  #use() {
    this.#upload({ goesOn: false });
    this.#stage.below.querySelector("button").focus();
  }

  // Resolves when it has ended. The take itself is kept already.
  #upload({ goesOn }) {
    this.#enter("uploading");
    this.#stage.untell();
    const file = fileOf(this.#take, this.#take.blob);
    this.#transfer = new Transfer(file, this.dataset.create, { goesOn, keeps: false });
    this.#stage.below.replaceChildren(transferView(this.#transfer, () => this.#uploaded()));
    return this.#transfer.run();
  }

  async #uploaded() {
    const { state, next } = this.#transfer;
    this.#transfer = null;
    this.#stage.below.replaceChildren();
    if (state !== "done") {
      this.#enter("review");
      if (state === "gone") this.#stage.tell("info", GONE);
      return;
    }
    await this.#drop();
    this.#enter("asleep");
    leaveFor(this, next);
  }
}

customElements.define("facecam-recorder", FacecamRecorder);
