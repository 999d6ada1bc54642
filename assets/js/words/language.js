/** The page's words and numbers in the language of the reader. */

import { words as en } from "./en.js";

/** @typedef {Record<string, string | number>} Values what is filled in */

/** @typedef {Record<string, string>} Words by name */

/** Those that have been loaded.
 *
 * @type {Record<string, Words>}
 */
const WORDS = { en };

/** @type {Record<string, () => Promise<{words: Words}>>} */
const OTHERS = { "zh-TW": () => import("./zh-tw.js") };

/** Topics with words of their own that were asked for; they are learned with each language.
 *
 * @type {Set<string>}
 */
const topics = new Set();

/** Topics that speak of others, too.
 *
 * @type {Record<string, string[]>}
 */
const BESIDE = { batches: ["errors"], jobs: ["errors"], keys: ["errors"] };

let current = "en";

/** Loads the words of a language. The tag comes back; that of English if they cannot be had.
 *
 * @param {string} tag
 */
export async function learn(tag) {
  try {
    WORDS[tag] ??= (await OTHERS[tag]()).words;
    await Promise.all([...topics].map((topic) => add(topic, tag)));
    return tag;
  } catch {
    return "en";
  }
}

/** The words of a topic that is seldom opened, in the language that is spoken and in any that is
 * learned later.
 *
 * @param {string} topic
 */
export async function learnMore(topic) {
  const all = [topic, ...(BESIDE[topic] ?? [])];
  all.forEach((one) => topics.add(one));
  try {
    await Promise.all(all.map((one) => add(one, current)));
  } catch (error) {
    all.forEach((one) => topics.delete(one));
    throw error;
  }
}

/**
 * @param {string} topic
 * @param {string} tag
 */
async function add(topic, tag) {
  /** @type {{words: Words}} */
  const { words } = await import(`./${topic}-${tag.toLowerCase()}.js`);
  WORDS[tag] = { ...WORDS[tag], ...words };
}

/** From now on everything is said in it; it must have been learned.
 *
 * @param {string} tag
 */
export function speak(tag) {
  current = tag;
}

export const spoken = () => current;

/** The language to begin with: the one that was chosen, or else what the reader reads best.
 *
 * @param {unknown} chosen
 * @param {readonly string[]} tags as a browser lists them
 */
export function preferred(chosen, tags) {
  if (typeof chosen === "string" && (chosen === "en" || Object.hasOwn(OTHERS, chosen))) return chosen;
  const first = tags.find((tag) => /^(zh|en)\b/i.test(tag)) ?? "en";
  return first.toLowerCase().startsWith("zh") ? "zh-TW" : "en";
}

/** The words of that name; `{x}` stands for `values.x`. Numbers are written as the language does.
 *
 * @param {string} name
 * @param {Values} [values]
 */
export function t(name, values = {}) {
  const text = WORDS[current][name];
  if (text === undefined) throw new Error(`there are no words for ${name}`);
  return text.replace(/\{(\w+)\}/g, (_, key) => shown(values[key]));
}

/** Whether there are words of that name.
 *
 * @param {string} name
 */
export const has = (name) => Object.hasOwn(WORDS[current], name);

/** @param {string | number} value */
const shown = (value) => (typeof value === "number" ? number(value) : String(value));

/** `count` things: the words `name.one` or `name.other`, with {count}.
 *
 * @param {string} name
 * @param {number} count
 * @param {Values} [values]
 */
export function counted(name, count, values = {}) {
  const rule = new Intl.PluralRules(current).select(count);
  return t(`${name}.${rule}`, { count, ...values });
}

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export const number = (value, options) => new Intl.NumberFormat(current, options).format(value);

/** @param {number} value */
export const whole = (value) => number(value, { maximumFractionDigits: 0 });

/** @param {number} value 12K, or as the language has it */
export const compact = (value) => number(value, { notation: "compact" });

/** @param {number} neurons */
export const neuronsText = (neurons) => t("cost.neurons", { neurons: whole(neurons) });

/** @param {number} value */
export const dollars = (value) =>
  number(value, {
    style: "currency", currency: "USD", currencyDisplay: "narrowSymbol",
    ...(value < 1 && { maximumSignificantDigits: 2, minimumFractionDigits: 0 }),
  });

/** @param {number} value 1 being all of it */
export const percent = (value) =>
  number(value, { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 });

/** Bytes as people say them: 1.2 MB, of a million bytes.
 *
 * @param {number} value
 */
export function bytes(value) {
  const { unit, size } = UNITS.find(({ below }) => value < below) ?? UNITS[2];
  return number(value / size, { style: "unit", unit, maximumFractionDigits: size > 1e3 ? 1 : 0 });
}

const UNITS = [
  { below: 1e6, unit: "kilobyte", size: 1e3 },
  { below: 1e9, unit: "megabyte", size: 1e6 },
  { below: Infinity, unit: "gigabyte", size: 1e9 },
];

/** @param {number} value */
export const seconds = (value) =>
  number(value, { style: "unit", unit: "second", unitDisplay: current === "en" ? "narrow" : "short" });

/** @param {number} milliseconds since 1970 */
export const moment = (milliseconds) =>
  new Intl.DateTimeFormat(current, { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);

/** When something will be, in the reader's own time.
 *
 * @param {number} at seconds since 1970
 */
export function dayAndHour(at) {
  const isNear = at * 1000 - Date.now() < 6 * 86_400_000;
  /** @type {Intl.DateTimeFormatOptions} */
  const day = isNear ? { weekday: "short" } : { month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(current, { ...day, hour: "numeric", minute: "2-digit" }).format(at * 1000);
}

/** @param {number} milliseconds since 1970 */
export const dayOf = (milliseconds) =>
  new Intl.DateTimeFormat(current, { dateStyle: "medium" }).format(milliseconds);

/** @param {number} milliseconds since 1970 */
export const dayInUtc = (milliseconds) =>
  new Intl.DateTimeFormat(current, { month: "numeric", day: "numeric", timeZone: "UTC" }).format(milliseconds);

/** @param {string[]} items */
export const list = (items) => new Intl.ListFormat(current, { type: "conjunction" }).format(items);
