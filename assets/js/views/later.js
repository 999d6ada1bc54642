/** Views that are loaded when they are first shown. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { addSheet } from "../browser/sheet.js";
import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { drawMore } from "./icons.js";

/** The same view. Until it is there, `waiting` is shown; when it cannot be had, `giveUp` is called.
 * It is asked for again when it is to be shown again; many browsers keep a failure until the page is
 * loaded anew, though (whatwg/html#6768).
 *
 * @template {unknown[]} Given
 * @param {() => Promise<(...given: Given) => unknown>} load
 * @param {{waiting?: () => unknown, giveUp?: () => void}} [meanwhile]
 * @returns {(...given: Given) => unknown}
 */
export function later(load, { waiting = () => nothing, giveUp = () => {} } = {}) {
  /** @type {((...given: Given) => unknown) | undefined} */
  let view;
  let isComing = false;
  const fetchView = async () => {
    isComing = true;
    try {
      [view] = await Promise.all([load(), drawMore()]);
      store.update({}); // shows it
    } catch (error) {
      reportError(error);
      giveUp();
    } finally {
      isComing = false;
    }
  };
  return (...given) => {
    if (!view && !isComing) fetchView();
    return view ? view(...given) : waiting();
  };
}

/** With its words.
 *
 * @template View
 * @param {string} topic
 * @param {Promise<View>} coming
 */
export const worded = async (topic, coming) => (await Promise.all([coming, learnMore(topic)]))[0];

/** With its words and its looks.
 *
 * @template View
 * @param {string} topic
 * @param {Promise<View>} coming
 */
export const dressed = async (topic, coming) =>
  (await Promise.all([worded(topic, coming), addSheet(`/${topic}.css`)]))[0];
