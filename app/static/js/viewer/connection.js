/** What the person's settings and connection allow; it knows no video. */

const TOO_SLOW = ["slow-2g", "2g", "3g"];
// Mbit/s. The full copy takes some 1.4, but of a cable that it has not measured yet Chromium says 1.3
// to 1.6 (1.456 with a tenth of noise: net/nqe/network_quality_estimator_params.cc).
const TOO_NARROW = 1.25;

function network() {
  return navigator.connection ?? {};
}

/** Whether a video may start by itself, muted: nobody asked for calm or for few bytes. */
export function playsByItself() {
  const { saveData, effectiveType } = network();
  const calm = matchMedia("(prefers-reduced-motion: reduce), (prefers-reduced-data: reduce)");
  return !calm.matches && !saveData && !TOO_SLOW.includes(effectiveType);
}

/** Whether a copy of few bytes is better than a sharp one that comes late. */
export function wantsFewBytes() {
  const { saveData, effectiveType, downlink } = network();
  const few = matchMedia("(prefers-reduced-data: reduce)");
  return Boolean(saveData) || few.matches || TOO_SLOW.includes(effectiveType) || downlink < TOO_NARROW;
}

/** How much of the video is loaded before it is asked for. */
export function preloadFor(plays) {
  const { saveData, effectiveType } = network();
  if (saveData || effectiveType === "slow-2g" || effectiveType === "2g") return "none";
  return plays ? "auto" : "metadata";
}
