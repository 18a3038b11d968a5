/** Keys for the video: space and the arrows wherever nothing else takes them; k, m, f and c in the
    player alone, as letters may mean something to who speaks to a computer (WCAG 2.1.4). */

import { ownTrack } from "./player.js";

const STEP_S = 5;
const STEP_VOLUME = 0.1;
const TAKES_SPACE = "a, button, input, select, textarea, summary, [role=button], [contenteditable]";

export function followKeys(box, video) {
  const louder = (by) => {
    video.volume = Math.min(1, Math.max(0, video.volume + by));
  };
  const seek = (by) => {
    video.currentTime = Math.max(0, Math.min(video.duration || Number(video.dataset.durationS), video.currentTime + by));
  };
  const toggle = () => {
    if (box.classList.contains("is-covered")) document.getElementById("tap").click();
    else if (video.paused) video.play().catch(() => {});
    else video.pause();
  };
  const anywhere = { " ": toggle, ArrowLeft: () => seek(-STEP_S), ArrowRight: () => seek(STEP_S) };
  const inPlayer = {
    ...anywhere,
    ArrowUp: () => louder(STEP_VOLUME),
    ArrowDown: () => louder(-STEP_VOLUME),
    k: toggle,
    m: () => { video.muted = !video.muted; },
    f: () => fullScreen(video),
    c: () => captions(video),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const isIn = box.contains(target);
    if (!isIn && target !== document.body) return;
    if (event.key === " " && target.matches(TAKES_SPACE)) return;
    // A range moves by arrows itself; the browser's own controls know all keys but letters.
    if (event.key.startsWith("Arrow") && target.matches("media-time-range")) return;
    if (target === video && video.controls && event.key.length > 1) return;
    const act = (isIn ? inPlayer : anywhere)[event.key.length > 1 ? event.key : event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function captions(video) {
  const shown = [...video.textTracks].find((track) => track.mode === "showing");
  const own = ownTrack(video);
  if (shown) shown.mode = "disabled";
  else if (own) own.mode = "showing";
}

function fullScreen(video) {
  const controller = video.closest("media-controller");
  // Refused where pages may not, and on phones that give the whole screen to videos alone.
  if (document.fullscreenElement) document.exitFullscreen();
  else if (controller.requestFullscreen) controller.requestFullscreen().catch(() => {});
  else video.webkitEnterFullscreen?.();
}
