/** What runs on the server: how it is with it, and what a person does about it. */

import { isSeen, onSeen } from "../browser/attention.js";
import { cancelBatch, readBatches, readOutput } from "../browser/batches.js";
import { save } from "../browser/outside.js";
import { keepTaken, takenOf } from "../browser/taken.js";
import { failuresOf, isOfPage, nextPause, nothingTaken } from "../model/batches.js";
import { ApiError } from "../model/errors.js";
import { isRunning } from "../model/running.js";
import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { refreshAccount } from "./account.js";
import { canGoOn, collect } from "./collect.js";
import { tell } from "./notice.js";

/** @import { BatchesDialog } from "../model/state.js" */
/** @import { Batch } from "../model/wire.js" */

/** After these it is of no use to ask again. */
const HOPELESS = ["invalid_api_key", "permission_denied", "binding_missing", "not_found", "method_not_allowed"];

let pause = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let isListening = false;
let isFirst = true;

/** From now on the page knows how it is with them, as long as it is seen and something runs. */
export async function follow() {
  if (!isListening) {
    onSeen(() => someRun() && refresh());
    store.addEventListener("change", goOn);
  }
  isListening = true;
  pause = 0;
  isFirst = true;
  await refresh();
}

let { room } = store.state;

/** With images that had no room, when the room was measured anew since others were deleted. */
function goOn() {
  if (store.state.room === room) return;
  room = store.state.room;
  if (canGoOn()) refresh();
}

const someRun = () => (store.state.batches ?? []).some(isRunning);

/** Asks now, and again after a while. */
export async function refresh() {
  clearTimeout(timer);
  const { key } = store.state;
  if (!key) return;
  try {
    const batches = await readBatches(key);
    if (store.state.key === key) await learn(batches);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (HOPELESS.includes(error.code)) return;
    pause = nextPause(pause, false);
  }
  clearTimeout(timer);
  if (someRun() && isSeen()) timer = setTimeout(refresh, pause);
}

/** @param {Batch[]} batches */
async function learn(batches) {
  const hasChanged = JSON.stringify(batches) !== JSON.stringify(store.state.batches);
  pause = nextPause(pause, hasChanged);
  store.update({ batches });
  const count = await collect(batches);
  if (hasChanged && !isFirst) refreshAccount();
  if (count) await announce(count);
  isFirst = false;
}

/** With the first visit after a night in words that all can see, then for those who do not see the
 * pictures come.
 *
 * @param {number} count
 */
async function announce(count) {
  if (!isFirst) {
    store.update({ news: { name: "ready", values: { count: store.state.results.length } } });
    return;
  }
  await learnMore("batches");
  tell("batches.arrived", { count });
}

/** In its place, or as the newest.
 *
 * @param {Batch} batch
 */
export function put(batch) {
  const batches = store.state.batches ?? [];
  const isKnown = batches.some(({ id }) => id === batch.id);
  store.update({ batches: isKnown ? batches.map((old) => (old.id === batch.id ? batch : old)) : [batch, ...batches] });
}

export async function open() {
  store.update({ dialog: { name: "batches", asking: null, failed: {}, wanted: [], problem: null } });
  await Promise.all([refresh(), findWanted()]);
}

/** Which of those that no page has sent somebody has taken before. */
async function findWanted() {
  const others = (store.state.batches ?? []).filter((batch) => !isOfPage(batch));
  const taken = await Promise.all(others.map(({ id }) => takenOf(id)));
  change({ wanted: taken.flatMap((one) => (one?.isWanted ? one.id : [])) });
}

/** @returns {BatchesDialog | null} */
const openDialog = () => (store.state.dialog?.name === "batches" ? store.state.dialog : null);

/** @param {Partial<BatchesDialog>} changes */
function change(changes) {
  const dialog = openDialog();
  if (dialog) store.update({ dialog: { ...dialog, ...changes } });
}

/** Something that may fail for a reason of the server's, which is then told.
 *
 * @param {(key: string) => Promise<void>} work
 */
async function attempt(work) {
  change({ problem: null });
  try {
    await work(store.state.key);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    change({ problem: { code: error.code, message: error.message } });
  }
}

/** First asks whether it is meant.
 *
 * @param {string} id
 */
export function askWhether(id) {
  change({ asking: id });
  store.ask({ name: "focus", field: "batch-no" });
}

/** @param {string} id */
export function leaveIt(id) {
  change({ asking: null });
  store.ask({ name: "focus", field: `cancel-${id}` });
}

/** @param {string} id */
export const cancel = (id) => attempt(async (key) => {
  put(await cancelBatch(key, id));
  change({ asking: null });
  await refresh();
});

/** @param {string} file */
export const download = (file) => attempt(async (key) => save(await readOutput(key, file), `${file}.jsonl`));

/** @param {Batch} batch */
export const showFailed = ({ id, error_file_id: file }) => attempt(async (key) => {
  if (!file) return;
  const failed = failuresOf(await (await readOutput(key, file)).text());
  change({ failed: { ...openDialog()?.failed, [id]: failed } });
});

/** The images of a batch that no page has sent.
 *
 * @param {Batch} batch
 */
export const take = (batch) => attempt(async () => {
  const { id } = batch;
  await keepTaken({ ...((await takenOf(id)) ?? nothingTaken(id)), isWanted: true });
  change({ wanted: [...(openDialog()?.wanted ?? []), id] });
  tell("batches.arrived", { count: await collect([batch]) });
});
