/** What the page asks the server for about images that are kept there. */

import { ask } from "./api.js";

/** @import { DeletedImage, KeptImage } from "../model/wire.js" */

const PATH = "/v1/images/kept";
const PAGE = 100;

/** The newest, or those behind one, with those that were deleted.
 *
 * @param {string} key
 * @param {string | null} after
 * @returns {Promise<{data: (KeptImage | DeletedImage)[], last_id: string | null, has_more: boolean}>}
 */
export const readKept = (key, after) =>
  ask(key, "GET", `${PATH}?deleted=true&limit=${PAGE}${after ? `&after=${after}` : ""}`);

/**
 * @param {string} key
 * @param {string} id
 */
export const deleteKept = (key, id) => ask(key, "DELETE", `${PATH}/${id}`);
