/**
 * A button with `data-copy="text"` puts that text on the clipboard and says so; with
 * `data-copy-html` too, programs that take formatted text get that, others the text. In a dialog,
 * over which no toast is seen, its `.copied` element says it.
 */

import { toast } from "./toasts.js";

const SAID_MS = 4000;

function say(button, kind, text) {
  const place = button.closest("dialog")?.querySelector(".copied");
  if (!place) return toast({ kind, text });
  place.textContent = text;
  clearTimeout(place.ending);
  place.ending = setTimeout(() => place.replaceChildren(), SAID_MS);
}

const asBlob = (text, type) => new Blob([text], { type });

async function write(text, html) {
  if (!html) return navigator.clipboard.writeText(text);
  return navigator.clipboard.write([new ClipboardItem({
    "text/plain": asBlob(text, "text/plain"),
    "text/html": asBlob(html, "text/html"),
  })]);
}

/** For pages without a clipboard of their own: plain http, browsers from before ClipboardItem. */
function writeByCommand(text, html) {
  const give = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", give, { capture: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", give, { capture: true });
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const { copy: text, copyHtml: html, copied = "Copied." } = button.dataset;
  button.closest("details[name='menus']")?.removeAttribute("open");
  try {
    await write(text, html);
  } catch {
    if (!writeByCommand(text, html)) {
      say(button, "warn", `Your browser does not let us copy. Copy this yourself: ${html ?? text}`);
      return;
    }
  }
  say(button, "good", copied);
});
