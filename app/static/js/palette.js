/** Ctrl K, ⌘K: go to a page or a campaign by typing some of its name. */

const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const results = dialog.querySelector("#palette-results");
const nothing = dialog.querySelector(".palette-none");
const mac = /Mac|iPhone|iPad/.test(navigator.platform);

for (const key of document.querySelectorAll("[data-shortcut]")) key.textContent = mac ? "⌘K" : "Ctrl K";

const links = () => [...dialog.querySelectorAll("a")].filter((link) => !link.closest("[hidden]"));

function mark(link) {
  dialog.querySelector(".next")?.classList.remove("next");
  link?.classList.add("next");
}

function filter() {
  const words = input.value.trim().toLowerCase();
  if (!words) results.replaceChildren();
  for (const item of dialog.querySelectorAll("[data-static] li")) {
    item.hidden = !item.textContent.toLowerCase().includes(words);
  }
  nothing.hidden = links().length > 0;
  mark(links()[0]);
}

function open() {
  if (dialog.open) return;
  input.value = "";
  filter();
  dialog.showModal();
  input.focus();
}

function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  if (at === -1) all.at(step > 0 ? Math.min(1, all.length - 1) : -1)?.focus();
  else if (at + step < 0) input.focus();
  else all[Math.min(at + step, all.length - 1)].focus();
}

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (mac ? event.metaKey : event.ctrlKey)) {
    event.preventDefault();
    open();
  }
});

dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    dialog.querySelector(".next")?.click();
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.target !== input) {
    input.focus(); // what is typed on a result goes on with the search
  }
});

dialog.addEventListener("focusin", (event) => { if (event.target.matches("a")) mark(event.target); });
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
input.addEventListener("input", filter);
dialog.addEventListener("htmx:after:swap", filter); // told of by the input that asked
for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", open);
