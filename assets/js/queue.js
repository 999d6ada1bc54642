/** Jobs, one after the other: each is a draft with its reference images on the way to its results.
 *
 * A job is {id, page, created, draft, references, seeds, state, arrived, started, failure}; `state`
 * is queued, running or failed; `arrived` are the seeds that came, `failure` what the API said, or
 * our own codes: cancelled, interrupted, waited. Seeds are drawn here, so that what was cut off
 * can be asked for again as it would have been.
 */

import { ApiError, generate } from "./api.js";
import { jobs as keptJobs, putJob, removeJob } from "./gallery.js";
import { newId, newSeed } from "./random.js";
import { toFields, toSettings } from "./request.js";
import { store } from "./store.js";

/** What the next job would meet as well. */
const STOPPING = new Set([
  "invalid_api_key", "configuration_error", "upstream_authentication_error", "insufficient_quota",
  "rate_limit_exceeded", "unreachable",
]);
const PAGE = newId();
const LOCK = "flux2.page.";
const WHO = "who is there?";

const controllers = new Map();
let arrivedResult = null;

/** Begins to work; `arrived(job, image)` keeps an image. Finds what an earlier page left behind. */
export async function start(arrived) {
  arrivedResult = arrived;
  const livingPages = navigator.locks ? meetByLocks() : meetByAsking();
  const kept = await keptJobs().catch(() => []); // first, so that whoever kept one was there to ask
  const alive = await livingPages();
  const orphans = kept.filter(({ page }) => page !== PAGE && !alive.has(page));
  for (const job of orphans.sort((a, b) => a.created - b.created)) {
    const code = job.state === "queued" ? "waited" : "interrupted";
    put({ ...job, page: PAGE, state: "failed", failure: job.failure ?? { code } });
  }
}

/** From now on the others know that this page is open; what comes back tells which of them are. */
function meetByLocks() {
  navigator.locks.request(LOCK + PAGE, () => new Promise(() => {})); // held while this page lives
  return async () => {
    const { held } = await navigator.locks.query();
    return new Set(held.map(({ name }) => name.replace(LOCK, "")));
  };
}

/** The same where a page comes by plain HTTP and there are no locks. */
function meetByAsking() {
  const channel = new BroadcastChannel("flux2.pages");
  const alive = new Set();
  channel.onmessage = ({ data }) =>
    (data === WHO ? channel.postMessage(PAGE) : alive.add(data));
  return async () => {
    channel.postMessage(WHO);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return alive;
  };
}

export function add(draft, references) {
  const { seed, n = 1 } = toSettings(draft);
  const first = seed ?? newSeed(n);
  const others = store.state.jobs.some(({ state }) => state === "queued");
  if (!others) store.update({ paused: null }); // nothing waits that this would overtake
  store.update({ news: { name: "working" } });
  queue(draft, references, Array.from({ length: n }, (_, index) => first + index));
  run();
}

function queue(draft, references, seeds) {
  const id = newId();
  put({
    id, page: PAGE, created: Date.now(), draft, references, seeds, state: "queued", arrived: [],
    started: null, failure: null,
  });
}

/** Ends a job; what has arrived of it stays. */
export function cancel(id) {
  controllers.get(id)?.abort();
  const job = find(id);
  if (job?.state === "queued") put({ ...job, state: "failed", failure: { code: "cancelled" } });
}

/** Asks again for the images that did not come. */
export function retry(id) {
  const { draft, references, seeds, arrived } = find(id);
  const missing = seeds.filter((seed) => !arrived.includes(seed));
  for (const run of inARow(missing)) queue(draft, references, run);
  dismiss(id);
  resume();
}

export function dismiss(id) {
  store.update({ jobs: store.state.jobs.filter((job) => job.id !== id) });
  removeJob(id);
}

export function resume() {
  store.update({ paused: null });
  run();
}

export const isBusy = () => store.state.jobs.some(({ state }) => state !== "failed");

const find = (id) => store.state.jobs.find((job) => job.id === id);

function put(job) {
  const { jobs } = store.state;
  const known = jobs.some(({ id }) => id === job.id);
  store.update({ jobs: known ? jobs.map((old) => (old.id === job.id ? job : old)) : [...jobs, job] });
  putJob(job);
}

/** [3, 4, 7] -> [[3, 4], [7]] */
function inARow(seeds) {
  return seeds.reduce((rows, seed) => {
    if (rows.at(-1)?.at(-1) === seed - 1) rows.at(-1).push(seed);
    else rows.push([seed]);
    return rows;
  }, []);
}

async function run() {
  const { jobs, paused } = store.state;
  if (paused || jobs.some(({ state }) => state === "running")) return;
  const job = jobs.find(({ state }) => state === "queued");
  if (!job) return;
  put({ ...job, state: "running", started: Date.now() });
  const failure = await attempt(find(job.id));
  if (!failure) dismiss(job.id);
  else put({ ...find(job.id), state: "failed", failure });
  store.update({
    news: failure ? null : { name: "ready", values: { count: store.state.results.length } },
    paused: STOPPING.has(failure?.code) ? failure.code : store.state.paused,
  });
  run();
}

/** Why it did not end well; null if it did. */
async function attempt({ id, draft, references, seeds }) {
  const controller = new AbortController();
  controllers.set(id, controller);
  const fields = { ...toFields(draft), seed: seeds[0], n: seeds.length };
  const arrived = async (image) => {
    await arrivedResult(find(id), image);
    const job = find(id);
    put({ ...job, arrived: [...job.arrived, image.seed] });
  };
  try {
    await generate({ key: store.state.key, fields, references }, controller.signal, arrived);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError || error.name === "AbortError")) reportError(error);
    if (controller.signal.aborted) return { code: "cancelled" };
    const { code = "odd", message, retryAfter } = error;
    return { code, message, retryAfter };
  } finally {
    controllers.delete(id);
  }
}
