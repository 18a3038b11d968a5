// Sends a file in chunks, through lost connections and reloads; shows nothing (transfer_view.js
// does).

import { keepFile } from "./kept_files.js";
import { forget, hold, keyOf, recall, remember } from "./unfinished.js";
import { announce, askOffset, Gone, Lost, Moved, putChunk, Refused } from "./upload_wire.js";

const CHUNK_BYTES = 4 * 1024 * 1024;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const RATE_WINDOW_MS = 8_000;
const STOPPED = ["paused", "cancelled"];
const ENDED = ["done", "cancelled", "gone"];

const UNREADABLE =
  "The file can no longer be read: it was moved, changed or deleted. Choose it again.";

// Fires "change" whenever one of these has changed: `state`, `sentBytes`, `error`, `waitMs`.
// States: starting, sending, checking (all is sent), waiting (tries again after `waitMs`), offline,
// paused, failed (`error`, `canRetry`), cancelled, done (`next`: where to go), gone (what went on by
// itself is no longer on the server).
export class Transfer extends EventTarget {
  state = "starting";
  sentBytes = 0;
  error = "";
  canRetry = false;
  waitMs = 0;
  next = null;
  #file;
  #create;
  #url;
  #goesOn;
  #keeps;
  #offset = null; // how much the server has; null: it has to be asked
  #control = new AbortController(); // ends the request or the wait that is under way
  #samples = [];

  // file: a File, or a Blob with name and lastModified. create: where an upload begins. goesOn: by
  // itself, as nobody chose the file now; then it never begins anew. keeps: the file, for a reload.
  constructor(file, create, { goesOn = false, keeps = !goesOn } = {}) {
    super();
    this.#goesOn = goesOn;
    this.#keeps = keeps;
    this.#file = file;
    this.#create = create;
    this.#url = recall(create, file);
  }

  get name() {
    return this.#file.name;
  }

  get sizeBytes() {
    return this.#file.size;
  }

  // Where it goes on; null before the server has said it.
  get url() {
    return this.#url;
  }

  get hasEnded() {
    return ENDED.includes(this.state);
  }

  // Seconds until all is sent at the present rate, or null while that is not known.
  get leftS() {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (this.state !== "sending" || !first || last.at - first.at < 1_500) return null;
    const rate = (last.bytes - first.bytes) / (last.at - first.at);
    return rate > 0 ? (this.sizeBytes - this.sentBytes) / rate / 1000 : null;
  }

  // Resolves when it has ended.
  run() {
    return hold(keyOf(this.#create, this.#file), () => this.#untilEnded());
  }

  async #untilEnded() {
    const offline = () => this.state === "sending" && this.#interrupt();
    addEventListener("offline", offline);
    let failures = 0;
    while (!this.hasEnded) {
      try {
        await this.#step();
        failures = 0;
      } catch (fault) {
        failures += 1;
        await this.#answer(fault, failures);
        await this.#resumed();
      }
    }
    removeEventListener("offline", offline);
  }

  pause() {
    if (!["starting", "sending", "waiting", "offline"].includes(this.state)) return;
    this.#change({ state: "paused" });
    this.#interrupt();
  }

  // Goes on after a pause or a failure, and cuts a wait short.
  resume() {
    if (this.state === "waiting") this.#interrupt();
    if (this.state === "paused" || (this.state === "failed" && this.canRetry)) {
      this.#change({ state: "starting", error: "" });
    }
  }

  // Nothing is kept on the server.
  cancel() {
    if (this.hasEnded) return;
    this.#change({ state: "cancelled" });
    this.#interrupt();
    forget(this.#create, this.#file);
    if (this.#url) fetch(this.#url, { method: "DELETE", keepalive: true }).catch(() => {});
  }

  async #step() {
    const { signal } = this.#control;
    if (this.#url === null) {
      this.#url = await announce(this.#create, this.#file, signal);
      remember(this.#create, this.#file, this.#url);
      this.#offset = 0;
    }
    if (this.#keeps) keepFile(keyOf(this.#create, this.#file), this.#file); // beside the sending
    this.#keeps = false;
    this.#offset ??= await askOffset(this.#url, signal);
    if (signal.aborted || STOPPED.includes(this.state)) throw new Lost();
    const offset = this.#offset;
    this.#sent(offset);
    const answer = await putChunk(this.#url, offset, this.#file.slice(offset, offset + CHUNK_BYTES), {
      signal,
      onProgress: (bytes) => this.state === "sending" && this.#sent(offset + bytes),
      onSent: () => offset + CHUNK_BYTES >= this.sizeBytes && this.#change({ state: "checking" }),
    });
    if (answer.next) {
      await forget(this.#create, this.#file);
      this.#change({ state: "done", sentBytes: this.sizeBytes, next: answer.next });
    } else {
      this.#offset = answer.offset;
    }
  }

  async #answer(fault, failures) {
    this.#samples = [];
    const asked = this.#offset;
    this.#offset = fault instanceof Moved ? fault.offset : null;
    if (STOPPED.includes(this.state)) return;
    if (fault instanceof Gone) {
      forget(this.#create, this.#file);
      if (this.#goesOn) {
        this.#change({ state: "gone" });
        return;
      }
      this.#url = null;
      if (failures > 1) await this.#wait(failures);
    } else if (fault instanceof Moved) {
      // The same place again means that another connection still holds the upload.
      if (fault.offset === asked) await this.#wait(failures);
    } else if (fault instanceof Lost) {
      if (await this.#isReadable()) await this.#wait(failures);
      else this.#change({ state: "failed", error: UNREADABLE, canRetry: false });
    } else {
      const why = fault instanceof Refused ? fault : new Refused(undefined, { final: false });
      this.#change({ state: "failed", error: why.message, canRetry: !why.final });
    }
  }

  // A file that was deleted fails like a lost connection.
  async #isReadable() {
    try {
      await this.#file.slice(this.sentBytes, this.sentBytes + 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }

  // Until the time is over, the connection is back, or somebody does not want to wait.
  async #wait(failures) {
    if (STOPPED.includes(this.state)) return;
    const isOnline = navigator.onLine;
    const waitMs = isOnline
      ? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
      : LONGEST_WAIT_MS;
    this.#change({ state: isOnline ? "waiting" : "offline", waitMs });
    const { signal } = this.#renewed();
    await new Promise((resolve) => {
      const timer = setTimeout(done, waitMs);
      function done() {
        clearTimeout(timer);
        removeEventListener("online", done);
        resolve();
      }
      addEventListener("online", done);
      signal.addEventListener("abort", done);
    });
  }

  // Resolves when nobody has paused it, and a failure has been answered by "try again".
  async #resumed() {
    while (this.state === "paused" || this.state === "failed") {
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
    this.#renewed();
  }

  #renewed() {
    if (this.#control.signal.aborted) this.#control = new AbortController();
    return this.#control;
  }

  #interrupt() {
    this.#control.abort();
  }

  #sent(bytes) {
    const at = performance.now();
    this.#samples = this.#samples.filter((sample) => at - sample.at < RATE_WINDOW_MS);
    this.#samples.push({ at, bytes });
    this.#change({ state: "sending", sentBytes: bytes });
  }

  #change(values) {
    if (this.state === "cancelled") return;
    Object.assign(this, values);
    this.dispatchEvent(new Event("change"));
  }
}
