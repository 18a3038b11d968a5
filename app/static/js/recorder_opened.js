// Loads the recorder when the <details> that holds it is opened: most people choose or upload.

for (const part of document.querySelectorAll("details:has(facecam-recorder)")) {
  const load = () => part.open && import("./recorder.js");
  part.addEventListener("toggle", load);
  load();
}
