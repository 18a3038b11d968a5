/**
 * Toasts: messages of #toasts, shown a while and dismissable.
 * They come with the page, as `<hx-partial hx-target="#toasts">` in an answer, or by the header
 * `HX-Trigger: {"toast": {"kind": "good", "text": "Saved.", "undo": {"action": url, "label": "Undo"}}}`.
 */

const SHOWN_MS = { info: 6000, good: 6000, warn: 12000, bad: Infinity };
const UNDO_MS = 12000; // time to read, to understand, and to reach for the button
const BROKEN = "Something broke on our side. Nothing was changed; try again in a moment.";
const LOST = "No answer came back. Check your connection, then try again.";

const region = document.getElementById("toasts");

/** Show a message. It leaves by itself unless it tells of a failure. */
export function toast({ kind = "info", text, undo = null }) {
  const template = document.getElementById(`toast-${kind}`) ?? document.getElementById("toast-info");
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector("p").textContent = text;
  if (undo) {
    const form = element.querySelector("form");
    form.action = undo.action;
    form.hidden = false;
    if (undo.label) form.querySelector("button").textContent = undo.label;
  }
  region.append(element);
}

function start(element) {
  const undoable = element.querySelector("form:not([hidden])") !== null;
  const shown = Math.max(SHOWN_MS[element.dataset.kind] ?? 6000, undoable ? UNDO_MS : 0);
  if (shown === Infinity) return;
  let timer;
  const run = () => { timer = setTimeout(() => element.remove(), shown); };
  // Nothing disappears under a pointer or while it has the focus.
  const hold = () => clearTimeout(timer);
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", run);
  element.addEventListener("focusout", run);
  run();
}

for (const element of region.querySelectorAll(".toast")) start(element);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) if (node.classList?.contains("toast")) start(node);
  }
}).observe(region, { childList: true });

region.addEventListener("click", (event) => event.target.closest(".close")?.closest(".toast").remove());
document.addEventListener("toast", (event) => toast(event.detail));

/** The sentence of an error page, which is not swapped in: _head.html names the states. */
function said(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-said]")?.textContent;
}

document.addEventListener("htmx:response:error", (event) => {
  const { text, response } = event.detail.ctx;
  // 422 brings the form back with its errors; a toast in the header says it itself.
  if (response.status === 422 || response.headers.get("HX-Trigger")?.includes("toast")) return;
  toast({ kind: "bad", text: said(text ?? "") ?? BROKEN });
});
document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx?.response) toast({ kind: "bad", text: LOST });
});
