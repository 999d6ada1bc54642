/** Images of batches on their way into the gallery: each comes once into a browser, and one that was
 * deleted does not come back. */

import { readLines } from "../browser/batches.js";
import { isLasting } from "../browser/linked.js";
import { newId } from "../browser/random.js";
import { alone, keepTaken, takenOf } from "../browser/taken.js";
import { hasMore, imagesOf, nothingTaken, turned, withLines } from "../model/batches.js";
import { isRunning } from "../model/running.js";
import { store } from "../model/store.js";
import { fetchPicture, receive } from "./arriving.js";

/** @import { Reference, Result } from "../model/state.js" */
/** @import { Batch, BatchLine } from "../model/wire.js" */

const AT_ONCE = 4; // lines

/** Batches of which nothing can be had in this visit.
 *
 * @type {Set<string>}
 */
const given = new Set();

/** Those for whose images there was no room, with how many there were in the gallery then.
 *
 * @type {Map<string, number>}
 */
const crowded = new Map();

/** @param {number} count */
const areFewer = (count) => store.state.results.length < count;

/** Whether images may have room now that had none. */
export const canGoOn = () => [...crowded.values()].some(areFewer);

/** How many images have come. Throws an ApiError if the server cannot be asked now; what had come
 * before has come.
 *
 * @param {Batch[]} batches newest first
 */
export async function collect(batches) {
  let count = 0;
  await alone("batches", async () => {
    for (const batch of batches.toReversed()) {
      const mayCome = !given.has(batch.id) && areFewer(crowded.get(batch.id) ?? Infinity);
      if (mayCome) count += await takeFrom(batch);
    }
  });
  return count;
}

/** @param {Batch} batch */
async function takeFrom(batch) {
  crowded.delete(batch.id);
  try {
    return await takeLines(batch);
  } catch (error) {
    if (!isLasting(error)) throw error;
    given.add(batch.id);
    return 0;
  }
}

/** @param {Batch} batch */
async function takeLines(batch) {
  const { key } = store.state;
  let taken = (await takenOf(batch.id)) ?? nothingTaken(batch.id);
  let count = 0;
  while (hasMore(batch, taken)) {
    const { data, has_more: isMore, next } = await readLines(key, batch.id, taken.after);
    const { numbers, references = [] } = taken;
    const fresh = data.filter(({ number }) => !numbers.includes(number));
    for (let start = 0; start < fresh.length; start += AT_ONCE) {
      const lines = fresh.slice(start, start + AT_ONCE);
      const results = (await Promise.all(lines.map((line) => toResults(line, references)))).flat();
      if (store.state.key !== key) return count;
      taken = withLines(taken, lines.map(({ number }) => number));
      if (!(await receive(results, taken))) {
        crowded.set(batch.id, store.state.results.length);
        return count;
      }
      count += results.length;
    }
    taken = turned(taken, next);
    const isEnd = !isMore || taken.numbers.length > 0;
    if (!isMore) taken = { ...taken, isOver: !isRunning(batch) };
    await keepTaken(taken);
    if (isEnd) break;
  }
  return count;
}

/**
 * @param {BatchLine} line
 * @param {Reference[]} references
 * @returns {Promise<Result[]>}
 */
async function toResults(line, references) {
  const found = await Promise.all(imagesOf(line).map(async ({ url, created, asked, actual }) => {
    const picture = await fetchPicture(url);
    return picture ? { ...picture, id: newId(), created, asked, references, actual, seconds: 0 } : [];
  }));
  return found.flat();
}
