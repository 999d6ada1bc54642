/** The shapes of what the API takes and says, for the type checker and for readers; no browser
 * loads this.
 *
 * @typedef {string | number | boolean | null | JsonValue[] | JsonObject} JsonValue
 * @typedef {{[name: string]: JsonValue}} JsonObject
 *
 * The fields of `POST /v1/images/generations`, but for the prompt.
 * @typedef {object} Settings
 * @property {string} model
 * @property {string} size such as 1024x768
 * @property {number} [steps]
 * @property {number} [guidance]
 * @property {number} [seed]
 * @property {number} [n]
 * @property {string} [output_format]
 *
 * All of them; an object as the prompt is JSON prompting.
 * @typedef {Settings & {prompt: string | JsonObject}} Fields
 *
 * What the API says that it made.
 * @typedef {object} Actual
 * @property {string} model
 * @property {string} size
 * @property {number} steps
 * @property {number} seed
 * @property {string} format
 * @property {Amount} cost
 *
 * Of neurons, and what they cost.
 * @typedef {{neurons: number, usd: number}} Amount
 *
 * A key as the API writes it; times are seconds since 1970, models have their full names.
 * @typedef {object} Key
 * @property {string} id
 * @property {string} name
 * @property {number | null} expires_at
 * @property {boolean} disabled
 * @property {string[] | null} models
 * @property {number | null} rpm
 * @property {number | null} limit_neurons
 * @property {number | null} limit_usd
 * @property {"daily" | "weekly" | "monthly" | null} limit_reset
 * @property {number | null} resets_at
 * @property {Amount} spent in the present period of its limit
 * @property {Amount} spent_today
 * @property {Amount} spent_in_all
 * @property {Amount | null} remaining
 *
 * What the API says of the key that is in use; `free_today` is of the whole deployment, and not
 * there if it has no database.
 * @typedef {Pick<Key, "id" | "models" | "limit_neurons" | "remaining" | "resets_at">
 *   & {free_today?: {used: Amount, resets_at: number}, images_kept_days?: number}} Account
 *
 * An image that is kept on the server, or one that was and is deleted.
 * @typedef {object} KeptImage
 * @property {string} id
 * @property {false} [deleted]
 * @property {number} created_at
 * @property {string} url
 * @property {string} request_id
 * @property {string} prompt
 * @property {string} model
 * @property {string} size
 * @property {number} steps
 * @property {number | null} guidance
 * @property {number} seed
 * @property {number} references
 * @property {string} output_format
 * @property {Amount} cost
 * @typedef {{id: string, deleted: true}} DeletedImage
 *
 * What was spent on one day (counted from 1970) by one key with one model.
 * @typedef {{day: number, key: string, model: string, usd: number}} Spending
 *
 * A batch as the API writes it; times are seconds since 1970. `cost` is what it has cost so far.
 * @typedef {object} Batch
 * @property {string} id
 * @property {"validating" | "failed" | "in_progress" | "finalizing" | "completed" | "expired"
 *   | "cancelling" | "cancelled"} status
 * @property {{total: number, completed: number, failed: number}} request_counts of its lines
 * @property {string | null} [output_file_id]
 * @property {string | null} [error_file_id]
 * @property {{data: {code?: string, line?: number | null, message: string}[]} | null} [errors] why
 *   it was not begun
 * @property {number} created_at
 * @property {number | null} [expires_at] the end of its window
 * @property {Record<string, string> | null} [metadata]
 * @property {number | null} [resumes_at] until when it waits
 * @property {string | null} [waits_for] the code of the error that makes it wait
 * @property {Amount} [cost]
 * @property {number | null} [results_expire_at]
 *
 * @typedef {{custom_id: string, method: string, url: string, body: Record<string, unknown>}}
 *   BatchRequest
 * @typedef {{endpoint: string, completion_window: string, requests: BatchRequest[],
 *   metadata: Record<string, string>}} BatchDocument
 *
 * A line of a batch that is over: what was asked for, and the answer of the Images API.
 * @typedef {object} BatchLine
 * @property {number} number
 * @property {Record<string, any> | null} request null if it broke a rule
 * @property {{created: number, model: string, size: string, steps: number, output_format: string,
 *   cost: Amount, data: {url: string, seed: number, output_format?: string}[]} | null} response
 *
 * Why a line of a batch failed.
 * @typedef {{line: string, code: string, message: string}} FailedLine
 */

export {};
