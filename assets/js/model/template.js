/** A prompt with variables, such as "a {animal} in {place}", and what becomes of it. A brace that is
 * meant as one is doubled: {{ and }}. */

import { isBlank } from "./draft.js";
import { readPrompt } from "./json-prompt.js";

/** @import { Draft, Phrase, TemplateForm } from "./state.js" */
/** @import { JsonValue } from "./wire.js" */
/** @typedef {Record<string, string>} Row the value of each variable */
/** @typedef {{count: number, problem: Phrase | null, at: (index: number) => Row}} Layout */

export const MOST_LINES = 1000;

const TOKEN = /\{\{|\}\}|\{\s*([\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_ -]*[\p{L}\p{M}\p{N}_-])?)\s*\}/gu;

/** Their names, in the order in which they come first.
 *
 * @param {Draft} draft
 */
export function variablesOf(draft) {
  const tokens = textsOf(draft).flatMap((text) => [...text.matchAll(TOKEN)]);
  return [...new Set(tokens.flatMap(([, name]) => name ?? []))];
}

/** The prompt with values in the place of its variables.
 *
 * @param {Draft} draft
 * @param {Row} row
 * @returns {Draft}
 */
export function fill(draft, row) {
  const filled = (/** @type {string} */ text) =>
    text.replace(TOKEN, (whole, name) => (name === undefined ? whole[0] : valueOf(row, name, whole)));
  if (draft.mode === "text") return { ...draft, text: filled(draft.text) };
  const value = changed(readPrompt(draft.json).value, filled);
  return { ...draft, json: JSON.stringify(value, null, 2) };
}

/**
 * @param {Row} row
 * @param {string} name
 * @param {string} otherwise
 */
const valueOf = (row, name, otherwise) => (Object.hasOwn(row, name) ? row[name] : otherwise);

/** What is filled in: the text, or the texts in the JSON, but no names there.
 *
 * @param {Draft} draft
 */
const textsOf = (draft) =>
  (isBlank(draft) ? [] : draft.mode === "text" ? [draft.text] : within(readPrompt(draft.json).value));

/**
 * @param {JsonValue} value
 * @returns {string[]}
 */
const within = (value) => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(within) : [];
};

/**
 * @param {JsonValue} value
 * @param {(text: string) => string} change
 * @returns {JsonValue}
 */
function changed(value, change) {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => changed(item, change));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, changed(item, change)]));
}

/** How many prompts there will be, which, or why there can be none. Nothing is written out before
 * somebody asks for it: a hundred values of each of four variables are a hundred million.
 *
 * @param {string[]} names
 * @param {Pick<TemplateForm, "lists" | "by">} form
 * @returns {Layout}
 */
export function layOut(names, { lists, by }) {
  const columns = names.map((name) => valuesOf(valueOf(lists, name, ""), by));
  const sizes = columns.map(({ length }) => length);
  const count = by === "all" ? sizes.reduce((product, size) => product * size, 1) : Math.max(0, ...sizes);
  const at = (/** @type {number} */ index) => {
    let rest = index;
    const values = columns.toReversed().map((column) => {
      const value = column[by === "all" ? rest % column.length : index];
      if (by === "all") rest = Math.floor(rest / column.length);
      return value;
    }).toReversed();
    return Object.fromEntries(names.map((name, position) => [name, values[position]]));
  };
  return { count, problem: problemOf(names, sizes, count, by), at };
}

/** One value a line. Where lines belong together an empty one counts, but for those at the end.
 *
 * @param {string} list
 * @param {TemplateForm["by"]} by
 */
export function valuesOf(list, by) {
  const lines = list.trimEnd().split("\n").map((line) => line.trim());
  if (by === "all") return lines.filter(Boolean);
  return list.trim() ? lines : [];
}

/**
 * @param {string[]} names
 * @param {number[]} sizes
 * @param {number} count
 * @param {TemplateForm["by"]} by
 * @returns {Phrase | null}
 */
function problemOf(names, sizes, count, by) {
  const empty = names.find((_, index) => !sizes[index]);
  if (empty !== undefined) return { name: "vary.empty", values: { name: empty } };
  const shorter = names.findIndex((_, index) => sizes[index] !== sizes[0]);
  if (by === "rows" && shorter > 0) {
    const values = { first: names[0], many: sizes[0], name: names[shorter], few: sizes[shorter] };
    return { name: "vary.uneven", values };
  }
  return count > MOST_LINES ? { name: "vary.many", values: { count, most: MOST_LINES } } : null;
}
