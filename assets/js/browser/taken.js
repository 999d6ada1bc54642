/** What this browser has taken of batches; known as long as the page where nothing is kept. */

import { database } from "./database.js";

/** @import { Taken } from "../model/state.js" */

const LOCK = "flux2.taking";
/** @type {Set<string>} */
const taking = new Set();
/** @type {Map<string, Taken>} */
const fallback = new Map();

/** @param {string} id of a batch */
export const takenOf = async (id) => (await (await database())?.get("taken", id)) ?? fallback.get(id);

/** @param {Taken} taken */
export async function keepTaken(taken) {
  fallback.set(taken.id, taken);
  await (await database())?.put("taken", taken).catch(() => {});
}

/** Only one tab takes at a time, so that two do not take the same; the others hear of what it keeps.
 *
 * @param {string} what
 * @param {() => Promise<void>} take
 */
export async function alone(what, take) {
  if (taking.has(what)) return;
  taking.add(what);
  try {
    const name = `${LOCK}.${what}`;
    await (navigator.locks?.request(name, { ifAvailable: true }, (lock) => lock && take()) ?? take());
  } finally {
    taking.delete(what);
  }
}
