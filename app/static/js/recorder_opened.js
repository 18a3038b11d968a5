// Loads the recorder when the <details> that holds it is opened: most people choose or upload.
// It is opened for whoever has a take here that was not uploaded yet.

import { findTake } from "./takes.js";

for (const part of document.querySelectorAll("details:has(facecam-recorder)")) {
  const load = () => part.open && import("./recorder.js");
  part.addEventListener("toggle", load);
  const { create } = part.querySelector("facecam-recorder").dataset;
  const take = await findTake(create).catch(() => null);
  part.open ||= take !== null;
  load();
}
