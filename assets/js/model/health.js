/** What `/health` says, as the page shows it. */

/** @import { Health } from "./state.js" */

const MISSING = / environment variable is required$/;

/** Each problem begins with the name of its variable.
 *
 * @param {{mode: string, problems: string[]}} document
 * @returns {Health}
 */
export function toHealth({ mode, problems }) {
  const missing = problems.filter((problem) => MISSING.test(problem)).map(firstWord);
  const malformed = problems.filter((problem) => !MISSING.test(problem));
  const fine = mode === "Demo" ? "demo" : "good";
  return { light: problems.length ? "bad" : fine, missing, malformed };
}

/** @param {string} text */
export const firstWord = (text) => text.split(" ", 1)[0];

/** Whether nothing has to be done about it.
 *
 * @param {Health} health
 */
export const isFine = ({ light }) => ["good", "demo", "offline", "unknown"].includes(light);
