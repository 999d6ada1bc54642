/** Short things that this browser keeps; where storage is forbidden they live as long as the page. */

/** @typedef {"localStorage" | "sessionStorage"} Where */

const PREFIX = "flux2.";
/** @type {Map<string, unknown>} */
const fallback = new Map();

/** What was kept under that name; `otherwise` if nothing was, or if it cannot be read.
 *
 * Whatever it is: a person, or an older version of this page, may have put it there.
 *
 * @param {string} name
 * @param {unknown} [otherwise]
 * @returns {any}
 */
export const recall = (name, otherwise = null) => read("localStorage", name) ?? otherwise;

/**
 * @param {string} name
 * @param {unknown} value
 */
export const remember = (name, value) => write("localStorage", name, value);

/** The same for this tab alone.
 *
 * @param {string} name
 */
export const recallHere = (name) => read("sessionStorage", name);

/**
 * @param {string} name
 * @param {unknown} value
 */
export const rememberHere = (name, value) => write("sessionStorage", name, value);

/**
 * @param {Where} storage
 * @param {string} name
 */
function read(storage, name) {
  try {
    return JSON.parse(window[storage].getItem(PREFIX + name) ?? "null");
  } catch {
    return fallback.get(storage + name) ?? null;
  }
}

/**
 * @param {Where} storage
 * @param {string} name
 * @param {unknown} value
 */
function write(storage, name, value) {
  try {
    window[storage].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    fallback.set(storage + name, value); // forbidden or full
  }
}
