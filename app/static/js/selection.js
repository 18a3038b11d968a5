/**
 * Boxes with the name `ids` and the form `bulk`: says how many are chosen, chooses all or none.
 * The bar itself is shown and hidden by the sheet; its buttons work without this.
 */

const boxes = () => [...document.querySelectorAll("input[name='ids'][form='bulk']")];

function tell() {
  const place = document.querySelector("#bulk [data-chosen]");
  if (!place) return;
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  place.textContent = `${chosen} chosen`;
  document.querySelector("#bulk [data-choose='all']").hidden = chosen === all.length;
}

function choose(checked) {
  for (const box of boxes()) box.checked = checked;
  tell();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[name='ids'][form='bulk']")) tell();
});
document.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-choose]")?.dataset.choose;
  if (kind) choose(kind === "all");
  if (kind === "none") boxes()[0]?.focus();
});
document.addEventListener("keydown", (event) => {
  // In a menu or a dialog Esc closes that.
  if (event.key === "Escape" && event.target.matches("body, input[name='ids'], #bulk *")) choose(false);
});
document.addEventListener("htmx:after:swap", tell);
tell(); // after "back" the browser may have kept the marks
