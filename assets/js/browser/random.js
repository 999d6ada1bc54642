/** Ids and seeds. `crypto.randomUUID` is missing where a page comes by plain HTTP, as in a LAN. */

import { LARGEST_SEED } from "../model/catalog.js";

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The first of `n` seeds in a row.
 *
 * @param {number} n
 */
export const newSeed = (n) =>
  Math.min(crypto.getRandomValues(new Uint32Array(1))[0], LARGEST_SEED - n + 1);
