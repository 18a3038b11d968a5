// Shows the draft of a lead's video in #preview-dialog instead of on its own page, which is where
// the same forms (.preview-start) lead without this.

const dialog = document.getElementById("preview-dialog");
const body = document.getElementById("preview-dialog-body");
const title = document.getElementById("preview-dialog-title");
let asked = 0;

function show(html) {
  body.innerHTML = html;
  window.htmx?.process(body);
}

async function ask(form) {
  const mine = ++asked;
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "X-Part": "dialog" },
  });
  // Somebody closed it, or asked for another one meanwhile.
  if (mine !== asked || !dialog.open) return;
  if (answer.ok || answer.status === 422) show(await answer.text());
  else form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!dialog || !form.matches(".preview-start")) return;
  event.preventDefault();
  body.replaceChildren(Object.assign(document.createElement("div"), { className: "preview-stage" }));
  if (form.dataset.title) title.textContent = form.dataset.title;
  if (!dialog.open) dialog.showModal();
  ask(form).catch(() => form.submit());
});

dialog?.addEventListener("close", () => {
  asked += 1;
  body.replaceChildren();
});
