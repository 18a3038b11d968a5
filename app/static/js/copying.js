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

/** As if somebody had pressed the keys for it: also on plain http, and in older browsers. */
function writeByCommand(text, html) {
  let isGiven = false;
  const give = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
    isGiven = true;
  };
  document.addEventListener("copy", give, { capture: true });
  try {
    return document.execCommand("copy") && isGiven;
  } finally {
    document.removeEventListener("copy", give, { capture: true });
  }
}

async function writeByRequest(text, html) {
  if (!html) return navigator.clipboard.writeText(text);
  const parts = { "text/plain": text, "text/html": html };
  const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}

/** Resolves to whether it is there. What is formatted goes by the command first: a request reads
    the HTML as if it stood on this page, whose policy complains of the styles in it. */
async function write(text, html) {
  if (html && writeByCommand(text, html)) return true;
  try {
    await writeByRequest(text, html);
    return true;
  } catch {
    return writeByCommand(text, html);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const { copy: text, copyHtml: html, copied = "Copied." } = button.dataset;
  button.closest("details[name='menus']")?.removeAttribute("open");
  if (await write(text, html)) say(button, "good", copied);
  else say(button, "warn", `Your browser does not let us copy. Copy this yourself: ${html ?? text}`);
});
