// Plays the short clip of a picture with [data-hover-play="URL"] while its card is pointed at or
// holds the focus. Nothing is loaded before, and nothing moves for those who want no motion.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const CARD = ".card, label";

function pictureOf(target) {
  return target.closest?.(CARD)?.querySelector("[data-hover-play]") ?? null;
}

function start(target) {
  const picture = pictureOf(target);
  if (!picture || calm.matches || picture.querySelector("video")) return;
  const video = document.createElement("video");
  Object.assign(video, { muted: true, loop: true, playsInline: true, src: picture.dataset.hoverPlay });
  video.setAttribute("aria-hidden", "true");
  picture.append(video);
  // Taken away again before it began: no fault.
  video.play().catch(() => {});
}

function stop(target, to) {
  const picture = pictureOf(target);
  if (!picture || picture.closest(CARD).contains(to)) return;
  picture.querySelector("video")?.remove();
}

document.addEventListener("pointerover", (event) => event.pointerType === "mouse" && start(event.target));
document.addEventListener("pointerout", (event) => stop(event.target, event.relatedTarget));
document.addEventListener("focusin", (event) => start(event.target));
document.addEventListener("focusout", (event) => stop(event.target, event.relatedTarget));
