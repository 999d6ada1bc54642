/** What the page asks the server for about batches. */

import { ask, readFile } from "./api.js";

/** @import { Batch, BatchDocument, BatchLine } from "../model/wire.js" */

const PATH = "/v1/batches";
const NEWEST = 20;
const LINES = 50;

/** The newest, newest first.
 *
 * @param {string} key
 * @returns {Promise<Batch[]>}
 */
export const readBatches = async (key) => (await ask(key, "GET", `${PATH}?limit=${NEWEST}`)).data;

/** The same name and document give the same batch, however often they are sent.
 *
 * @param {string} key
 * @param {BatchDocument} document
 * @param {string} name drawn for it
 * @returns {Promise<Batch>}
 */
export const makeBatch = (key, document, name) =>
  ask(key, "POST", PATH, document, { "Idempotency-Key": name });

/**
 * @param {string} key
 * @param {string} id
 * @returns {Promise<Batch>}
 */
export const cancelBatch = (key, id) => ask(key, "POST", `${PATH}/${id}/cancel`);

/** Lines that are over, in the order in which they ended; `next` is where to go on.
 *
 * @param {string} key
 * @param {string} id
 * @param {string | number | null} after
 * @returns {Promise<{data: BatchLine[], has_more: boolean, next?: string | number | null}>}
 */
export function readLines(key, id, after) {
  const from = after === null ? "" : `&after=${encodeURIComponent(after)}`;
  return ask(key, "GET", `${PATH}/${id}/results?limit=${LINES}${from}`);
}

/** The output of a batch, or its errors.
 *
 * @param {string} key
 * @param {string} file
 */
export const readOutput = (key, file) => readFile(`/v1/files/${file}/content`, key);
