/** What only the owner asks the server for: the keys of others, and what they spent. */

import { toSpending } from "../model/usage.js";
import { ask } from "./api.js";

/** @import { Key, Spending } from "../model/wire.js" */

const PATH = "/v1/keys";

/** All of them, newest first.
 *
 * @param {string} owner the owner's own key
 */
export async function readKeys(owner) {
  /** @type {Key[]} */
  const keys = [];
  for (let query = ""; ;) {
    const page = await ask(owner, "GET", PATH + query);
    keys.push(...page.data);
    if (!page.has_more) return keys;
    query = `?after=${page.last_id}`;
  }
}

/** Everything since a day, by day, key and model.
 *
 * @param {string} owner
 * @param {number} day counted from 1970
 * @param {number} days how many there can be
 */
export async function readSpending(owner, day, days) {
  /** @type {Spending[]} */
  const spending = [];
  const path = `/v1/organization/costs?start_time=${day * 86400}&bucket_width=1d&limit=${days}`
    + "&group_by=line_item&group_by=api_key_id";
  for (let query = ""; ;) {
    const page = await ask(owner, "GET", path + query);
    spending.push(...toSpending(page));
    if (!page.has_more) return spending;
    query = `&page=${encodeURIComponent(page.next_page)}`;
  }
}

/** The key itself is in `key` of what comes back, this time only.
 *
 * @param {string} owner
 * @param {Record<string, unknown>} fields
 * @returns {Promise<Key & {key: string}>}
 */
export const makeKey = (owner, fields) => ask(owner, "POST", PATH, fields);

/**
 * @param {string} owner
 * @param {string} id
 * @param {Record<string, unknown>} fields those that change
 * @returns {Promise<Key>}
 */
export const changeKey = (owner, id, fields) => ask(owner, "PATCH", `${PATH}/${id}`, fields);

/** Another key in place of this one.
 *
 * @param {string} owner
 * @param {string} id
 * @returns {Promise<Key & {key: string}>}
 */
export const rotateKey = (owner, id) => ask(owner, "POST", `${PATH}/${id}/rotate`);

/**
 * @param {string} owner
 * @param {string} id
 */
export const deleteKey = (owner, id) => ask(owner, "DELETE", `${PATH}/${id}`);
