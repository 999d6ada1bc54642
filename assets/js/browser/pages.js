/** Which pages of this browser are open: each has an id, and finds out about the others. */

const LOCK = "flux2.page.";
const WHO = "who is there?";
const PATIENCE = 500; // milliseconds

/** From now on the others know that the page is open; what comes back tells which of them are.
 *
 * @param {string} page its id
 * @returns {() => Promise<Set<string>>}
 */
export const meet = (page) => (navigator.locks ? meetByLocks(page) : meetByAsking(page));

/** @param {string} page */
function meetByLocks(page) {
  navigator.locks.request(LOCK + page, () => new Promise(() => {})); // held while the page lives
  return async () => {
    const { held = [] } = await navigator.locks.query();
    return new Set(held.map(({ name = "" }) => name.replace(LOCK, "")));
  };
}

/** The same where a page comes by plain HTTP and there are no locks.
 *
 * @param {string} page
 */
function meetByAsking(page) {
  const channel = new BroadcastChannel("flux2.pages");
  /** @type {Set<string>} */
  const alive = new Set();
  channel.onmessage = ({ data }) =>
    (data === WHO ? channel.postMessage(page) : alive.add(data));
  return async () => {
    channel.postMessage(WHO);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    return alive;
  };
}
