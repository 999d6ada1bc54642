/** Changes of a JSON prompt by its form: of its text, so that the rest stays as it was typed. */

import { isColour, readPrompt } from "./json-prompt.js";
import { readJson } from "./json.js";

/** @import { JsonPath } from "./state.js" */
/** @import { JsonObject, JsonValue } from "./wire.js" */

/** What stands at a path like ["camera", "lens"]; undefined if nothing.
 *
 * @param {JsonValue | undefined} value
 * @param {JsonPath} path
 * @returns {JsonValue | undefined}
 */
export const valueAt = (value, path) =>
  path.reduce(
    (/** @type {any} */ inner, key) => (Object.hasOwn(Object(inner), key) ? inner[key] : undefined),
    value,
  );

/** The text with one value changed.
 *
 * Where there was one, the rest of the text stays as it was typed; else all is written anew, with an
 * indentation of two. Undefined takes the value away, and with it what then is empty around it.
 *
 * @param {string} text
 * @param {JsonPath} path
 * @param {JsonValue | undefined} value
 */
export function change(text, path, value) {
  const place = text.trim() ? readJson(text).places.get(path.map((key) => `/${key}`).join("")) : null;
  if (place && value !== undefined) {
    return text.slice(0, place[0]) + JSON.stringify(value) + text.slice(place[1]);
  }
  return rewritten(text, (prompt) => set(prompt, path, value));
}

/**
 * @param {string} text
 * @param {(prompt: JsonObject) => void} act
 */
function rewritten(text, act) {
  const prompt = structuredClone(readPrompt(text).value);
  act(prompt);
  return isEmpty(prompt) ? "" : JSON.stringify(prompt, null, 2);
}

/**
 * @param {any} parent an object or a list
 * @param {JsonPath} path
 * @param {JsonValue | undefined} value
 */
function set(parent, [key, ...rest], value) {
  if (rest.length) {
    parent[key] ??= typeof rest[0] === "number" ? [] : {};
    set(parent[key], rest, value);
    if (value === undefined && isEmpty(parent[key])) remove(parent, key);
  } else if (value === undefined) {
    remove(parent, key);
  } else {
    parent[key] = value;
  }
}

/**
 * @param {any} parent
 * @param {string | number} key
 */
function remove(parent, key) {
  // An empty item of a list keeps its place: somebody is about to fill it in.
  if (!Array.isArray(parent)) delete parent[key];
  else if (typeof parent[Number(key)] !== "object") parent.splice(Number(key), 1);
}

/** @param {JsonValue[] | JsonObject} value */
const isEmpty = (value) => Object.keys(value).length === 0;

/** The text without an item of a list.
 *
 * @param {string} text
 * @param {string} name of the list
 * @param {number} index
 */
export const removeItem = (text, name, index) =>
  rewritten(text, (prompt) => {
    const items = prompt[name];
    if (!Array.isArray(items)) return;
    items.splice(index, 1);
    if (!items.length) delete prompt[name];
  });

/** #abc as #aabbcc, which is all that a colour picker takes; undefined if it is no colour.
 *
 * @param {unknown} value
 */
export function longColour(value) {
  if (!isColour(value)) return undefined;
  const digits = value.slice(1).toLowerCase();
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`;
}
