/** What was typed into a field before htmx had begun is told to it then: a slow page answers all the same. */

document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[hx-trigger*='input']")) {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
