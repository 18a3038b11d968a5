/** A button with `data-copy="text"` puts that text on the clipboard and says so. */

import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  button.closest("details[name='menus']")?.removeAttribute("open");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast({ kind: "good", text: "Copied." });
  } catch {
    toast({ kind: "warn", text: `Your browser does not let us copy. This is the link: ${button.dataset.copy}` });
  }
});
