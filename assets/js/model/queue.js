/** Jobs, one after the other: which is next, and what becomes of those that did not end well. */

import { STOPPING } from "./errors.js";
import { toSettings } from "./request.js";

/** @import { Draft, Failure, Job, Reference, State } from "./types.js" */

/** A job that waits for its turn.
 *
 * @param {{id: string, page: string, created: number, draft: Draft, references: Reference[],
 *   seeds: number[]}} given
 * @returns {Job}
 */
export const newJob = (given) =>
  ({ ...given, state: "queued", arrived: [], started: null, failure: null });

/** A seed for each image of a draft: its own and those that follow, or else from a drawn one on.
 *
 * @param {Draft} draft
 * @param {(n: number) => number} draw the first of `n` seeds in a row
 */
export function seedsFor(draft, draw) {
  const { seed, n = 1 } = toSettings(draft);
  const first = seed ?? draw(n);
  return Array.from({ length: n }, (_, index) => first + index);
}

/** The jobs with this one, in the place of what it was before or at the end.
 *
 * @param {Job[]} jobs
 * @param {Job} job
 */
export const withJob = (jobs, job) =>
  (jobs.some(({ id }) => id === job.id)
    ? jobs.map((old) => (old.id === job.id ? job : old))
    : [...jobs, job]);

/**
 * @param {Job[]} jobs
 * @param {string} id
 */
export const withoutJob = (jobs, id) => jobs.filter((job) => job.id !== id);

/** The job to begin now, if any.
 *
 * @param {Pick<State, "jobs" | "paused">} state
 */
export function nextJob({ jobs, paused }) {
  if (paused || jobs.some(({ state }) => state === "running")) return undefined;
  return jobs.find(({ state }) => state === "queued");
}

/** Whether something waits. What is added where nothing does overtakes nothing.
 *
 * @param {Job[]} jobs
 */
export const isWaiting = (jobs) => jobs.some(({ state }) => state === "queued");

/** Whether closing the page would cut something off.
 *
 * @param {Job[]} jobs
 */
export const isBusy = (jobs) => jobs.some(({ state }) => state !== "failed");

/**
 * @param {Job} job
 * @param {number} started
 * @returns {Job}
 */
export const asRunning = (job, started) => ({ ...job, state: "running", started });

/**
 * @param {Job} job
 * @param {Failure} failure
 * @returns {Job}
 */
export const asFailed = (job, failure) => ({ ...job, state: "failed", failure });

/**
 * @param {Job} job
 * @param {number} seed
 * @returns {Job}
 */
export const withArrived = (job, seed) => ({ ...job, arrived: [...job.arrived, seed] });

/** The code at which the queue stops; null if the next job may fare better.
 *
 * @param {Failure | null} failure
 */
export const stopsAt = (failure) =>
  (failure && STOPPING.includes(failure.code) ? failure.code : null);

/** The seeds whose images did not come, as rows that can be asked for: [3, 4, 7] as [[3, 4], [7]].
 *
 * @param {Job} job
 */
export function missingRows({ seeds, arrived }) {
  /** @type {number[][]} */
  const rows = [];
  for (const seed of seeds.filter((one) => !arrived.includes(one))) {
    const row = rows.at(-1);
    if (row?.at(-1) === seed - 1) row.push(seed);
    else rows.push([seed]);
  }
  return rows;
}

/** Of what is kept, the jobs whose page is gone, oldest first: now this page's, as failed.
 *
 * @param {Job[]} kept
 * @param {string} page this one
 * @param {ReadonlySet<string>} alive the other pages that are open
 */
export const orphans = (kept, page, alive) =>
  kept
    .filter((job) => job.page !== page && !alive.has(job.page))
    .toSorted((a, b) => a.created - b.created)
    .map((job) => {
      const code = job.state === "queued" ? "waited" : "interrupted";
      return asFailed({ ...job, page }, job.failure ?? { code });
    });
