/** Whether what was made is kept in this browser, and how much room there is for more. */

import { keepResults } from "../browser/kept-results.js";
import { room } from "../browser/room.js";
import { store } from "../model/store.js";

/** @import { Result } from "../model/state.js" */

/** Keeps what is new. What finds no room is marked until it does.
 *
 * @param {Result[]} results
 */
export async function keep(results) {
  const isKept = await keepResults(results);
  note(results, isKept);
  measure();
}

/** What nobody has kept is lost with the page.
 *
 * @param {Result[]} results
 * @param {boolean} isKept
 */
export function note(results, isKept) {
  const unkept = new Set(store.state.unkept);
  for (const { id } of results) isKept ? unkept.delete(id) : unkept.add(id);
  if (unkept.size || store.state.unkept.size) store.update({ unkept });
}

/** There may be room now: one after the other, so that as many as can be are kept. */
export async function keepUnkept() {
  for (const { id } of store.state.results.filter((one) => store.state.unkept.has(one.id))) {
    const now = store.state.results.find((one) => one.id === id); // it may have been deleted
    if (now && (await keepResults([now]))) note([now], true);
  }
  await measure();
}

export async function measure() {
  const found = await room();
  if (found) store.update({ room: found });
}
