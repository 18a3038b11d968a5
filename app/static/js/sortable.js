// <sortable-list data-noun="Scene"> around rows `[data-id][data-name]`, each with a
// <button class="sortable-handle">, and one <form> for the order: rows are dragged by the handle,
// by pointer or touch, or moved by keys: space picks up and drops, arrows move, Escape puts back.
// The form is sent with `order=<id>` for each row: by its own hx-… attributes, else by fetch.
// Fires "sortable:moved" ({order}) after a drop, and "sortable:saved" when fetch has sent it.

import { liveRegion, make } from "./elements.js";

const EDGE_PX = 64; // dragging nearer to the window's edge than this scrolls
const FAILED = "The new order could not be saved, so the old one is back. Try again in a moment.";

class SortableList extends HTMLElement {
  #held = null; // {row, before: rows before it moved, pointer}
  #live = null;
  #frame = null;
  #pointerY = 0;

  connectedCallback() {
    this.classList.add("is-on");
    this.addEventListener("keydown", this.#key);
    this.addEventListener("pointerdown", this.#grab);
    this.addEventListener("focusout", this.#left);
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this.#key);
    this.removeEventListener("pointerdown", this.#grab);
    this.removeEventListener("focusout", this.#left);
    cancelAnimationFrame(this.#frame);
    this.#held = null;
  }

  get #rows() {
    return [...this.querySelectorAll("[data-id]")];
  }

  get #order() {
    return this.#rows.map((row) => row.dataset.id);
  }

  #say(text) {
    // A swap of the list takes it away.
    if (!this.#live?.isConnected) this.append((this.#live = liveRegion()));
    this.#live.textContent = text;
  }

  #place(row) {
    const rows = this.#rows;
    const noun = this.dataset.noun ?? "Row";
    return `${noun} ${row.dataset.name}, position ${rows.indexOf(row) + 1} of ${rows.length}`;
  }

  #pickUp(row, pointer) {
    this.#held = { row, before: this.#rows, pointer };
    row.classList.add("is-held");
    row.querySelector(".sortable-handle").setAttribute("aria-pressed", "true");
  }

  // Moves the others, never the row itself: an element that moves loses focus and pointer.
  #moveTo(index) {
    const { row } = this.#held;
    const rows = this.#rows;
    const from = rows.indexOf(row);
    const to = Math.max(0, Math.min(index, rows.length - 1));
    if (to === from) return;
    if (to < from) row.after(...rows.slice(to, from));
    else row.before(...rows.slice(from + 1, to + 1));
    this.#say(this.#place(row));
  }

  #restore(before) {
    const row = this.#held?.row ?? before.find((each) => each.contains(document.activeElement));
    const at = before.indexOf(row);
    if (at < 0) before[0].parentElement.append(...before);
    else {
      row.before(...before.slice(0, at));
      row.after(...before.slice(at + 1));
    }
  }

  #letGo() {
    const { row } = this.#held;
    row.classList.remove("is-held");
    row.querySelector(".sortable-handle").removeAttribute("aria-pressed");
    cancelAnimationFrame(this.#frame);
    this.#held = null;
  }

  #drop() {
    const { row, before } = this.#held;
    this.#letGo();
    const hasMoved = before.some((each, i) => each !== this.#rows[i]);
    this.#say(`${this.#place(row)}, dropped`);
    if (hasMoved) this.#send(before);
  }

  #putBack() {
    const { row, before } = this.#held;
    this.#restore(before);
    this.#letGo();
    this.#say(`${this.#place(row)}, put back`);
  }

  #key = (event) => {
    const handle = event.target.closest(".sortable-handle");
    if (!handle) return;
    const row = handle.closest("[data-id]");
    const steps = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (event.repeat) return;
      if (this.#held) this.#drop();
      else {
        this.#pickUp(row, null);
        this.#say(`${this.#place(row)}, picked up. Arrow keys move it, space drops it, Escape puts it back.`);
      }
    } else if (this.#held && event.key in steps) {
      event.preventDefault();
      this.#moveTo(this.#rows.indexOf(row) + steps[event.key]);
      handle.scrollIntoView({ block: "nearest" });
    } else if (this.#held && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#putBack();
    }
  };

  // Whoever tabs away has decided.
  #left = (event) => {
    if (this.#held?.pointer === null && this.#held.row.contains(event.target)) this.#drop();
  };

  #grab = (event) => {
    const handle = event.target.closest(".sortable-handle");
    if (!handle || this.#held || event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    this.#pickUp(handle.closest("[data-id]"), event.pointerId);
    this.#pointerY = event.clientY;
    const end = (ending) => {
      for (const [type, listener] of Object.entries(listeners)) {
        handle.removeEventListener(type, listener);
      }
      document.removeEventListener("keydown", escape, true);
      if (!this.#held) return;
      if (ending.type === "pointerup") this.#drop();
      else this.#putBack();
    };
    const listeners = {
      pointermove: (moved) => { this.#pointerY = moved.clientY; },
      pointerup: end,
      pointercancel: end,
    };
    const escape = (pressed) => {
      if (pressed.key !== "Escape") return;
      pressed.preventDefault();
      pressed.stopPropagation();
      end(pressed);
    };
    for (const [type, listener] of Object.entries(listeners)) {
      handle.addEventListener(type, listener);
    }
    document.addEventListener("keydown", escape, true);
    this.#drag();
  };

  // Once per frame, so that the row also moves while the page scrolls under a still pointer.
  #drag() {
    if (!this.#held) return;
    const y = this.#pointerY;
    const rows = this.#rows;
    const at = rows.indexOf(this.#held.row);
    const middle = (row) => {
      const { top, height } = row.getBoundingClientRect();
      return top + height / 2;
    };
    const above = rows.findIndex((row, i) => i < at && y < middle(row));
    const below = rows.findLastIndex((row, i) => i > at && y > middle(row));
    if (above >= 0) this.#moveTo(above);
    else if (below >= 0) this.#moveTo(below);
    if (y < EDGE_PX) scrollBy(0, (y - EDGE_PX) / 4);
    if (y > innerHeight - EDGE_PX) scrollBy(0, (y - innerHeight + EDGE_PX) / 4);
    this.#frame = requestAnimationFrame(() => this.#drag());
  }

  async #send(before) {
    const form = this.querySelector("form");
    const order = this.#order;
    const inputs = order.map((value) => make("input", { type: "hidden", name: "order", value }));
    for (const old of form.querySelectorAll('input[name="order"]')) old.remove();
    form.append(...inputs);
    this.dispatchEvent(new CustomEvent("sortable:moved", { bubbles: true, detail: { order } }));
    if (form.matches("[hx-post], [hx-put], [hx-patch]")) {
      form.requestSubmit();
      return;
    }
    const { action, method } = form;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(action, { method, body }).catch(() => null);
    if (answer?.ok) {
      this.dispatchEvent(new CustomEvent("sortable:saved", { bubbles: true, detail: { order } }));
      return;
    }
    if (this.isConnected) this.#restore(before);
    this.#say(FAILED);
    const detail = { kind: "bad", text: FAILED };
    document.dispatchEvent(new CustomEvent("toast", { detail }));
  }
}

customElements.define("sortable-list", SortableList);
