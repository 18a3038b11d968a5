/** Registers the service worker that shows the offline page, and reloads that page when it can. */

const worker = document.querySelector("meta[name=service-worker]");
if (worker && "serviceWorker" in navigator) {
  // Without it everything works but the offline page; private windows refuse it.
  navigator.serviceWorker.register(worker.content).catch(() => {});
}

const retry = document.querySelector("[data-reload]");
if (retry) {
  addEventListener("online", () => location.reload());
  retry.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
}
