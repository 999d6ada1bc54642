/** Views that are loaded when they are first shown. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { store } from "../model/store.js";

/** The same view, or nothing until it is there.
 *
 * @template {unknown[]} Given
 * @param {() => Promise<(...given: Given) => unknown>} load
 * @returns {(...given: Given) => unknown}
 */
export function later(load) {
  /** @type {((...given: Given) => unknown) | undefined} */
  let view;
  let isComing = false;
  const fetchView = async () => {
    isComing = true;
    view = await load().finally(() => (isComing = false));
    store.update({}); // shows it
  };
  return (...given) => {
    if (!view && !isComing) fetchView();
    return view ? view(...given) : nothing;
  };
}
