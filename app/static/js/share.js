// Shows the ways to share a video in #share-dialog instead of on their own page, which is where the
// same links (.share-start) lead without this.

const dialog = document.getElementById("share-dialog");
const body = document.getElementById("share-dialog-body");
const title = document.getElementById("share-dialog-title");
let asked = 0;

async function ask(link) {
  const mine = ++asked;
  const answer = await fetch(link.href, { headers: { "X-Part": "dialog" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  const html = await answer.text();
  // Somebody closed it, or asked for another one meanwhile.
  if (mine === asked && dialog.open) body.innerHTML = html;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.share-start");
  if (!dialog || !link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("details[name='menus']")?.removeAttribute("open");
  title.textContent = link.dataset.title ?? "Share";
  body.replaceChildren(Object.assign(document.createElement("div"), { className: "share-waiting" }));
  if (!dialog.open) dialog.showModal();
  ask(link).catch(() => location.assign(link.href));
});

dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog?.addEventListener("close", () => {
  asked += 1;
  body.replaceChildren();
});
