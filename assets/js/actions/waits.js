/** What the queue waits for, and when it goes on by itself. */

import { onOnline } from "../browser/device.js";
import { store } from "../model/store.js";
import { checkHealth } from "./health.js";

const LOOKS = [5, 10, 20, 40, 60]; // seconds between one look for the server and the next

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let looks = 0;
let goOn = () => {};

/** @param {() => void} resume what is done when a wait is over */
export function beginWaits(resume) {
  goOn = resume;
  onOnline(() => {
    if (store.state.paused === "unreachable") look();
    else checkHealth();
    if (store.state.paused === "offline") resume();
  });
}

/** Until somebody, or a connection, makes it go on.
 *
 * @param {string} code
 */
export function stop(code) {
  clearTimeout(timer);
  store.update({ paused: code, resumesAt: null });
}

/** For so long, and not shorter than it waits already; what only a person can mend stays.
 *
 * @param {string} code
 * @param {number} seconds
 * @param {() => void} [then]
 */
export function wait(code, seconds, then = goOn) {
  const { paused, resumesAt } = store.state;
  if (paused && resumesAt === null) return;
  const now = Date.now();
  const end = Math.max(resumesAt ?? 0, now + seconds * 1000);
  clearTimeout(timer);
  timer = setTimeout(then, end - now);
  store.update({ paused: code, resumesAt: end, now, news: { name: "waiting" } });
}

/** Until the server is there again. */
export const waitForServer = () => wait("unreachable", LOOKS[0], look);

async function look() {
  await checkHealth();
  const { health, paused } = store.state;
  if (paused !== "unreachable") return;
  endWait();
  if (["unreachable", "offline"].includes(health.light)) {
    looks = Math.min(looks + 1, LOOKS.length - 1);
    wait("unreachable", LOOKS[looks], look);
  } else {
    looks = 0;
    goOn();
  }
}

export function endWait() {
  clearTimeout(timer);
  store.update({ paused: null, resumesAt: null });
}
