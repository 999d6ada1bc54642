/** Jobs, one after the other: what a person does with them, and what becomes of them. */

import { generate } from "../browser/api.js";
import { dropJob, keepJob, keptJobs } from "../browser/kept-jobs.js";
import { meet } from "../browser/pages.js";
import { newId, newSeed } from "../browser/random.js";
import { blameBudget } from "../model/budget.js";
import { ApiError } from "../model/errors.js";
import { asked, cost } from "../model/price.js";
import * as queue from "../model/queue.js";
import { toFields } from "../model/request.js";
import { store } from "../model/store.js";
import { followAccount } from "./account.js";
import { take } from "./draft.js";
import { receive } from "./results.js";

/** @import { Arrival, Draft, Failure, Job, Reference } from "../model/types.js" */

const PAGE = newId();
/** @type {Map<string, AbortController>} */
const controllers = new Map();

/** Finds what an earlier page left behind. */
export async function restoreJobs() {
  const livingPages = meet(PAGE);
  const kept = await keptJobs().catch(() => []); // first, so that whoever kept one was there to ask
  queue.orphans(kept, PAGE, await livingPages()).forEach(put);
}

/**
 * @param {Draft} draft
 * @param {Reference[]} references
 */
export function addJob(draft, references) {
  if (!queue.isWaiting(store.state.jobs)) store.update({ paused: null });
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

/** Asks again for the images that did not come.
 *
 * @param {Job} job
 */
export function retry(job) {
  for (const row of queue.missingRows(job)) enqueue(job.draft, job.references, row);
  dismiss(job.id);
  resume();
}

/** @param {Job} job */
export const editJob = ({ draft, references }) => take(draft, references);

/** @param {string} id */
export function dismiss(id) {
  store.update({ jobs: queue.withoutJob(store.state.jobs, id) });
  dropJob(id);
}

export function resume() {
  store.update({ paused: null });
  run();
}

/** @param {string} id */
const find = (id) => store.state.jobs.find((job) => job.id === id);

/** @param {Job} job */
function put(job) {
  store.update({ jobs: queue.withJob(store.state.jobs, job) });
  keepJob(job);
}

async function run() {
  const next = queue.nextJob(store.state);
  if (!next) return;
  const job = queue.asRunning(next, Date.now());
  put(job);
  const failed = await attempt(job);
  const known = followAccount();
  if (failed?.code === "insufficient_quota") await known;
  const failure = failed && blameBudget(failed, store.state.account, price(job));
  if (failure) put(queue.asFailed(find(job.id) ?? job, failure));
  else dismiss(job.id);
  store.update({
    news: failure ? null : { name: "ready", values: { count: store.state.results.length } },
    paused: queue.stopsAt(failure) ?? store.state.paused,
  });
  run();
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
    await receive(job, image);
    put(queue.withArrived(find(id) ?? job, image.seed));
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
  const { code, message, retryAfter } = error;
  return { code, message, retryAfter };
}
