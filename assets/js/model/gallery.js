/** Results, newest first: what comes, what goes, and what that means for what is open. */

import { toSettings } from "./request.js";

/** @import { Dialog, Draft, Result, State } from "./state.js" */


/** The results and those that come to them; one that is there already stays as it is.
 *
 * @param {Result[]} results
 * @param {Result[]} more
 */
export function withResults(results, more) {
  const known = new Set(results.map(({ id }) => id));
  return inOrder([...results, ...more.filter(({ id }) => !known.has(id))]);
}

/** Newest first; but images of one job are beside each other, by their seeds.
 *
 * @param {Result[]} results
 */
function inOrder(results) {
  const sorted = results.toSorted((a, b) => b.created - a.created);
  const groups = Map.groupBy(sorted, ({ id, job = id }) => job);
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => a.actual.seed - b.actual.seed));
}

/** The results with what others say of them anew. What is shown of one already, its pictures, stays.
 *
 * @param {Result[]} results
 * @param {Result[]} news
 */
export function withNews(results, news) {
  const byId = new Map(news.map((one) => [one.id, one]));
  return results.map((one) => {
    const { thumbnail, starred } = byId.get(one.id) ?? one;
    return { ...one, thumbnail: one.thumbnail ?? thumbnail, starred };
  });
}

/**
 * @param {Result[]} results
 * @param {ReadonlySet<string>} ids
 */
export const withoutResults = (results, ids) => results.filter(({ id }) => !ids.has(id));

/** The dialog, or the nearest one below it of which something is left.
 *
 * @param {Dialog | null | undefined} dialog
 * @param {ReadonlySet<string>} left ids of results
 * @returns {Dialog | null}
 */
export function dialogWith(dialog, left) {
  if (!dialog) return null;
  const from = dialogWith(dialog.from, left);
  const ids = shownBy(dialog);
  return ids && !ids.some((id) => left.has(id)) ? from : { ...dialog, from };
}

/** @param {Dialog} dialog */
function shownBy(dialog) {
  if (dialog.name === "view") return [dialog.id];
  return dialog.name === "compare" ? dialog.ids : null;
}

/** The result so many places further down the gallery; undefined if there is none.
 *
 * @param {Result[]} results
 * @param {string} id
 * @param {number} by
 */
export function neighbour(results, id, by) {
  const index = results.findIndex((result) => result.id === id);
  return index < 0 ? undefined : results[index + by];
}

/** How many places down the gallery it is; the newest one is 1.
 *
 * @param {Result[]} results
 * @param {string} id
 */
export const placeOf = (results, id) => results.findIndex((result) => result.id === id) + 1;

/** The draft that makes it again, with the seed that it had.
 *
 * @param {Result} result
 * @returns {Draft}
 */
export const again = ({ asked, actual }) =>
  ({ ...asked, seed: String(actual.seed), locked: true, n: "1" });

/** How long the last image of this kind took; undefined if there was none.
 *
 * @param {Draft} draft
 * @param {Result[]} results
 */
export function usualSeconds(draft, results) {
  const { model, size, steps } = toSettings(draft);
  const like = results.find(({ asked, actual }) =>
    asked.model === model && actual.size === size && (!steps || actual.steps === steps));
  return like?.seconds ? Math.max(1, Math.round(like.seconds)) : undefined;
}

/** Bytes that results take.
 *
 * @param {Result[]} results
 */
export const roomOf = (results) =>
  results
    .flatMap(({ blob, thumbnail, references }) =>
      [blob, thumbnail, ...references.map((reference) => reference.blob)])
    .reduce((sum, blob) => sum + (blob?.size ?? 0), 0);

/** Whether there will soon be no room for more.
 *
 * @param {State["room"]} room
 */
export const isNearlyFull = (room) => room !== null && room.usage >= 0.8 * room.quota;
