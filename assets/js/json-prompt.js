/** JSON prompting: the text, what is wrong with it and where, and changes by the form.
 *
 * Names: Cloudflare's page of flux-2-dev, "JSON prompting".
 */

import { lineAndColumn, readJson } from "./json.js";

export const TEXTS = ["scene", "style", "lighting", "mood", "background", "composition"];
export const CAMERA = ["angle", "distance", "focus", "lens", "f-number", "ISO"];
export const SUBJECT = ["type", "description", "pose"];
export const POSITIONS = ["foreground", "midground", "background"];

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string" || typeof value === "number";
export const isColour = (value) => typeof value === "string" && /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(value);

/** Path -> what must be there for the form to show it. "*" is every item. */
const SHAPES = [
  ...TEXTS.map((name) => [`/${name}`, isText, "text"]),
  ["/subjects", Array.isArray, "list"],
  ["/subjects/*", isObject, "notObject"],
  ...[...SUBJECT, "position"].map((name) => [`/subjects/*/${name}`, isText, "text"]),
  ["/color_palette", Array.isArray, "list"],
  ["/color_palette/*", isColour, "colour"],
  ["/camera", isObject, "notObject"],
  ...CAMERA.map((name) => [`/camera/${name}`, isText, "text"]),
  ["/effects", Array.isArray, "list"],
  ["/effects/*", isText, "text"],
];

/** {value, problem, doubts}: what the text says, why it is no prompt, and what is unusual in it.
 *
 * `value` is {} where there is no object; `problem` and each of `doubts` are
 * {what, offset, line, column}; the model may understand what is merely unusual.
 */
export function readPrompt(text) {
  if (last.text !== text) last = { text, read: read(text) }; // each change of the page asks again
  return last.read;
}

let last = {};

function read(text) {
  if (!text.trim()) return { value: {}, problem: null, doubts: [] };
  const { value, places, losses, problem } = readJson(text);
  if (problem) return { value: {}, problem: at(text, problem), doubts: [] };
  if (!isObject(value)) {
    const offset = places.get("")[0];
    return { value: {}, problem: at(text, { what: "top", offset }), doubts: [] };
  }
  const lost = losses.map((loss) => at(text, loss));
  return { value, problem: null, doubts: [...lost, ...doubts(text, value, places)] };
}

const at = (text, { what, offset, path }) =>
  ({ what, path, offset, ...lineAndColumn(text, offset) });

function doubts(text, value, places) {
  return SHAPES.flatMap(([pattern, fits, what]) =>
    matches(value, pattern.split("/").slice(1))
      .filter(([, found]) => found !== undefined && !fits(found))
      .map(([path]) => at(text, { what, path, offset: places.get(path)[0] })));
}

/** [path, value] for all that a pattern means. */
function matches(value, [name, ...rest], path = "") {
  if (name === undefined) return [[path, value]];
  const names = name !== "*" ? [name] : Array.isArray(value) ? Object.keys(value) : [];
  if (!isObject(value) && !Array.isArray(value)) return [];
  return names
    .filter((key) => Object.hasOwn(value, key))
    .flatMap((key) => matches(value[key], rest, `${path}/${key}`));
}

/** What stands at a path like ["camera", "lens"]; undefined if nothing. */
export const valueAt = (value, path) =>
  path.reduce((inner, key) => (Object.hasOwn(Object(inner), key) ? inner[key] : undefined), value);

/** The text with one value changed.
 *
 * Where there was one, the rest of the text stays as it was typed; else all is written anew, with an
 * indentation of two. Undefined takes the value away, and with it what then is empty around it.
 */
export function change(text, path, value) {
  const place = text.trim() ? readJson(text).places.get(path.map((key) => `/${key}`).join("")) : null;
  if (place && value !== undefined) {
    return text.slice(0, place[0]) + JSON.stringify(value) + text.slice(place[1]);
  }
  return rewritten(text, (prompt) => set(prompt, path, value));
}

function rewritten(text, act) {
  const prompt = structuredClone(readPrompt(text).value);
  act(prompt);
  return isEmpty(prompt) ? "" : JSON.stringify(prompt, null, 2);
}

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

function remove(parent, key) {
  // An empty item of a list keeps its place: somebody is about to fill it in.
  if (!Array.isArray(parent)) delete parent[key];
  else if (parent[key] === undefined || typeof parent[key] !== "object") parent.splice(key, 1);
}

const isEmpty = (value) => Object.keys(value).length === 0;

/** Whether nothing is said, however deep. */
export const saysNothing = (value) =>
  value === "" || value === null
  || (typeof value === "object" && Object.values(value).every(saysNothing));

/** The text without an item of a list. */
export const removeItem = (text, name, index) =>
  rewritten(text, (prompt) => {
    prompt[name].splice(index, 1);
    if (!prompt[name].length) delete prompt[name];
  });

/** #abc as #aabbcc, which is all that a colour picker takes; undefined if it is no colour. */
export function longColour(value) {
  if (!isColour(value)) return undefined;
  const digits = value.slice(1).toLowerCase();
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`;
}
