/** Registers the service worker that shows the offline page, and leaves a waiting page when it can. */

const RETRY_MS = 5000;

const worker = document.querySelector("meta[name=service-worker]");
if (worker && "serviceWorker" in navigator) {
  // Without it everything works but the offline page; private windows refuse it.
  navigator.serviceWorker.register(worker.content).catch(() => {});
}

// The pages that only wait: no connection, or a service without its database.
const retry = document.querySelector("[data-retry]");
if (retry) {
  const look = async () => {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (answer && answer.status !== 503) location.reload();
  };
  setInterval(look, RETRY_MS);
  addEventListener("online", look);
  retry.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
}
