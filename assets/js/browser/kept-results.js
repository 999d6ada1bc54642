/** The results that this browser keeps; other tabs hear of each change. */

import { database } from "./database.js";

/** @import { IDBPObjectStore } from "/vendor/idb/build/index.js" */
/** @import { Schema } from "./database.js" */
/** @import { Result } from "../model/types.js" */
/** @typedef {IDBPObjectStore<Schema, ["results"], "results", "readwrite">} Results */

const channel = new BroadcastChannel("flux2.results");

/** All of them, newest first. */
export async function keptResults() {
  return (await (await database())?.getAllFromIndex("results", "created"))?.reverse() ?? [];
}

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

/** Whether they are kept; a browser may be out of room.
 *
 * @param {Result[]} results
 */
export async function keepResults(results) {
  try {
    await inOneGo((store) => results.map((result) => store.put(result)));
  } catch {
    return false;
  }
  askToStay();
  channel.postMessage({ ids: results.map(({ id }) => id), isRemoved: false });
  return true;
}

/** @param {string[]} ids */
export async function dropResults(ids) {
  await inOneGo((store) => ids.map((id) => store.delete(id))).catch(() => {});
  channel.postMessage({ ids, isRemoved: true });
}

/** @param {(store: Results) => Promise<unknown>[]} act */
async function inOneGo(act) {
  const transaction = (await database())?.transaction("results", "readwrite");
  if (!transaction) throw new Error("this browser keeps nothing");
  await Promise.all([...act(transaction.store), transaction.done]);
}

let hasAsked = false;

/** Not to be cleared when room gets short. Firefox asks the person, so once is enough. */
function askToStay() {
  if (!hasAsked) navigator.storage?.persist?.();
  hasAsked = true;
}
