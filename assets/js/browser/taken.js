/** What this browser has taken of batches; known as long as the page where nothing is kept. */

import { database } from "./database.js";

/** @import { Taken } from "../model/state.js" */

const LOCK = "flux2.taking";
/** @type {Map<string, Taken>} */
const fallback = new Map();

/** @param {string} id of a batch */
export const takenOf = async (id) => (await (await database())?.get("taken", id)) ?? fallback.get(id);

/** @param {Taken} taken */
export async function keepTaken(taken) {
  fallback.set(taken.id, taken);
  await (await database())?.put("taken", taken).catch(() => {});
}

let isTaking = false;

/** Only one tab takes at a time, so that two do not take the same; the others hear of what it keeps.
 *
 * @param {() => Promise<void>} take
 */
export async function alone(take) {
  if (isTaking) return;
  isTaking = true;
  try {
    await (navigator.locks?.request(LOCK, { ifAvailable: true }, (lock) => lock && take()) ?? take());
  } finally {
    isTaking = false;
  }
}
