/** The page's service worker (sw.js), which keeps the page's files, so that it opens without a network. */

import { onSeen } from "./attention.js";

const HOUR = 3_600_000; // milliseconds

/** Where it cannot be, the page is as it was. */
export async function keepWorker() {
  const registration = await navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => null);
  if (registration) lookAgain(registration);
}

/** A page may be open for days; what is opened next has the newer version then.
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
