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
