// Shows a transfer: a bar, what is done of how many megabytes, what is wrong, pause and cancel.

import { button, icon, liveRegion, make, partWords, timeLeftWords } from "./elements.js";
import { pathOf } from "./unfinished.js";

function words(transfer) {
  const part = partWords(transfer.sentBytes, transfer.sizeBytes);
  const again = Math.max(1, Math.round(transfer.waitMs / 1000));
  switch (transfer.state) {
    case "starting": return "Starting";
    case "checking": return "All sent. The server is checking the file.";
    case "waiting":
      return `The connection was lost at ${part}. Trying again in ${again} s; ` +
        "what has arrived is kept.";
    case "offline": return `You are offline. It goes on from ${part} when you are back.`;
    case "paused": return `Paused at ${part}`;
    case "gone":
    case "failed": return `Stopped at ${part}`;
    case "done": return "Uploaded";
    case "cancelled": return "Cancelled";
    default: {
      const leftS = transfer.leftS;
      return leftS === null ? part : `${part} · ${timeLeftWords(leftS)}`;
    }
  }
}

// What is worth interrupting somebody for: each quarter, and every change of state.
function announcement(transfer) {
  const quarter = Math.floor((4 * transfer.sentBytes) / transfer.sizeBytes) * 25;
  return transfer.state === "sending" ? `${quarter} percent uploaded` : words(transfer);
}

// What goes on is named as unfinished no longer, wherever the page does.
export function unlist(uploadUrl) {
  for (const each of document.querySelectorAll("[data-upload]")) {
    if (each.dataset.upload === pathOf(uploadUrl)) each.remove();
  }
}

// An element that follows `transfer` until it ends; onEnd is called then.
export function transferView(transfer, onEnd) {
  const said = make("span", { className: "num" });
  const bar = make("progress", { max: transfer.sizeBytes, aria: { label: "Uploaded" } });
  const problem = make("div", { role: "alert" });
  const live = liveRegion();
  const hold = button("Pause", "pause", "btn-outline", () => transfer.pause());
  const goOn = button("Continue", "play", "btn-outline", () => transfer.resume());
  const retry = button("Try again", "rotate-ccw", "btn-outline", () => transfer.resume());
  const cancel = button("Cancel", "x", "btn-ghost", () => transfer.cancel());
  const view = make("div", { className: "transfer" },
    make("div", { className: "meter" },
      make("div", { className: "meter-words transfer-words" },
        make("span", { className: "truncate" }, transfer.name), said),
      bar),
    problem,
    make("div", { className: "row transfer-actions" }, hold, goOn, retry, cancel),
    live);

  function show() {
    const { state, url } = transfer;
    if (url) unlist(url);
    view.dataset.state = state;
    bar.value = transfer.sentBytes;
    said.textContent = words(transfer);
    const told = announcement(transfer);
    if (live.textContent !== told) live.textContent = told;
    hold.hidden = !["starting", "sending"].includes(state);
    goOn.hidden = state !== "paused";
    retry.hidden = !(state === "waiting" || (state === "failed" && transfer.canRetry));
    cancel.hidden = transfer.hasEnded;
    if (problem.dataset.shown !== transfer.error) {
      problem.dataset.shown = transfer.error;
      problem.replaceChildren(...(transfer.error ? [
        make("div", { className: "notice notice-bad" },
          icon("circle-x"), make("div", {}, transfer.error)),
      ] : []));
    }
    if (transfer.hasEnded) {
      transfer.removeEventListener("change", show);
      onEnd(transfer);
    }
  }
  transfer.addEventListener("change", show);
  show();
  return view;
}

// Goes where the server said, unless the page wants to do something else with it.
export function leaveFor(element, next) {
  const wanted = new CustomEvent("upload:done", {
    bubbles: true, cancelable: true, detail: { next },
  });
  if (element.dispatchEvent(wanted)) location.assign(next);
}
