/** What goes on: jobs of this page, and batches. */

/** @import { State } from "./state.js" */
/** @import { Batch } from "./wire.js" */

const RUNNING = ["validating", "in_progress", "finalizing", "cancelling"];

/** @param {Pick<Batch, "status">} batch */
export const isRunning = ({ status }) => RUNNING.includes(status);

/** How many they are.
 *
 * @param {Pick<State, "jobs" | "batches">} state
 */
export const countGoing = ({ jobs, batches }) =>
  jobs.filter(({ state }) => state !== "failed").length + (batches ?? []).filter(isRunning).length;
