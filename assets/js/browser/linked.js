/** Images that the server keeps, by their links. */

import { ApiError } from "../model/errors.js";
import { readFile } from "./api.js";

/** What may be otherwise in a moment; anything else would be the same the next time. */
const PASSING = ["unreachable", "broken_off", "storage_unavailable", "rate_limit_exceeded", "internal_error"];

/**
 * @param {unknown} error
 * @returns {error is ApiError} of those that last
 */
export const isLasting = (error) => error instanceof ApiError && !PASSING.includes(error.code);

const ANYWHERE = /^.*(?=\/v1\/images\/files\/)/; // a proxy's links may have a path of their own before it

/** Null if it is kept there no longer. It is the page's own server, under whatever name the link was
 * made.
 *
 * @param {string} link
 */
export async function imageAt(link) {
  try {
    return await readFile(new URL(link).pathname.replace(ANYWHERE, ""));
  } catch (error) {
    if (!isLasting(error)) throw error;
    return null;
  }
}
