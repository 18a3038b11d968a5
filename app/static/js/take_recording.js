// Records one take from an open stream and keeps its pieces as they come; shows nothing.

import { keepPiece, keepTake } from "./takes.js";
import { person } from "./unfinished.js";

// The best this browser can write. MP4 is copied by the pipeline's tools without trouble; VP9
// looks better than VP8 at the same rate.
const TYPES = [
  "video/mp4;codecs=avc1.640028,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4;codecs=avc1,opus",
  "video/mp4",
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm",
];
const VIDEO_BITS_PER_S = 6_000_000;
const AUDIO_BITS_PER_S = 128_000;
const PIECE_MS = 1_000; // what a crash may cost

export function bestType() {
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

// Fires "ended" when it has stopped, for whatever reason; `take` and `blob` are whole then.
export class TakeRecording extends EventTarget {
  take;
  blob = null;
  isKept = true; // false when this browser stores nothing: a reload would lose the take
  #recorder;
  #pieces = [];
  #keeping = [];
  #runningSince = null;
  #recordedMs = 0;

  constructor(stream, create) {
    super();
    const startedAt = Date.now();
    const type = bestType();
    const id = `${startedAt}-${Math.random()}`;
    this.take = { id, create, person: person(), type, startedAt, durationS: 0 };
    this.#recorder = new MediaRecorder(stream, {
      mimeType: type ?? undefined,
      videoBitsPerSecond: VIDEO_BITS_PER_S,
      audioBitsPerSecond: AUDIO_BITS_PER_S,
      // MP4 leaves the recorder only at a key frame: without this, every 100 frames.
      videoKeyFrameIntervalDuration: PIECE_MS,
    });
    this.#recorder.ondataavailable = ({ data }) => this.#add(data);
    this.#recorder.onstop = () => this.#finish();
  }

  get durationS() {
    const running = this.#runningSince === null ? 0 : performance.now() - this.#runningSince;
    return (this.#recordedMs + running) / 1000;
  }

  get isPaused() {
    return this.#recorder.state === "paused";
  }

  start() {
    this.#recorder.start(PIECE_MS);
    this.#runningSince = performance.now();
    this.#keep(keepTake(this.take));
  }

  pause() {
    this.#recorder.pause();
    this.#hold();
  }

  resume() {
    this.#recorder.resume();
    this.#runningSince = performance.now();
  }

  stop() {
    this.#hold();
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }

  #hold() {
    if (this.#runningSince === null) return;
    this.#recordedMs += performance.now() - this.#runningSince;
    this.#runningSince = null;
  }

  #add(piece) {
    if (piece.size === 0) return;
    this.#pieces.push(piece);
    this.take.durationS = this.durationS;
    this.#keep(keepPiece(this.take, this.#pieces.length, piece));
    this.#keep(keepTake(this.take));
  }

  #keep(storing) {
    this.#keeping.push(storing.catch(() => { this.isKept = false; }));
  }

  async #finish() {
    this.#hold();
    await Promise.all(this.#keeping);
    this.take.durationS = this.durationS;
    this.take.type = this.#recorder.mimeType || this.take.type;
    this.blob = new Blob(this.#pieces, { type: this.take.type });
    await keepTake(this.take).catch(() => { this.isKept = false; });
    this.dispatchEvent(new Event("ended"));
  }
}

// As the uploader wants it: always the same name and time for the same take.
export function fileOf({ type, startedAt }, blob) {
  const bare = type.split(";")[0];
  const at = new Date(startedAt);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`;
  const name = `Recording ${day} ${time}.${bare === "video/mp4" ? "mp4" : "webm"}`;
  return new File([blob], name, { type: bare, lastModified: startedAt });
}
