/* The page's service worker: it has the page's files as one set, whole or not at all. So the page
 * opens without a network, and one that is open has the files of one version until it is closed. A
 * newer worker takes over at once, for what is opened or loaded from then on. */

importScripts("/files.js");

const { FILES, VERSION } = self;
const SETS = "page ";
const OWN = SETS + VERSION;
const WINDOWS = "/windows"; // in the set of a worker that was active: those that kept it since

/** Once in this worker's life: which windows kept an older set.
 *
 * @type {Promise<Map<string, string>> | undefined}
 */
let older;

self.addEventListener("install", (event) => event.waitUntil(take().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin || !isOfThePage(pathname)) return;
  event.respondWith(mode === "navigate" ? fromSet(OWN, event.request, pathname) : answer(event, pathname));
  if (mode === "navigate") event.waitUntil(takeAnew().catch(() => {})); // the next visit, otherwise
});

/** What an older set alone may have is asked for by those who kept it.
 *
 * @param {string} pathname
 */
const isOfThePage = (pathname) => Object.hasOwn(FILES, pathname) || pathname.startsWith("/js/");

/** Each file as the list has it: a deployment that comes in between changes nothing. */
async function take() {
  const files = await Promise.all(Object.entries(FILES).map(async ([path, hash]) =>
    [path, await keptBefore(path, hash) ?? await fetchFile(path, hash)]));
  try {
    const set = await caches.open(OWN);
    await Promise.all(files.map(([path, file]) => set.put(path, file)));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
}

/** What the browser let go, or was told to. */
async function takeAnew() {
  if (await caches.has(OWN)) return;
  await take();
  await writeKeepers(OWN, []);
}

/** From any set that has the same. */
async function keptBefore(path, hash) {
  for (const name of await allSets()) {
    const file = await caches.match(path, { cacheName: name, ignoreVary: true });
    if (file && await hashOf(file.clone()) === hash) return file;
  }
  return null;
}

async function fetchFile(path, hash) {
  const file = await fetch(path, { cache: "no-cache", integrity: `sha256-${hash}` });
  if (!file.ok || file.redirected) throw new Error(`${file.status} for ${path}`);
  return file;
}

async function hashOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/** The sets of before are left to the windows that are open with them; what no window has goes. */
async function takeOver() {
  const open = await openWindows();
  const sets = await Promise.all((await otherSets()).map(async (name) => [name, await keepers(name)]));
  const known = [...sets.flatMap(([, ids]) => ids ?? []), ...(await keepers(OWN) ?? [])];
  for (const [name, ids] of sets) {
    const isLast = ids?.length === 0; // of the worker that was active until now
    const kept = open.filter((id) => (isLast ? !known.includes(id) : ids?.includes(id)));
    await (kept.length ? writeKeepers(name, kept) : caches.delete(name));
  }
  await writeKeepers(OWN, []);
  await self.clients.claim();
}

async function answer({ request, clientId }, pathname) {
  const set = (await (older ??= findOlder())).get(clientId) ?? OWN;
  return fromSet(set, request, pathname);
}

const fromSet = async (name, request, pathname) =>
  await caches.match(pathname, { cacheName: name, ignoreVary: true }) ?? fetch(request);

/** The older set of each window that kept one; those of windows that are closed go. */
async function findOlder() {
  const open = await openWindows();
  const found = new Map();
  for (const name of await otherSets()) {
    const ids = await keepers(name) ?? [];
    const kept = ids.filter((id) => open.includes(id));
    if (ids.length && !kept.length) await caches.delete(name);
    kept.forEach((id) => found.set(id, name));
  }
  return found;
}

const allSets = async () => (await caches.keys()).filter((name) => name.startsWith(SETS));

const otherSets = async () => (await allSets()).filter((name) => name !== OWN);

/** Undefined for a set whose worker was never active. */
const keepers = async (name) => (await caches.match(WINDOWS, { cacheName: name }))?.json();

const writeKeepers = async (name, ids) =>
  (await caches.open(name)).put(WINDOWS, Response.json(ids));

const openWindows = async () =>
  (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).map(({ id }) => id);
