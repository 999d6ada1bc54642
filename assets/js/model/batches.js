/** Batches: jobs that run on the server, whether or not the page is open. */

import { shortName } from "./budget.js";
import { adopt } from "./draft.js";
import { toFields } from "./request.js";
import { isRunning } from "./running.js";

/** @import { Draft, Taken } from "./state.js" */
/** @import { Actual, Batch, BatchLine, BatchDocument } from "./wire.js" */

export const WINDOWS = /** @type {const} */ (["24h", "72h", "7d", "30d"]);

const SOURCE = "page";
const LONGEST_TITLE = 60;
const FIRST_PAUSE = 5000; // milliseconds
const LONGEST_PAUSE = 30_000;

/** Whether it can still be cancelled.
 *
 * @param {Pick<Batch, "status">} batch
 */
export const isOpen = ({ status }) => status === "validating" || status === "in_progress";

/** The words for how it is with it.
 *
 * @param {Batch} batch
 * @param {number} now milliseconds since 1970
 */
export const stateOf = (batch, now) => (isWaiting(batch, now) ? "waiting" : batch.status);

/**
 * @param {Batch} batch
 * @param {number} now milliseconds since 1970
 */
export const isWaiting = ({ status, resumes_at: at }, now) =>
  status === "in_progress" && Boolean(at && at * 1000 > now);

/** Whether a page has sent it, here or elsewhere; its images go into the gallery by themselves.
 *
 * @param {Pick<Batch, "metadata">} batch
 */
export const isOfPage = ({ metadata }) => metadata?.source === SOURCE;

/** Of those that run: how many they are, how many of their lines have been made or are over, and
 * when all of them go on if they all wait. `isKnown` says whether lines of any have been counted.
 *
 * @param {Batch[]} batches
 * @param {number} now milliseconds since 1970
 */
export function tally(batches, now) {
  const running = batches.filter(isRunning);
  const add = (/** @type {(batch: Batch) => number} */ of) =>
    running.reduce((sum, batch) => sum + of(batch), 0);
  const waits = running.filter((batch) => isWaiting(batch, now)).map((batch) => batch.resumes_at ?? 0);
  return {
    running: running.length,
    isKnown: running.some(isCounted),
    completed: add((batch) => batch.request_counts.completed),
    over: add(linesOver),
    total: add((batch) => batch.request_counts.total),
    resumesAt: waits.length && waits.length === running.length ? Math.min(...waits) : null,
  };
}

/** Whether it is known how many lines it has: while they are checked the number grows.
 *
 * @param {Pick<Batch, "status" | "request_counts">} batch
 */
export const isCounted = ({ status, request_counts: { total } }) => status !== "validating" && total > 0;

/** @param {Batch} batch */
export const linesOver = ({ request_counts: { completed, failed } }) => completed + failed;

/** How long to wait before asking again how it is with them.
 *
 * @param {number} before 0 at first
 * @param {boolean} hasChanged since the last time
 */
export const nextPause = (before, hasChanged) =>
  (hasChanged || !before ? FIRST_PAUSE : Math.min(before * 1.5, LONGEST_PAUSE));

/** What is posted: one line for each draft.
 *
 * @param {{drafts: Draft[], images: string[], window: string, title: string}} wish `images` are the
 *   reference images as data URLs, the same for each line
 * @returns {BatchDocument}
 */
export function toBatch({ drafts, images, window, title }) {
  const url = images.length ? "/v1/images/edits" : "/v1/images/generations";
  const rest = { response_format: "url", ...(images.length && { images }) };
  return {
    endpoint: url,
    completion_window: window,
    requests: drafts.map((draft, index) => ({
      custom_id: String(index + 1), method: "POST", url, body: { ...toFields(draft), ...rest },
    })),
    metadata: { source: SOURCE, title: shortened(title) },
  };
}

/** @param {string} text */
function shortened(text) {
  const characters = [...text.replace(/\s+/g, " ").trim()];
  if (characters.length <= LONGEST_TITLE) return characters.join("");
  return `${characters.slice(0, LONGEST_TITLE - 1).join("")}…`;
}

/** The draft that a line was made from.
 *
 * @param {Record<string, any>} request its fields
 * @param {Pick<Actual, "model" | "size" | "steps">} actual
 */
export function toDraft({ prompt = "", guidance, seed, n, output_format: format }, { model, size, steps }) {
  const [width, height] = size.split("x");
  const isText = typeof prompt === "string";
  return adopt({
    mode: isText ? "text" : "json",
    ...(isText ? { text: prompt } : { json: JSON.stringify(prompt, null, 2) }),
    model: shortName(model), width, height, steps: String(steps),
    guidance: String(guidance ?? ""), seed: String(seed ?? ""), locked: seed !== undefined && seed !== null,
    n: String(n ?? 1), format: format ?? "",
  });
}

/** What a line has made, with where each image can be fetched.
 *
 * @param {BatchLine} line
 */
export function imagesOf({ request, response }) {
  if (!response || !request) return [];
  const { model, size, steps, output_format: format, cost, created, data } = response;
  const asked = toDraft(request, { model, size, steps });
  const each = { neurons: cost.neurons / data.length, usd: cost.usd / data.length };
  return data.map(({ url, seed, output_format: own }, index) => ({
    index, url, created: created * 1000, asked,
    actual: { model, size, steps, seed, format: own ?? format, cost: each },
  }));
}

/** @type {Omit<Taken, "id">} */
const NOTHING = { after: null, numbers: [], lines: 0, isOver: false };

/** What this browser has taken of a batch, if nothing was written down.
 *
 * @param {string} id
 * @returns {Taken}
 */
export const nothingTaken = (id) => ({ id, ...NOTHING });

/** Whether there is, or may be, something to take.
 *
 * @param {Batch} batch
 * @param {Taken} taken
 */
export const hasMore = (batch, taken) =>
  !taken.isOver && (isOfPage(batch) || Boolean(taken.isWanted))
    && (linesOver(batch) > taken.lines || !isRunning(batch));

/** When these lines were taken.
 *
 * @param {Taken} taken
 * @param {number[]} numbers
 * @returns {Taken}
 */
export const withLines = (taken, numbers) =>
  ({ ...taken, numbers: [...taken.numbers, ...numbers], lines: taken.lines + numbers.length });

/** At the end of a page of lines; a page without a next one is asked for again.
 *
 * @param {Taken} taken
 * @param {string | number | null | undefined} next
 * @returns {Taken}
 */
export const turned = (taken, next) =>
  (next === null || next === undefined || next === taken.after ? taken : { ...taken, after: next, numbers: [] });

/** Why lines failed, by an error file.
 *
 * @param {string} text JSON of one line each
 * @returns {{line: string, code: string, message: string}[]}
 */
export const failuresOf = (text) => text.split("\n").filter((line) => line.trim()).map((line) => {
  const { custom_id: name, response, error } = JSON.parse(line);
  const { code, message } = response?.body?.error ?? error ?? {};
  return { line: String(name ?? ""), code: String(code ?? ""), message: String(message ?? "") };
});
