/** What the person's settings and connection allow; it knows no video. */

const TOO_SLOW = ["slow-2g", "2g", "3g"];

function network() {
  return navigator.connection ?? {};
}

/** Whether a video may start by itself, muted: nobody asked for calm or for few bytes. */
export function playsByItself() {
  const { saveData, effectiveType } = network();
  const calm = matchMedia("(prefers-reduced-motion: reduce), (prefers-reduced-data: reduce)");
  return !calm.matches && !saveData && !TOO_SLOW.includes(effectiveType);
}

/** How much of the video is loaded before it is asked for. */
export function preloadFor(plays) {
  const { saveData, effectiveType } = network();
  if (saveData || effectiveType === "slow-2g" || effectiveType === "2g") return "none";
  return plays ? "auto" : "metadata";
}
