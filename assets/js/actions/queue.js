/** Jobs: what a person does with them, and what becomes of them. */

import { generate } from "../browser/api.js";
import { isSeen, onSeen } from "../browser/attention.js";
import { isOffline } from "../browser/device.js";
import { dropJob, keepJob, keptJobs } from "../browser/kept-jobs.js";
import { recall } from "../browser/memory.js";
import { meet } from "../browser/pages.js";
import { newId, newSeed } from "../browser/random.js";
import { blameBudget } from "../model/budget.js";
import { ApiError, BUSY } from "../model/errors.js";
import { asked, cost } from "../model/price.js";
import * as queue from "../model/queue.js";
import { toFields } from "../model/request.js";
import { store } from "../model/store.js";
import { followAccount } from "./account.js";
import { take } from "./draft.js";
import { receive } from "./results.js";
import { beginWaits, endWait, stop, wait, waitForServer } from "./waits.js";

/** @import { Arrival, Draft, Failure, Job, Reference } from "../model/state.js" */

const PAGE = newId();
const A_MOMENT = 15; // seconds until others are sent, where the server has not said when
/** @type {Map<string, AbortController>} */
const controllers = new Map();

/** Finds what an earlier page left behind. */
export async function restoreJobs() {
  beginWaits(() => resume());
  onSeen(() => store.update({ unseen: 0 }));
  store.update({ notifies: recall("notifies") === true });
  const livingPages = meet(PAGE);
  const kept = await keptJobs().catch(() => []); // first, so that whoever kept one was there to ask
  queue.orphans(kept, PAGE, await livingPages()).forEach(put);
}

/**
 * @param {Draft} draft
 * @param {Reference[]} references
 */
export function addJob(draft, references) {
  if (!queue.isWaiting(store.state.jobs)) endWait();
  store.update({ news: { name: "working" } });
  enqueue(draft, references, queue.seedsFor(draft, newSeed));
  run();
}

/**
 * @param {Draft} draft
 * @param {Reference[]} references
 * @param {number[]} seeds
 */
const enqueue = (draft, references, seeds) =>
  put(queue.newJob({ id: newId(), page: PAGE, created: Date.now(), draft, references, seeds }));

/** Ends a job; what has arrived of it stays.
 *
 * @param {string} id
 */
export function cancel(id) {
  controllers.get(id)?.abort();
  const job = find(id);
  if (job?.state === "queued") put(queue.asFailed(job, { code: "cancelled" }));
}

export const cancelAll = () => store.state.jobs.forEach(({ id }) => cancel(id));

/** Asks again for the images that did not come.
 *
 * @param {Job} job
 */
export function retry(job) {
  putAgain(job);
  resume();
}

export function retryAll() {
  queue.failedOf(store.state.jobs).forEach(putAgain);
  resume();
}

/** Once, however often it is pressed.
 *
 * @param {Job} job
 */
function putAgain(job) {
  if (!find(job.id)) return;
  for (const row of queue.missingRows(job)) enqueue(job.draft, job.references, row);
  dismiss(job.id);
}

/** @param {Job} job */
export const editJob = ({ draft, references }) => take(draft, references);

/** @param {string} id */
export function dismiss(id) {
  store.update({ jobs: queue.withoutJob(store.state.jobs, id) });
  dropJob(id);
}

export const dismissAll = () =>
  queue.failedOf(store.state.jobs).forEach(({ id }) => dismiss(id));

/** @param {boolean} [anyway] although the device believes that it has no connection */
export function resume(anyway = false) {
  endWait();
  run(anyway);
}

/** @param {string} id */
const find = (id) => store.state.jobs.find((job) => job.id === id);

/** @param {Job} job */
function put(job) {
  store.update({ jobs: queue.withJob(store.state.jobs, job) });
  keepJob(job);
}

/** Begins all that there is room for.
 *
 * @param {boolean} [anyway] although the device believes that it has no connection
 */
function run(anyway = false) {
  const { jobs, paused } = store.state;
  if (!anyway && !paused && isOffline() && queue.isWaiting(jobs)) stop("offline");
  for (let next = queue.nextJob(store.state); next; next = queue.nextJob(store.state)) make(next);
}

/** @param {Job} next */
async function make(next) {
  const job = queue.asRunning(next, Date.now());
  put(job);
  const failed = await attempt(job);
  const known = followAccount();
  if (failed?.code === "insufficient_quota") await known;
  end(find(job.id) ?? job, failed && blameBudget(failed, store.state.account, price(job)));
  run();
  if (store.state.notifies && !isSeen() && queue.isAtRest(store.state)) {
    const { announce } = await import("./notify.js");
    announce();
  }
}

/**
 * @param {Job} job
 * @param {Failure | null} failure
 */
function end(job, failure) {
  const { atOnce, results } = store.state;
  const seconds = failure && queue.secondsToWait(job, failure);
  if (failure && seconds) {
    put(queue.asQueued(job));
    store.update({ atOnce: queue.nextAtOnce(atOnce, true) });
    wait(failure.code, seconds);
  } else if (failure) {
    put(queue.asFailed(job, failure));
    store.update({ news: null });
    holdOthers(failure);
  } else {
    dismiss(job.id);
    const news = { name: "ready", values: { count: results.length } };
    store.update({ news, atOnce: queue.nextAtOnce(atOnce, false) });
  }
}

/** Those that wait were never sent: they go on by themselves where time can help.
 *
 * @param {Failure} failure
 */
function holdOthers(failure) {
  const code = queue.stopsAt(failure);
  if (!code) return;
  if (code === "unreachable") waitForServer();
  else if (BUSY.includes(code)) wait(code, A_MOMENT);
  else stop(code);
}

/** @param {Job} job */
const price = ({ draft, references, seeds }) =>
  cost({ ...asked(draft, references), n: seeds.length }).neurons;

/** Why it did not end well; null if it did.
 *
 * @param {Job} job
 * @returns {Promise<Failure | null>}
 */
async function attempt(job) {
  const { id, draft, references, seeds } = job;
  const controller = new AbortController();
  controllers.set(id, controller);
  const fields = { ...toFields(draft), seed: seeds[0], n: seeds.length };
  const arrived = async (/** @type {Arrival} */ image) => {
    if (!isSeen()) store.update({ unseen: store.state.unseen + 1 });
    await receive(job, image);
    put(queue.withArrived(find(id) ?? job, image.seed));
    run(); // there may be room for another
  };
  try {
    await generate({ key: store.state.key, fields, references }, controller.signal, arrived);
    return null;
  } catch (error) {
    return failureOf(error, controller.signal);
  } finally {
    controllers.delete(id);
  }
}

/** What is no failure of the API's, and no end that was asked for, is a bug, and reported.
 *
 * @param {unknown} error
 * @param {AbortSignal} signal
 * @returns {Failure}
 */
function failureOf(error, signal) {
  const isKnown = error instanceof ApiError;
  if (!isKnown && !(error instanceof DOMException && error.name === "AbortError")) reportError(error);
  if (signal.aborted) return { code: "cancelled" };
  if (!isKnown) return { code: "odd", message: error instanceof Error ? error.message : "" };
  return { ...error, message: error.message };
}
