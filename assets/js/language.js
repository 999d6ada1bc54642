/** The page's words and numbers in the language of the reader. */

import { recall, remember } from "./memory.js";
import { words as en } from "./words/en.js";
import { words as zhTW } from "./words/zh-tw.js";

const WORDS = { en, "zh-TW": zhTW };
const KEPT = "language";

let current = WORDS[recall(KEPT)] ? recall(KEPT) : fromBrowser();

function fromBrowser() {
  const first = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? "en";
  return first.toLowerCase().startsWith("zh") ? "zh-TW" : "en";
}

export const language = () => current;

export function chooseLanguage(tag) {
  current = tag;
  remember(KEPT, tag);
}

/** The words of that name; `{x}` stands for `values.x`. Numbers are written as the language does. */
export function t(name, values = {}) {
  const text = WORDS[current][name];
  if (text === undefined) throw new Error(`there are no words for ${name}`);
  return text.replace(/\{(\w+)\}/g, (_, key) => shown(values[key]));
}

/** Whether there are words of that name. */
export const has = (name) => Object.hasOwn(WORDS[current], name);

const shown = (value) => (typeof value === "number" ? number(value) : String(value));

/** `count` things: the words `name.one` or `name.other`, with {count}. */
export function counted(name, count, values = {}) {
  const rule = new Intl.PluralRules(current).select(count);
  return t(`${name}.${rule}`, { count, ...values });
}

export const number = (value, options) => new Intl.NumberFormat(current, options).format(value);

export const dollars = (value) =>
  number(value, {
    style: "currency", currency: "USD", currencyDisplay: "narrowSymbol",
    maximumSignificantDigits: 2, minimumFractionDigits: 0,
  });

export const percent = (value) =>
  number(value, { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 });

/** Bytes as people say them: 1.2 MB, of a million bytes. */
export function bytes(value) {
  const [unit, size] = value < 1e6 ? ["kilobyte", 1e3] : value < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
  return number(value / size, { style: "unit", unit, maximumFractionDigits: size > 1e3 ? 1 : 0 });
}

export const seconds = (value) =>
  number(value, { style: "unit", unit: "second", unitDisplay: current === "en" ? "narrow" : "short" });

export const moment = (milliseconds) =>
  new Intl.DateTimeFormat(current, { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);

export const list = (items) => new Intl.ListFormat(current, { type: "conjunction" }).format(items);
