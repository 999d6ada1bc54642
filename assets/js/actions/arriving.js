/** Images of the server's on their way into the gallery. */

import { isKeeping } from "../browser/database.js";
import { keepResults } from "../browser/kept-results.js";
import { imageAt } from "../browser/linked.js";
import { thumbnail } from "../browser/pictures.js";
import { keepTaken } from "../browser/taken.js";
import { note } from "./keeping.js";
import { warn } from "./notice.js";
import { merge } from "./results.js";

/** @import { Result, Taken } from "../model/state.js" */

/** The picture of one, and a small one; null if it is kept there no longer, or not everywhere yet.
 *
 * @param {string} link
 */
export async function fetchPicture(link) {
  const blob = await imageAt(link);
  return blob && { blob, thumbnail: await thumbnail(blob).catch(() => null) };
}

/** Whether there was room for them. Where nothing is kept at all, they come for this visit.
 *
 * @param {Result[]} results
 * @param {Taken} [taken] where they come from a batch
 */
export async function receive(results, taken) {
  if (!(await keepResults(results, taken))) {
    if (await isKeeping()) {
      warn("notice.noRoom");
      return false;
    }
    if (taken) await keepTaken(taken);
    note(results, false);
  }
  merge(results);
  return true;
}
