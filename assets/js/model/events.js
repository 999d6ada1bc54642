/** Server-sent events (WHATWG HTML, 9.2) as our server writes them: one line of data each. */

import { ApiError } from "./errors.js";

/** The JSON of each event of a text that comes in pieces.
 *
 * @param {AsyncIterable<string>} pieces cut anywhere
 * @returns {AsyncGenerator<Record<string, unknown>>}
 */
export async function* readEvents(pieces) {
  /** @type {string[]} */
  let unfinished = []; // joined once: to join a picture of megabytes with each piece is slow
  for await (const piece of pieces) {
    const [first, ...rest] = piece.split("\n");
    unfinished.push(first);
    for (const begun of rest) {
      const line = unfinished.join("");
      unfinished = [begun];
      if (line.startsWith("data:")) yield parsed(line.slice(5));
    }
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("odd");
  }
}
