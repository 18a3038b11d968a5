/**
 * The service worker, served at /sw.js so that its scope is every page. It does one thing: when a page
 * cannot be had, it shows the offline page it kept. Nothing else is cached or touched.
 * Its address names that page and the version of the files it needs: /sw.js?page=/offline&version=….
 */

const asked = new URL(location.href).searchParams;
const PAGE = asked.get("page");
const KEPT = `offline-${asked.get("version")}`;

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { credentials: "omit" });
  const html = await answer.clone().text();
  const files = [...html.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((match) => match[1]);
  await cache.put(PAGE, answer);
  await cache.addAll([...new Set(files)]);
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
}

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(forget().then(() => clients.claim())));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    // Only for the offline page's own files: the browser's cache serves them while there is a network.
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});
