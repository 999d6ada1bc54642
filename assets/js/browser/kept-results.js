/** The results that this browser keeps; other tabs hear of each change. */

import { database } from "./database.js";
import { recall, remember } from "./memory.js";

/** @import { IDBPObjectStore } from "/vendor/idb/build/index.js" */
/** @import { Schema } from "./database.js" */
/** @import { Result, Taken } from "../model/state.js" */
/** @typedef {("results" | "taken")[]} Both */
/** @typedef {IDBPObjectStore<Schema, Both, "results", "readwrite">} Results */

const channel = new BroadcastChannel("flux2.results");

/** Results on their way out: a browser undoes what it has not come to when the page is left. */
const DROPPING = "dropping";

/** @returns {string[]} */
const dropping = () => [recall(DROPPING, [])].flat();

const FIRST = 60; // about a large screen of them
const MORE = 200;
const LONGEST_REST = 1500; // milliseconds

/** Gives all of them to `take`, newest first: few at once, and then the others in larger parts, so
 * that the first are soon there however many there are.
 *
 * @param {(some: Result[]) => void} take
 */
export async function keptResults(take) {
  const left = dropping();
  if (left.length) await dropResults(left);
  const kept = await database();
  let before = Infinity;
  for (let count = FIRST; kept && before > -Infinity; count = MORE) {
    const { store } = kept.transaction("results");
    const index = store.index("created");
    const newest = await index.openKeyCursor(IDBKeyRange.upperBound(before, true), "prev");
    const oldest = newest && (await newest.advance(count - 1));
    const from = oldest ? Number(oldest.key) : -Infinity;
    if (newest) take((await index.getAll(IDBKeyRange.bound(from, before, false, true))).reverse());
    before = from;
    if (before > -Infinity) await rest(count === FIRST);
  }
}

/** Reading on would keep a browser from showing what is there: first a picture is seen, or none is
 * coming. Between parts it does what else there is to do.
 *
 * @param {boolean} isFirst
 */
const rest = (isFirst) => new Promise((resolve) => {
  if (!isFirst) return setTimeout(resolve);
  const over = new AbortController();
  over.signal.addEventListener("abort", resolve);
  const see = (/** @type {Event} */ { target }) => target instanceof HTMLImageElement && over.abort();
  document.addEventListener("load", see, { capture: true, signal: over.signal });
  return setTimeout(() => over.abort(), LONGEST_REST);
});

/** Those of them that there are.
 *
 * @param {string[]} ids
 */
export async function keptResultsOf(ids) {
  const store = (await database())?.transaction("results").store;
  const found = await Promise.all(ids.map((id) => store?.get(id)));
  return found.filter((result) => result !== undefined);
}

/** Calls `changed` for what another tab does.
 *
 * @param {(ids: string[], isRemoved: boolean) => void} changed
 */
export function onChange(changed) {
  channel.onmessage = ({ data: { ids, isRemoved } }) => changed(ids, isRemoved);
}

/** @param {string[]} ids */
const endDropping = (ids) => remember(DROPPING, dropping().filter((id) => !ids.includes(id)));

/** Whether they are kept; a browser may be out of room. Where they come from a batch, that they were
 * taken from it is kept in the same go, or not at all.
 *
 * @param {Result[]} results
 * @param {Taken} [taken]
 */
export async function keepResults(results, taken) {
  endDropping(results.map(({ id }) => id));
  try {
    await inOneGo((store) => results.map((result) => store.put(result)), taken);
  } catch {
    return false;
  }
  askToStay();
  channel.postMessage({ ids: results.map(({ id }) => id), isRemoved: false });
  return true;
}

/** @param {string[]} ids */
export async function dropResults(ids) {
  remember(DROPPING, [...dropping(), ...ids]);
  await inOneGo((store) => ids.map((id) => store.delete(id))).catch(() => {});
  endDropping(ids);
  channel.postMessage({ ids, isRemoved: true });
}

/**
 * @param {(store: Results) => Promise<unknown>[]} act
 * @param {Taken} [taken]
 */
async function inOneGo(act, taken) {
  /** @type {Both} */
  const both = ["results", "taken"];
  const transaction = (await database())?.transaction(both, "readwrite");
  if (!transaction) throw new Error("this browser keeps nothing");
  const noted = taken && transaction.objectStore("taken").put(taken);
  await Promise.all([...act(transaction.objectStore("results")), noted, transaction.done]);
}

let hasAsked = false;

/** Not to be cleared when room gets short. Firefox asks the person, so once is enough. */
function askToStay() {
  if (!hasAsked) navigator.storage?.persist?.();
  hasAsked = true;
}
