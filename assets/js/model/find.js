/** Which of the results somebody looks for. */

/** @import { Filter, Result } from "./state.js" */
/** @typedef {keyof Filter} Field */

/** @type {Field[]} */
export const FIELDS = ["q", "model", "size", "from", "to", "seed", "star"];

/** What stands in an address, as far as it is anything to look for.
 *
 * @param {Record<string, string>} given
 */
export function toFilter(given) {
  /** @type {Filter} */
  const filter = {};
  for (const name of FIELDS) {
    const value = given[name]?.slice(0, 500) ?? "";
    const isDay = name === "from" || name === "to";
    if (value && (!isDay || !Number.isNaN(startOf(value)))) filter[name] = value;
  }
  return filter;
}

/** Whether there is anything in it.
 *
 * @param {Filter} filter
 */
export const isSet = (filter) => Object.keys(filter).length > 0;

/** The filter with that, or without where the value is "".
 *
 * @param {Filter} filter
 * @param {Field} name
 * @param {string} value
 * @returns {Filter}
 */
export function withField(filter, name, value) {
  const { [name]: _, ...others } = filter;
  return value ? { ...others, [name]: value } : others;
}

/** A function that does nothing anew for what it was given last.
 *
 * @template {unknown[]} Given
 * @template Found
 * @param {(...given: Given) => Found} make
 */
export function remembering(make) {
  /** @type {{given: Given, found: Found} | undefined} */
  let last;
  return (/** @type {Given} */ ...given) => {
    if (!last?.given.every((one, index) => Object.is(one, given[index]))) {
      last = { given, found: make(...given) };
    }
    return last.found;
  };
}

/** Those that are looked for, in the order that they have. */
export const found = remembering(
  /**
   * @param {Result[]} results
   * @param {Filter} filter
   */
  (results, filter) => (isSet(filter) ? results.filter(sought(filter)) : results),
);

/**
 * @param {Filter} filter
 * @returns {(result: Result) => boolean}
 */
function sought({ q = "", model, size, from, to, seed, star }) {
  const words = folded(q).split(/\s+/);
  const begin = from ? startOf(from) : -Infinity;
  const end = to ? dayAfter(to) : Infinity;
  return ({ asked, actual, created, starred }) =>
    (!star || Boolean(starred))
    && (!model || asked.model === model)
    && (!size || actual.size === size)
    && (!seed || String(actual.seed) === seed.trim())
    && created >= begin && created < end
    && words.every((word) => told(asked).includes(word));
}

/** Letters without case, and in one way to write them.
 *
 * @param {string} text
 */
const folded = (text) => text.normalize("NFKC").toLowerCase();

/** @param {string} day such as 2026-11-30, in the reader's own time */
const startOf = (day) => new Date(`${day}T00:00`).getTime();

/** @param {string} day */
function dayAfter(day) {
  const date = new Date(`${day}T00:00`);
  return date.setDate(date.getDate() + 1);
}

/** @type {WeakMap<Result["asked"], string>} */
const texts = new WeakMap();

/** What a prompt says, made once for each: of JSON its texts, without names.
 *
 * @param {Result["asked"]} asked
 */
function told(asked) {
  const known = texts.get(asked);
  if (known !== undefined) return known;
  const text = folded(asked.mode === "json" ? textsOf(asked.json) : asked.text);
  texts.set(asked, text);
  return text;
}

/** @param {string} json */
function textsOf(json) {
  try {
    return leaves(JSON.parse(json)).join("\n");
  } catch {
    return json;
  }
}

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
const leaves = (value) =>
  (typeof value === "object" && value ? Object.values(value).flatMap(leaves) : [value]);

/** What there is to choose from: models, and sizes with the most frequent first. */
export const choices = remembering((/** @type {Result[]} */ results) => ({
  model: byFrequency(results.map(({ asked }) => asked.model)),
  size: byFrequency(results.map(({ actual }) => actual.size)),
}));

/** @param {string[]} values */
function byFrequency(values) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
}
