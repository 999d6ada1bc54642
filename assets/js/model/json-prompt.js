/** JSON prompting: the text, what is wrong with it and where.
 *
 * Names: Cloudflare's page of flux-2-dev, "JSON prompting".
 */

import { lineAndColumn, readJson } from "./json.js";

/** @import { Flaw, JsonPath, PlacedFlaw } from "./state.js" */
/** @import { JsonObject, JsonValue } from "./wire.js" */
/** @import { Places } from "./json.js" */
/** @typedef {{value: JsonObject, problem: PlacedFlaw | null, doubts: PlacedFlaw[]}} Reading */

export const TEXTS = ["scene", "style", "lighting", "mood", "background", "composition"];
export const CAMERA = ["angle", "distance", "focus", "lens", "f-number", "ISO"];
export const SUBJECT = ["type", "description", "pose"];
export const POSITIONS = ["foreground", "midground", "background"];

/**
 * @param {unknown} value
 * @returns {value is JsonObject}
 */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value */
const isText = (value) => typeof value === "string" || typeof value === "number";

/**
 * @param {unknown} value
 * @returns {value is string}
 */
export const isColour = (value) =>
  typeof value === "string" && /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(value);

/** @typedef {{pattern: string, fits: (value: unknown) => boolean, what: string}} Shape */

/**
 * @param {string} pattern a path; "*" is every item
 * @returns {Shape}
 */
const text = (pattern) => ({ pattern, fits: isText, what: "text" });

/** What must be where for the form to show it; `what` says what it is not.
 *
 * @type {Shape[]}
 */
const SHAPES = [
  ...TEXTS.map((name) => text(`/${name}`)),
  { pattern: "/subjects", fits: Array.isArray, what: "list" },
  { pattern: "/subjects/*", fits: isObject, what: "notObject" },
  ...[...SUBJECT, "position"].map((name) => text(`/subjects/*/${name}`)),
  { pattern: "/color_palette", fits: Array.isArray, what: "list" },
  { pattern: "/color_palette/*", fits: isColour, what: "colour" },
  { pattern: "/camera", fits: isObject, what: "notObject" },
  ...CAMERA.map((name) => text(`/camera/${name}`)),
  { pattern: "/effects", fits: Array.isArray, what: "list" },
  text("/effects/*"),
];

/** What the text says, why it is no prompt, and what is unusual in it.
 *
 * `value` is {} where there is no object; the model may understand what is merely unusual.
 *
 * @param {string} text
 * @returns {Reading}
 */
export function readPrompt(text) {
  if (last?.text !== text) last = { text, reading: read(text) }; // each change of the page asks again
  return last.reading;
}

/** @type {{text: string, reading: Reading} | null} */
let last = null;

/**
 * @param {string} text
 * @returns {Reading}
 */
function read(text) {
  if (!text.trim()) return { value: {}, problem: null, doubts: [] };
  const { value, places, losses, problem } = readJson(text);
  if (problem) return { value: {}, problem: at(text, problem), doubts: [] };
  if (!isObject(value)) {
    const flaw = { what: "top", offset: startOf("", places) };
    return { value: {}, problem: at(text, flaw), doubts: [] };
  }
  const lost = losses.map((loss) => at(text, loss));
  return { value, problem: null, doubts: [...lost, ...doubts(text, value, places)] };
}

/**
 * @param {string} text
 * @param {Flaw} flaw
 * @returns {PlacedFlaw}
 */
const at = (text, { what, offset, path }) =>
  ({ what, path, offset, ...lineAndColumn(text, offset) });

/**
 * @param {string} path
 * @param {Places} places
 */
const startOf = (path, places) => places.get(path)?.[0] ?? 0;

/**
 * @param {string} text
 * @param {JsonObject} value
 * @param {Places} places
 */
function doubts(text, value, places) {
  return SHAPES.flatMap(({ pattern, fits, what }) =>
    matches(value, pattern.split("/").slice(1))
      .filter(({ found }) => !fits(found))
      .map(({ path }) => at(text, { what, path, offset: startOf(path, places) })));
}

/** All that a pattern means, with where it is.
 *
 * @param {JsonValue} value
 * @param {string[]} pattern
 * @returns {{path: string, found: JsonValue}[]}
 */
function matches(value, [name, ...rest], path = "") {
  if (name === undefined) return [{ path, found: value }];
  return entries(value)
    .filter(([key]) => key === name || (name === "*" && Array.isArray(value)))
    .flatMap(([key, inner]) => matches(inner, rest, `${path}/${key}`));
}

/**
 * @param {JsonValue} value
 * @returns {[string, JsonValue][]}
 */
const entries = (value) => (typeof value === "object" && value ? Object.entries(value) : []);

/** Whether nothing is said, however deep.
 *
 * @param {JsonValue} value
 * @returns {boolean}
 */
export const saysNothing = (value) =>
  value === "" || value === null
  || (typeof value === "object" && Object.values(value).every(saysNothing));
