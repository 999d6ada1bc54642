/** The same gallery in every browser with the key, where the server keeps images: what was made, or
 * deleted, in another one. */

import { onSeen } from "../browser/attention.js";
import { isKeeping } from "../browser/database.js";
import { deleteKept, readKept } from "../browser/kept-images.js";
import { recall, remember } from "../browser/memory.js";
import { alone } from "../browser/taken.js";
import { holdOpen, openElsewhere } from "../browser/undoable.js";
import { forgettable, markOf, mayStillCome, sift, toResult } from "../model/elsewhere.js";
import { ApiError } from "../model/errors.js";
import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { fetchPicture, receive } from "./arriving.js";
import { tell } from "./notice.js";
import { remove, restoreResults, setUnwanted, unwanted } from "./results.js";

/** @import { Result } from "../model/state.js" */
/** @import { KeptImage } from "../model/wire.js" */

const TOP = "top"; // of the list, for each key
const AT_ONCE = 4; // images
const REST = 30_000; // milliseconds between two looks

let isListening = false;
let looked = 0;

/** From now on the page looks whenever it comes into sight. */
export async function follow() {
  if (!isListening) listen();
  isListening = true;
  await look();
}

function listen() {
  onSeen(() => {
    if (Date.now() - looked > REST) look();
  });
  let { removed } = store.state;
  store.addEventListener("change", () => {
    if (store.state.removed === removed) return;
    ({ removed } = store.state);
    holdOpen(removed.map(({ id }) => id));
    queueMicrotask(() => sweep().catch(reportError)); // deleted in a row: it is told in two steps
  });
  holdOpen(removed.map(({ id }) => id));
  addEventListener("pagehide", leave);
}

/** Nobody can bring back then what was deleted; where a browser shows the page once more after all, in
 * this browser alone. */
function leave() {
  const left = forgettable(unwanted(), { ...store.state, removed: [] });
  left.forEach(({ id }) => deleteKept(store.state.key, id).catch(() => {}));
  if (store.state.removed.length) store.update({ removed: store.state.removed.map(forThisBrowser) });
}

async function look() {
  await restoreResults(); // so that it is known which are here
  if (!store.state.account?.images_kept_days) return;
  looked = Date.now();
  try {
    await sweep();
    await alone("kept", gather);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // another time
  }
}

/** Has the server forget what was deleted here. */
async function sweep() {
  const { key } = store.state;
  const open = await openElsewhere();
  for (const one of forgettable(unwanted(), store.state)) {
    if (open.has(one.id) || store.state.removed.some(({ id }) => id === one.id)) continue; // another time
    try {
      await deleteKept(key, one.id);
    } catch (error) {
      const isUnknown = error instanceof ApiError && error.code === "not_found";
      if (!isUnknown || mayStillCome(one, Date.now())) continue; // another time
    }
    setUnwanted(unwanted().filter(({ id }) => id !== one.id));
  }
}

/** Takes what is not here, newest first, and lets go of what was deleted elsewhere. Where it cannot be
 * taken to the end, it begins anew the next time. */
async function gather() {
  const { key, account } = store.state;
  if (!account) return;
  const tops = recall(TOP, {});
  const known = new Set([...store.state.results, ...unwanted(), ...store.state.removed].map(({ id }) => id));
  const isHere = await isKeeping();
  let top, after = null, count = 0, isWhole = true;
  for (;;) {
    const { data, last_id: last, has_more: hasMore } = await readKept(key, after);
    if (store.state.key !== key) return;
    top ??= data.length ? markOf(data[0]) : undefined;
    const { fresh, gone, isEnd } = sift(data, { top: tops[account.id], known });
    await dropGone(new Set(gone));
    for (let start = 0; start < fresh.length; start += AT_ONCE) {
      const some = fresh.slice(start, start + AT_ONCE);
      const results = await take(some, account.id);
      if (store.state.key !== key || !(await receive(results))) return;
      isWhole &&= results.length === some.length;
      count += results.length;
    }
    if (isEnd || !hasMore || !isHere) break; // what is not kept would be taken with each visit
    after = last;
  }
  if (isWhole && isHere) remember(TOP, { ...tops, [account.id]: top });
  if (count) await announce("elsewhere.arrived", count);
}

/** Some may not be everywhere at Cloudflare yet.
 *
 * @param {KeptImage[]} images
 * @param {string} keptBy
 * @returns {Promise<Result[]>}
 */
async function take(images, keptBy) {
  const found = await Promise.all(images.map(async (image) => {
    const picture = await fetchPicture(image.url);
    return picture ? { ...toResult(image, keptBy), ...picture } : [];
  }));
  return found.flat();
}

/** Deleted here as well; whoever wants them can have them back, in this browser, beside what else can
 * be brought back.
 *
 * @param {ReadonlySet<string>} gone
 */
async function dropGone(gone) {
  const here = store.state.results.filter(({ id, keptBy }) => keptBy && gone.has(id));
  if (!here.length) return;
  await remove([...here.map(forThisBrowser), ...store.state.removed]);
  await announce("elsewhere.deleted", here.length);
}

/** @param {Result} result */
const forThisBrowser = ({ keptBy: _, ...rest }) => rest;

/**
 * @param {string} name of the words
 * @param {number} count
 */
async function announce(name, count) {
  await learnMore("gallery");
  tell(name, { count });
}
