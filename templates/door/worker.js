// Keeps the scanner page on the device, so that it opens without a network. Personal data is never kept here.
const KEPT = "door-{{ digest }}";
const PAGE = {{ page|tojson }};
const FILES = {{ files|tojson }};

self.addEventListener("install", (event) => {
  const fetched = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(fetched)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("door-") && name !== KEPT);
  const forget = caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name))));
  event.waitUntil(forget.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isOurs = url.origin === self.location.origin && (url.pathname === PAGE || FILES.includes(url.pathname));
  if (event.request.method !== "GET" || !isOurs) return;
  const kept = caches.open(KEPT).then((cache) => cache.match(event.request, { ignoreSearch: true, ignoreVary: true }));
  event.respondWith(kept.then((found) => found ?? fetch(event.request)));
});
