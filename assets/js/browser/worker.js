/** The page's service worker (sw.js): it keeps the page's files, and takes those of newer versions. */

import { onSeen } from "./attention.js";

const HOUR = 3_600_000; // milliseconds

/** Throws where the browser has none, or does not allow it.
 *
 * @param {() => void} tell when a newer version cannot come by itself, for another window has this one
 */
export async function keepWorker(tell) {
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register("/sw.js", { updateViaCache: "none" });
  /** @param {ServiceWorker | null} worker */
  const watch = (worker) => worker?.addEventListener("statechange", async () => {
    if (worker.state === "installed" && serviceWorker.controller && await countWindows(worker) > 1) tell();
  });
  if (registration.waiting && serviceWorker.controller) tell(); // this navigation has not called it
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  lookAgain(registration);
}

/** A page may be open for days.
 *
 * @param {ServiceWorkerRegistration} registration
 */
function lookAgain(registration) {
  let looked = Date.now();
  onSeen(() => {
    if (Date.now() - looked < HOUR) return;
    looked = Date.now();
    registration.update().catch(() => {}); // without a network
  });
}

/**
 * @param {ServiceWorker} worker
 * @returns {Promise<number>}
 */
const countWindows = (worker) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  worker.postMessage({ type: "countWindows" }, [port2]);
});

/** The page anew, in the version that waits; other windows stay as they are. */
export async function renew() {
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration?.waiting) {
    const changed = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    });
    registration.waiting.postMessage({ type: "skipWaiting", leaving: [] });
    await changed;
  }
  location.reload();
}
