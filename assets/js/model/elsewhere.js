/** Images that are kept on the server, as the gallery has them. */

import { toDraft } from "./batches.js";
import { readPrompt } from "./json-prompt.js";

/** @import { Result, State } from "./state.js" */
/** @import { DeletedImage, KeptImage } from "./wire.js" */
/** @typedef {{id: string, keptBy?: string, created: number}} Unwanted */

const SETTLED = 60_000; // milliseconds after which the server has written down what it keeps

/** What the list had at its top, so that what is below need not be looked at again: one that is
 * deleted later comes to the top once more.
 *
 * @param {KeptImage | DeletedImage} image
 */
export const markOf = ({ id, deleted }) => (deleted ? `${id} deleted` : id);

/** Those of a page of the list that are new to this browser, and the ids of those that are gone.
 *
 * @param {(KeptImage | DeletedImage)[]} page
 * @param {{top?: string, known: ReadonlySet<string>}} before `top` is where the list was read before
 */
export function sift(page, { top, known }) {
  const end = page.findIndex((image) => markOf(image) === top);
  const unseen = end < 0 ? page : page.slice(0, end);
  return {
    fresh: unseen.flatMap((image) => (image.deleted || known.has(image.id) ? [] : image)),
    gone: unseen.flatMap(({ id, deleted }) => (deleted ? id : [])),
    isEnd: end >= 0,
  };
}

/** All of it but the picture and what it was made from.
 *
 * @param {KeptImage} image
 * @param {string} keptBy
 * @returns {Omit<Result, "blob" | "thumbnail">}
 */
export function toResult(image, keptBy) {
  const { id, created_at: created, request_id: job, references: lacking, ...rest } = image;
  const { prompt, model, size, steps, guidance, seed, output_format: format, cost } = rest;
  const { value, problem } = readPrompt(prompt); // that of a JSON prompt is kept as its text
  const asked = toDraft({ prompt: problem ? prompt : value, guidance, seed }, { model, size, steps });
  return {
    id, keptBy, job, created: created * 1000, asked, references: [], lacking, seconds: 0,
    actual: { model, size, steps, seed, format, cost },
  };
}

/** Those that the server can be told to forget: nobody can bring them back, and the key is theirs.
 *
 * @param {Unwanted[]} unwanted
 * @param {Pick<State, "account" | "removed">} state
 */
export function forgettable(unwanted, { account, removed }) {
  const open = new Set(removed.map(({ id }) => id));
  return unwanted.filter(({ id, keptBy }) => keptBy === account?.id && !open.has(id));
}

/** Whether one that the server does not know of may still be written down there.
 *
 * @param {Unwanted} one
 * @param {number} now milliseconds since 1970
 */
export const mayStillCome = ({ created }, now) => now - created < SETTLED;
