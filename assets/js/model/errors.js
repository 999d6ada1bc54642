/** What can go wrong with an image, by the API's error `code` or by one of the page's own. */

/** `code` is the API's, or unreachable, broken_off (before its end), odd (no answer of our API);
 * `param` names the field that it is about, if any. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {{message?: string, param?: string, retryAfter?: number, requestId?: string}} [more]
   */
  constructor(code, { message = "", param = "", retryAfter = 0, requestId = "" } = {}) {
    super(message);
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}

/** What the next job would meet as well. */
export const STOPPING = [
  "invalid_api_key", "configuration_error", "upstream_authentication_error", "insufficient_quota",
  "budget", "rate_limit_exceeded", "storage_unavailable", "unreachable",
];

/** What is over in a moment, and was refused before anything was made. */
export const BUSY = ["rate_limit_exceeded", "storage_unavailable"];

/** What did not fail, but was ended: by a person, or with the page, begun or not. */
export const ENDED = ["cancelled", "interrupted", "waited"];

/** The dialog that helps with it.
 *
 * @type {Record<string, "key" | "setup">}
 */
export const HELP = { invalid_api_key: "key", configuration_error: "setup" };
