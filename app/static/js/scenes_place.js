// Puts the keyboard at the scene that an act led to: its first field, as the address names it.

const scene = /^#scene-\d+$/.test(location.hash) && document.querySelector(location.hash);
const FIELDS = "input:not([type=hidden], [type=radio]), select, button";

if (scene) {
  const seen = [...scene.querySelectorAll(`.scene-fields :is(${FIELDS})`)];
  seen.find((field) => field.checkVisibility())?.focus({ preventScroll: true });
}
