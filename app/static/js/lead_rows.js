// Keeps the hands on the keyboard while rows of a list are mended: a saved row gives the focus to
// what is still wrong with it, or to the next row that is to be mended.

const FIELD = "input:not([type=hidden]), textarea";

function nextOpen(row) {
  for (let each = row.nextElementSibling; each; each = each.nextElementSibling) {
    if (each.matches(".is-open, .is-wrong")) return each;
  }
  return null;
}

function place(row) {
  if (row.matches(".is-wrong")) return row.querySelector("[aria-invalid=true]") ?? row.querySelector(FIELD);
  if (row.matches(".is-skipped")) return nextOpen(row)?.querySelector(FIELD) ?? row.querySelector("button");
  if (row.matches(".is-fixed")) return nextOpen(row)?.querySelector(FIELD) ?? document.getElementById("rows");
  return row.querySelector(FIELD);
}

document.addEventListener("htmx:after:swap", (event) => {
  const id = event.detail.ctx?.target?.id ?? "";
  const row = id.startsWith("lead-row-") ? document.getElementById(id) : null;
  if (row) place(row)?.focus();
});
