/** What comes into the gallery and what goes out of it. */

import { isKeeping } from "../browser/database.js";
import { keptReferences } from "../browser/kept-draft.js";
import { dropResults, keepResults, keptResults, keptResultsOf, onChange } from "../browser/kept-results.js";
import { recall, remember } from "../browser/memory.js";
import { newId } from "../browser/random.js";
import { letGo } from "../browser/urls.js";
import { dialogWith, withNews, withResults, withoutResults } from "../model/gallery.js";
import { store } from "../model/store.js";
import { closeDialog } from "./dialogs.js";
import { keep, keepUnkept, measure, note } from "./keeping.js";
import { warn } from "./notice.js";

/** @import { Arrival, Job, Result } from "../model/state.js" */
/** @typedef {Pick<Result, "id" | "keptBy" | "created">} Unwanted */

const HAD = "results";
const UNWANTED = "unwanted";

/** Whether there were any when the page was last opened. */
export const hadResults = () => recall(HAD) === true;

/** @type {Promise<void> | undefined} */
let restoring;

/** The results of earlier visits, beside those that have come since the page was opened. */
export const restoreResults = () => (restoring ??= restore());

async function restore() {
  const hasRoom = await isKeeping();
  restoreReferences();
  const isRead = await keptResults(merge).then(() => true, () => false);
  store.update({ isForbidden: !hasRoom });
  if (!hasRoom || !isRead) warn("notice.notKept");
  measure();
  remember(HAD, store.state.results.length > 0);
  onChange(async (ids, isRemoved) => {
    if (isRemoved) forget(new Set(ids));
    else hear(await keptResultsOf(ids));
  });
}

async function restoreReferences() {
  const references = await keptReferences().catch(() => []);
  if (!store.state.references.length) store.update({ references });
}

/** Those that are kept already, or need not be.
 *
 * @param {Result[]} more
 */
export function merge(more) {
  store.update({ results: withResults(store.state.results, more) });
}

/** What another tab has kept: new ones, and what it changed of those that are here.
 *
 * @param {Result[]} news
 */
function hear(news) {
  store.update({ results: withNews(store.state.results, news) });
  merge(news);
}

/** @param {ReadonlySet<string>} ids */
function forget(ids) {
  const results = withoutResults(store.state.results, ids);
  const left = new Set(results.map(({ id }) => id));
  const unkept = new Set([...store.state.unkept].filter((id) => left.has(id)));
  store.update({ results, unkept, dialog: dialogWith(store.state.dialog, left) });
}

/** An image of a job has come: it is kept before anything else happens.
 *
 * @param {Job} job
 * @param {Arrival} arrival
 */
export async function receive(job, { id, blob, seed, actual }) {
  const created = Date.now();
  /** @type {Result} */
  const result = {
    id: id ?? newId(), keptBy: id && store.state.account?.id, job: job.id, created, blob, thumbnail: null,
    asked: job.draft, references: job.references, actual: { ...actual, seed },
    seconds: (created - (job.started ?? created)) / 1000,
  };
  merge([result]);
  await keep([result]);
  addThumbnail(result);
}

/** @param {Result} result */
async function addThumbnail({ id, blob }) {
  const small = await makeSmall(blob).catch(() => null);
  if (small) await change(id, { thumbnail: small });
}

/** @param {Blob} blob */
const makeSmall = async (blob) => (await import("../browser/pictures.js")).thumbnail(blob);

/** What is known of a result anew, unless it was deleted meanwhile.
 *
 * @param {string} id
 * @param {Partial<Result>} changes
 */
export async function change(id, changes) {
  const { results } = store.state;
  const before = results.find((one) => one.id === id);
  if (!before) return;
  const changed = { ...before, ...changes };
  store.update({ results: results.map((one) => (one === before ? changed : one)) });
  if (await keepResults([changed])) note([changed], true);
  else if (!store.state.unkept.has(id)) warn("notice.noRoom"); // as it was before, it is kept
}

/** Deleted at once, and brought back by `undo` as long as nothing else is deleted.
 *
 * @param {Result[]} chosen
 */
export async function remove(chosen) {
  const { dialog, removed } = store.state;
  const ids = new Set(chosen.map(({ id }) => id));
  for (const blob of removed.flatMap(({ blob: large, thumbnail: small }) => [large, small])) {
    if (blob) letGo(blob);
  }
  const left = new Set(withoutResults(store.state.results, ids).map(({ id }) => id));
  if (dialog && !dialogWith({ ...dialog, from: null }, left)) {
    store.update({ dialog: { ...dialog, from: null } });
    closeDialog();
  }
  forget(ids);
  setUnwanted([...unwanted(), ...chosen.filter(({ keptBy }) => keptBy)]);
  store.update({ removed: chosen, selection: null });
  await dropResults([...ids]);
  await keepUnkept();
}

/** Those that the server still has to forget.
 *
 * @returns {Unwanted[]}
 */
export const unwanted = () => recall(UNWANTED, []);

/** @param {Unwanted[]} results */
export const setUnwanted = (results) =>
  remember(UNWANTED, results.map(({ id, keptBy, created }) => ({ id, keptBy, created })));

/** @param {Result[]} results */
function want(results) {
  const ids = new Set(results.map(({ id }) => id));
  setUnwanted(unwanted().filter(({ id }) => !ids.has(id)));
}

export async function undo() {
  const { removed } = store.state;
  want(removed);
  store.update({ removed: [] });
  await putBack(removed);
}

/** @param {Result[]} results */
export async function putBack(results) {
  want(results);
  merge(results);
  await keep(results);
  if (store.state.unkept.size) await keepUnkept();
}
