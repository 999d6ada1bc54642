/** Jobs: which may begin, what waits and for how long, and what becomes of those that did not end
 * well. */

import { BUSY, STOPPING } from "./errors.js";
import { toSettings } from "./request.js";

/** @import { Draft, Failure, Job, Reference, State } from "./state.js" */

/** Images on their way at once: as many as the server makes of one request at once. */
export const AT_ONCE = 4;
/** How often a job that was refused for a moment is sent again by itself. */
const MOST_TRIES = 10;
const LONGEST_WAIT = 60; // seconds

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

/** The job to begin now, if any: the first that waits, if there is room for it beside what runs.
 *
 * @param {Pick<State, "jobs" | "paused" | "atOnce">} state
 */
export function nextJob({ jobs, paused, atOnce }) {
  const next = jobs.find(({ state }) => state === "queued");
  if (paused || !next) return undefined;
  const running = jobs.filter(({ state }) => state === "running");
  const taken = running.reduce((sum, job) => sum + underWay(job), 0);
  return !running.length || taken + underWay(next) <= atOnce ? next : undefined;
}

/** Images of a job that the server makes at once.
 *
 * @param {Job} job
 */
const underWay = ({ seeds, arrived }) => Math.min(AT_ONCE, seeds.length - arrived.length);

/** How many images may be on their way, after a job ended: half when the server was busy, else one more.
 *
 * @param {number} atOnce
 * @param {boolean} wasBusy
 */
export const nextAtOnce = (atOnce, wasBusy) =>
  (wasBusy ? Math.max(1, Math.floor(atOnce / 2)) : Math.min(AT_ONCE, atOnce + 1));

/** Seconds until a job may be sent again by itself; null if it may not. The server has said when, and
 * so that it has made nothing of it: nothing is paid for twice.
 *
 * @param {Job} job
 * @param {Failure} failure
 */
export function secondsToWait({ arrived, tries = 0 }, { code, retryAfter }) {
  const isPassing = BUSY.includes(code) && retryAfter && !arrived.length && tries < MOST_TRIES;
  return isPassing ? Math.max(retryAfter, Math.min(LONGEST_WAIT, 2 ** tries)) : null;
}

/** Whether time is to be shown.
 *
 * @param {Pick<State, "jobs" | "resumesAt">} state
 */
export const isTimed = ({ jobs, resumesAt }) =>
  resumesAt !== null || jobs.some(({ state }) => state === "running");

/** Whether something waits. What is added where nothing does overtakes nothing.
 *
 * @param {Job[]} jobs
 */
export const isWaiting = (jobs) => jobs.some(({ state }) => state === "queued");

/** @param {Job[]} jobs */
export const failedOf = (jobs) => jobs.filter(({ state }) => state === "failed");

/** Whether nothing more will come without a person.
 *
 * @param {Pick<State, "jobs" | "paused" | "resumesAt">} state
 */
export const isAtRest = ({ jobs, paused, resumesAt }) =>
  !jobs.some(({ state }) => state === "running")
  && (!isWaiting(jobs) || (paused !== null && paused !== "offline" && resumesAt === null));

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

/** In its place again, after the server was too busy for it.
 *
 * @param {Job} job
 * @returns {Job}
 */
export const asQueued = (job) =>
  ({ ...job, state: "queued", started: null, tries: (job.tries ?? 0) + 1 });

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
