/** Shows each call to action that has its moment when the video is there, and lets it stay. */

export function followMoments(video) {
  const waiting = new Set(document.querySelectorAll("[data-at-s]"));
  if (!waiting.size) return;
  document.documentElement.classList.add("is-timed");
  const look = () => {
    for (const each of waiting) {
      // One that is set after the end appears at the end.
      if (video.currentTime < Number(each.dataset.atS) && !video.ended) continue;
      each.classList.add("is-due");
      waiting.delete(each);
    }
  };
  video.addEventListener("timeupdate", look);
  video.addEventListener("ended", look);
}
