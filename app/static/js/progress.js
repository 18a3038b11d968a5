/**
 * Applies the event `progress` of #live to the bars of the page without asking the server:
 * {"render", "campaign", "state", "step", "scene", "scenes", "share", "left_s"}.
 * A row that is shown in another state than the event's is told to fetch itself anew (`stale`).
 */

import { timeLeftWords } from "./elements.js";

const STEPS = {
  preparing: "Preparing",
  recording: "Recording",
  composing: "Putting it together",
  creating_thumbnail: "Drawing the thumbnail",
  uploading: "Storing the video",
};

/** As app/renders/state_words.py says it. */
function stepWords({ step, state, scene, scenes }) {
  const words = STEPS[step] ?? STEPS[state] ?? "At work";
  if (!scene || !scenes) return words;
  if (step === "recording") return `${words} scene ${scene} of ${scenes}`;
  return step === "composing" ? `${words}: scene ${scene} of ${scenes}` : words;
}

function write(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

function applyToVideo(news) {
  const shown = document.getElementById(`video-${news.render}`);
  const meter = document.querySelector(`.video-meter[data-render="${news.render}"]`);
  // A bar may be there already while the row still says that it waits.
  if (!meter || ["waiting", "plan"].includes(shown?.dataset.state)) {
    const part = shown?.closest("[hx-trigger~='stale']") ?? shown;
    if (part) window.htmx.trigger(part, "stale");
  }
  if (!meter) return;
  meter.querySelector("progress").value = news.share ?? 0;
  write(meter.querySelector("[data-step]"), stepWords(news));
  write(meter.querySelector("[data-left]"), news.left_s ? timeLeftWords(news.left_s) : "");
}

// The campaign's bar: what has ended, and the parts of what is being made.
function applyToTotal(news) {
  const bar = document.querySelector(`progress[data-total][data-campaign="${news.campaign}"]`);
  if (!bar) return;
  const shares = new Map(bar.dataset.running.split(" ").filter(Boolean).map((each) => each.split(":")));
  shares.set(news.render, news.share ?? 0);
  bar.dataset.running = [...shares].map((each) => each.join(":")).join(" ");
  bar.value = [...shares.values()].reduce((sum, share) => sum + Number(share), Number(bar.dataset.ended));
}

document.addEventListener("progress", (event) => {
  if (event.target.id !== "live" || !event.detail?.data) return;
  const news = JSON.parse(event.detail.data);
  applyToVideo(news);
  applyToTotal(news);
}, { capture: true });
