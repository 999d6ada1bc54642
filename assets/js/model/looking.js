/** What the viewer leads through. */

import { found } from "./find.js";

/** @import { State } from "./state.js" */

/** Those that are looked for, and in any case the one that is shown: it may just have lost its star.
 *
 * @param {Pick<State, "results" | "filter">} state
 * @param {string} id of the one that is shown
 */
export function ledThrough({ results, filter }, id) {
  const sought = found(results, filter);
  if (sought.some((one) => one.id === id)) return sought;
  const among = new Set(sought);
  return results.filter((one) => one.id === id || among.has(one));
}
