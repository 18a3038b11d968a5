/**
 * Asks before a form with `data-confirm` is sent: `data-confirm-title` names the thing,
 * `data-confirm` its consequences, `data-confirm-button` what the button does.
 * On a button they hold for that button. Forms work without this; what cannot be undone asks again
 * on the server.
 */

const dialog = document.getElementById("confirm");
const confirmed = new WeakSet();
let answer = () => {};

// Told a moment after it closed, when the next question may be open already.
dialog.addEventListener("close", () => { if (!dialog.open) answer(dialog.returnValue === "yes"); });

function ask(words) {
  answer(false);
  dialog.querySelector("#confirm-title").textContent = words.confirmTitle ?? "Are you sure?";
  dialog.querySelector("#confirm-text").textContent = words.confirm;
  dialog.querySelector("#confirm-yes").textContent = words.confirmButton ?? "Continue";
  dialog.returnValue = "no"; // Esc leaves it as it is
  dialog.showModal();
  return new Promise((resolve) => { answer = resolve; });
}

// Capturing: before htmx and before the browser see the form.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const words = [event.submitter, form].find((each) => each?.dataset.confirm)?.dataset;
  if (!words || confirmed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (!(await ask(words))) return;
  confirmed.add(form);
  form.requestSubmit(submitter);
}, { capture: true });
