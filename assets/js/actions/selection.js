/** Some of the results, chosen to do something with all of them. */

import { found } from "../model/find.js";
import { toggled, withRange } from "../model/selection.js";
import { store } from "../model/store.js";

/** @import { Result } from "../model/state.js" */

/** The one that was chosen last, where a range begins.
 *
 * @type {string | null}
 */
let last = null;

export function beginSelection() {
  last = null;
  store.update({ selection: new Set() });
}

export const endSelection = () => store.update({ selection: null });

/** That one, or no longer; with `isRange` all from the last one to it.
 *
 * @param {string} id of a result
 * @param {boolean} isRange
 */
export function choose(id, isRange) {
  const { results, filter, selection } = store.state;
  const before = selection ?? new Set();
  const ids = () => found(results, filter).map((one) => one.id);
  store.update({
    selection: isRange ? withRange(before, ids(), selection && last, id) : toggled(before, id),
  });
  last = id;
}

/** These, and no others.
 *
 * @param {string[]} ids of results
 */
export function chooseAll(ids) {
  const chosen = new Set(ids);
  const { selection } = store.state;
  if (selection?.size === chosen.size && ids.every((id) => selection.has(id))) return;
  store.update({ selection: chosen });
}

/** @param {Result[]} results */
export const compare = (results) =>
  store.update({ dialog: { name: "compare", ids: results.map(({ id }) => id) } });
