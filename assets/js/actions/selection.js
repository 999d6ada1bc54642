/** Some of the results, chosen to do something with all of them. */

import { toggled } from "../model/gallery.js";
import { store } from "../model/store.js";

/** @import { Result } from "../model/types.js" */

export const beginSelection = () => store.update({ selection: new Set() });

export const endSelection = () => store.update({ selection: null });

/** @param {string} id of a result */
export const toggleSelected = (id) =>
  store.update({ selection: toggled(store.state.selection ?? new Set(), id) });

/** @param {Result[]} results */
export const compare = (results) =>
  store.update({ dialog: { name: "compare", ids: results.map(({ id }) => id) } });
