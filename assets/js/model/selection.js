/** Which of the results are chosen, to do something with all of them. */

/** @import { Box } from "./rows.js" */

export const MOST_COMPARED = 4;

/** The selection with what was not in it, or without what was.
 *
 * @param {ReadonlySet<string>} selection
 * @param {string} id
 */
export function toggled(selection, id) {
  const others = new Set(selection);
  if (!others.delete(id)) others.add(id);
  return others;
}

/** The selection with all from one to another, in the order in which they are seen. Where there is no
 * place to begin, with that one.
 *
 * @param {ReadonlySet<string>} selection
 * @param {string[]} ids
 * @param {string | null} from
 * @param {string} to
 */
export function withRange(selection, ids, from, to) {
  const end = ids.indexOf(to);
  const begin = from === null || !ids.includes(from) ? end : ids.indexOf(from);
  return new Set([...selection, ...ids.slice(Math.min(begin, end), Math.max(begin, end) + 1)]);
}

/** Whether so many can be seen beside each other.
 *
 * @param {number} count
 */
export const isComparable = (count) => count >= 2 && count <= MOST_COMPARED;

/** Between two points.
 *
 * @param {{x: number, y: number}} one
 * @param {{x: number, y: number}} other
 * @returns {Box}
 */
export const between = (one, other) => ({
  left: Math.min(one.x, other.x),
  top: Math.min(one.y, other.y),
  width: Math.abs(one.x - other.x),
  height: Math.abs(one.y - other.y),
});

/** Whether two boxes have a place in common.
 *
 * @param {Box} one
 * @param {Box} other
 */
export const touch = (one, other) =>
  one.left < other.left + other.width && other.left < one.left + one.width
  && one.top < other.top + other.height && other.top < one.top + one.height;
