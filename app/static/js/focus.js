/**
 * Keeps the keyboard's place through swaps. htmx finds an element again by its id; this does the rest:
 * the first field in error after a refused form, else the neighbour of what is gone, else the page.
 */

let last = null;

function remember(element) {
  // Not the element itself: a field of a form that is swapped goes with it.
  const row = element.parentElement?.closest("[id]");
  last = {
    id: element.id,
    name: element.name,
    row: row?.id,
    next: row?.nextElementSibling?.id,
    previous: row?.previousElementSibling?.id,
  };
}

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled], [type=hidden]), summary, select, textarea";

function within(id) {
  const place = id ? document.getElementById(id) : null;
  if (!place) return null;
  const namesake = last.name ? place.querySelector(`[name="${CSS.escape(last.name)}"]`) : null;
  return namesake ?? (place.matches(FOCUSABLE) ? place : place.querySelector(FOCUSABLE));
}

/** Focus the first of these that takes it: what is hidden or gone does not. */
function focusFirst(places) {
  for (const place of places) {
    place()?.focus({ preventScroll: true });
    if (document.activeElement !== document.body) return;
  }
}

document.addEventListener("focusin", (event) => {
  // A dialog is on its way; the place to keep is the one it was opened from.
  if (!event.target.closest("dialog")) remember(event.target);
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  // What saves itself with `data-goes-on` was left by somebody who types in the next field.
  if (ctx?.response?.status === 422 && !ctx.sourceElement?.closest("[data-goes-on]")) {
    const wrong = document.querySelector("[aria-invalid=true]");
    (wrong?.matches("fieldset") ? wrong.querySelector("input") : wrong)?.focus();
    return;
  }
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (!lost || !last) return;
  focusFirst([
    () => document.getElementById(last.id),
    () => within(last.row),
    () => within(last.next),
    () => within(last.previous),
    () => document.getElementById("content"),
  ]);
});
