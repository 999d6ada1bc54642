/** Jobs in one line: how many run, wait and did not end well, and for how long that goes on. */

/** @import { State } from "./state.js" */

/** `since` is when the first of those that run began, and `until` when what waits goes on, in
 * milliseconds since 1970; null if that is not so.
 *
 * @param {Pick<State, "jobs" | "resumesAt">} state
 */
export function workOf({ jobs, resumesAt }) {
  const count = { running: 0, queued: 0, failed: 0 };
  for (const { state } of jobs) count[state] += 1;
  const begun = jobs.flatMap(({ state, started }) =>
    (state === "running" && started !== null ? [started] : []));
  return {
    running: count.running, waiting: count.queued, failed: count.failed,
    since: begun.length ? Math.min(...begun) : null,
    until: count.queued ? resumesAt : null,
  };
}

/** Minutes and seconds as a clock shows them: 0:14.
 *
 * @param {number} milliseconds
 */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
