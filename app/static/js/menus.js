/** Menus are `<details name="menus">`: this closes them on Esc, on a press beside them and after a choice. */

const OPEN = "details[name='menus'][open]";

function close(details, { focus = false } = {}) {
  details.open = false;
  if (focus) details.querySelector("summary").focus();
}

document.addEventListener("pointerdown", (event) => {
  for (const details of document.querySelectorAll(OPEN)) {
    if (!details.contains(event.target)) close(details);
  }
});

document.addEventListener("focusin", (event) => {
  // A dialog gives the focus back to the choice that opened it; the menu waits for that.
  if (event.target.closest("dialog")) return;
  for (const details of document.querySelectorAll(OPEN)) {
    if (!details.contains(event.target)) close(details);
  }
});

document.addEventListener("keydown", (event) => {
  const details = event.target.closest?.(OPEN);
  if (!details) return;
  if (event.key === "Escape") close(details, { focus: true });
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const items = [...details.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  items.at(at === -1 && step === -1 ? -1 : (at + step) % items.length)?.focus();
});

document.addEventListener("submit", (event) => {
  const details = event.target.closest(OPEN);
  if (details) close(details, { focus: true });
});
