// Keeps the page for use without a network: what belongs to it is fetched once, and answered from there.

const CACHE = "balanced-0.1.0";
const FILES = [
  "./", "index.html", "style.css", "page.js", "show.js", "manifest.webmanifest", "icon.svg",
  ...["browser.js", "analyze.js", "analysis-worker.js", "engine.js", "errors.js", "sources.js", "work.js", "balanced.wasm"].map(
    (file) => `balanced-mastering/${file}`,
  ),
];

addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== CACHE);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((kept) => kept ?? fetch(event.request)));
});
