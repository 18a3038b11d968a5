// <resumable-upload data-create="URL" data-max-bytes="2147483648" data-kinds="MP4, MOV or WebM">
// around a form with one <input type="file" accept="…">: the file is uploaded as soon as it is
// chosen or dropped. Fires "upload:done" ({next}), then goes to `next` unless that is prevented.
// What was under way before a reload goes on by itself where its file was kept; else the page names
// it: itself with data-listed, in elements with data-upload="URL" (see transfer_view.js).

import { button, icon, make, partWords, sizeWords } from "./elements.js";
import { Transfer } from "./resumable.js";
import { leaveFor, transferView, unlist } from "./transfer_view.js";
import { findFile } from "./kept_files.js";
import { forgetUrl, listUnfinished, pathOf, recall, sweepFiles, whenFree } from "./unfinished.js";
import { askOffset, Gone } from "./upload_wire.js";

class ResumableUpload extends HTMLElement {
  #input;
  #stage;
  #transfer = null;
  #isLooking = false;

  connectedCallback() {
    this.#input = this.querySelector('input[type="file"]');
    if (!this.#input || this.#stage) return;
    this.classList.add("is-on");
    this.#stage = make("div", { className: "upload-stage stack" });
    this.append(this.#dropZone(), this.#stage);
    this.#input.addEventListener("change", () => this.#take(this.#input.files[0]));
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      addEventListener(type, this.#drag);
    }
    document.addEventListener("visibilitychange", this.#look);
    document.addEventListener("submit", this.#discarded);
    this.#takeEarly();
    sweepFiles().then(this.#look);
  }

  disconnectedCallback() {
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      removeEventListener(type, this.#drag);
    }
    document.removeEventListener("visibilitychange", this.#look);
    document.removeEventListener("submit", this.#discarded);
    // A swap took it out of the page; if it was only moved, it is back by now.
    queueMicrotask(() => this.isConnected || this.#transfer?.pause());
  }

  // Chosen before this ran: choosing it again would not be a change. What the browser itself put
  // back after a reload or "back" is not sent again.
  #takeEarly() {
    const [early] = this.#input.files;
    const [{ type }] = performance.getEntriesByType("navigation");
    this.#input.value = "";
    if (early && type === "navigate") this.#take(early);
  }

  get #create() {
    return this.dataset.create;
  }

  #dropZone() {
    const { kinds, maxBytes } = this.dataset;
    this.#input.id ||= "upload-file";
    this.#input.classList.add("sr-only");
    const limits = [kinds, maxBytes && `at most ${sizeWords(Number(maxBytes))}`];
    const zone = make("label", { className: "upload-drop", htmlFor: this.#input.id },
      icon("cloud-upload"),
      make("span", { className: "strong" }, "Drop a file here, or choose one"),
      make("span", { className: "muted small" }, limits.filter(Boolean).join(", ")));
    this.#input.closest("form")?.classList.add("upload-form");
    return zone;
  }

  // Dropped beside the zone, a file would replace the page.
  #drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const inside = this.contains(event.target) && event.type !== "dragleave";
    this.classList.toggle("is-over", inside && event.type !== "drop");
    if (event.type === "drop" && inside && !this.#transfer) this.#take(event.dataTransfer.files[0]);
  };

  #take(file) {
    if (!file) return;
    const problem = this.#problemOf(file);
    if (problem) {
      this.#input.value = "";
      this.#say("bad", problem);
      return;
    }
    this.#send(new Transfer(file, this.#create));
    this.#stage.querySelector("button").focus();
  }

  // Resolves when it has ended.
  #send(transfer) {
    this.#transfer = transfer;
    this.classList.add("is-busy");
    this.#stage.replaceChildren(transferView(transfer, () => this.#ended()));
    return transfer.run();
  }

  #problemOf({ name, size, type }) {
    const { maxBytes, kinds } = this.dataset;
    const limit = Number(maxBytes) || Infinity;
    if (size === 0) return `${name} is empty. Choose another file.`;
    if (size > limit) {
      return `${name} is ${sizeWords(size)}. The limit is ${sizeWords(limit)}: ` +
        (this.dataset.advice ?? "shorten the video or save it smaller.");
    }
    const accepted = this.#input.accept.split(",").map((each) => each.trim().toLowerCase());
    const fits = (each) => each === "" || each === type || name.toLowerCase().endsWith(each) ||
      (each.endsWith("/*") && type.startsWith(each.slice(0, -1)));
    if (accepted.some(fits)) return null;
    return `${name} cannot be used here. Choose ${kinds ? `a file of the kind ${kinds}` : "another file"}.`;
  }

  #ended() {
    const { state, next, name } = this.#transfer;
    if (state === "done") {
      leaveFor(this, next);
      return;
    }
    this.#transfer = null;
    this.classList.remove("is-busy");
    this.#input.value = "";
    if (state === "gone") {
      this.#say("info", `${name} did not go on: the server no longer has what had arrived of it. ` +
        "Choose it again to upload it from its beginning.");
      return;
    }
    this.#say("info", "The upload was cancelled. Nothing of it is kept.");
    this.#input.focus();
  }

  // Also when somebody comes back to this page from another one that was at it and is closed now.
  #look = async () => {
    if (this.#isLooking || this.#transfer) return;
    this.#isLooking = true;
    for (const note of listUnfinished(this.#create)) {
      if (await this.#goOn(note)) break;
      if (!("listed" in this.dataset)) await this.#offer(note);
    }
    this.#isLooking = false;
  };

  // Resolves when it has ended; false when it does not go on here.
  async #goOn({ key, uploadUrl }) {
    const file = await findFile(key);
    return file !== null && whenFree(key, async () => {
      const isWanted = !this.#transfer && this.isConnected;
      // Done or cancelled by the page that was at it until now.
      if (!isWanted || recall(this.#create, file) !== uploadUrl) return false;
      await this.#send(new Transfer(file, this.#create, { goesOn: true }));
      return true;
    });
  }

  async #offer({ name, size, uploadUrl }) {
    try {
      const sent = await askOffset(uploadUrl, new AbortController().signal);
      if (this.#transfer) return;
      unlist(uploadUrl);
      this.#stage.append(this.#unfinished(name, sent, size, uploadUrl));
    } catch (fault) {
      if (fault instanceof Gone) forgetUrl(uploadUrl);
    }
  }

  // By the page's own form: the server is told by that.
  #discarded = ({ target }) => {
    const listed = target.closest("[data-upload]");
    if (listed) forgetUrl(listed.dataset.upload);
  };

  #unfinished(name, sent, size, uploadUrl) {
    const data = { upload: pathOf(uploadUrl) };
    const className = "notice notice-info upload-unfinished";
    const note = make("div", { className, data, role: "status" },
      icon("history"),
      make("strong", { className: "break" }, `${name} was under way`),
      make("div", { className: "stack stack-8" },
        make("span", {}, `${partWords(sent, size)} have arrived. Choose the same file again to go on.`),
        make("div", { className: "row" },
          button("Discard", "trash-2", "btn-outline btn-sm", () => {
            forgetUrl(uploadUrl);
            fetch(uploadUrl, { method: "DELETE" }).catch(() => {});
            note.remove();
            this.#input.focus();
          }))));
    return note;
  }

  #say(kind, text) {
    const symbol = kind === "bad" ? "circle-x" : "info";
    const note = make("div", { className: `notice notice-${kind}`, role: kind === "bad" ? "alert" : "status" });
    this.#stage.replaceChildren(note);
    // Filled after it is in the page, or it is not read out.
    note.append(icon(symbol), make("div", {}, text));
  }
}

customElements.define("resumable-upload", ResumableUpload);
