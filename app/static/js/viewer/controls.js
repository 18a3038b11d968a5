/** Puts media-chrome's controls in the place of the browser's once they are there; until then, and
    when they never come, the browser's stay. */

export function loadControls(box, video) {
  const script = document.createElement("script");
  script.src = box.dataset.controls;
  script.integrity = box.dataset.integrity;
  script.addEventListener("load", () => {
    // A button that does nothing helps nobody.
    if (!document.pictureInPictureEnabled) box.querySelector("media-pip-button").remove();
    video.controls = false;
  });
  document.head.append(script);
}
