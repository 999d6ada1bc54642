/** A line that tells something and goes away by itself. */

import { store } from "../model/store.js";

/** @import { Phrase } from "../model/state.js" */

/**
 * @param {string} name of the words
 * @param {Phrase["values"]} [values]
 */
export const tell = (name, values) => store.update({ notice: { name, values } });

/** The same where something did not work.
 *
 * @param {string} name
 * @param {Phrase["values"]} [values]
 */
export const warn = (name, values) => store.update({ notice: { name, values, isBad: true } });

/** What is loaded when it is needed; null, and that is told, if it cannot be had.
 *
 * @template Module
 * @param {Promise<Module>} coming
 */
export const loaded = (coming) => coming.catch((error) => {
  warn("loading.failed");
  reportError(error);
  return null;
});
