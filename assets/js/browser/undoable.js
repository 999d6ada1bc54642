/** What a tab can still bring back, so that no other one has the server forget it meanwhile: a lock of
 * each, which goes with the tab. */

import { newId } from "./random.js";

const LOCK = "flux2.undoable ";
const OWN = `${newId()} `; // of this tab
/** @type {Map<string, () => void>} */
const held = new Map();

/** From now on these, and no others.
 *
 * @param {string[]} ids
 */
export function holdOpen(ids) {
  for (const [id, end] of held) {
    if (!ids.includes(id)) end();
  }
  for (const id of ids.filter((one) => !held.has(one))) hold(id);
}

/** @param {string} id */
function hold(id) {
  const { promise, resolve } = Promise.withResolvers();
  held.set(id, () => {
    held.delete(id);
    resolve(null);
  });
  navigator.locks?.request(LOCK + OWN + id, () => promise);
}

/** The ids of those that other tabs hold. */
export async function openElsewhere() {
  const names = (await navigator.locks?.query())?.held?.map(({ name = "" }) => name) ?? [];
  const others = names.filter((name) => name.startsWith(LOCK) && !name.startsWith(LOCK + OWN));
  return new Set(others.map((name) => name.split(" ")[2]));
}
