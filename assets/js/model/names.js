/** What files are called. */

import { readPrompt } from "./json-prompt.js";

/** @import { Draft, Reference, Result } from "./types.js" */

const LONGEST = 60;
/** @type {Record<string, string>} */
const TYPES = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif" };

/** @param {string} type of a Blob */
export const extension = (type) => TYPES[type] ?? "bin";

/** What the reference images are called where they need a name: reference-0.jpg, …
 *
 * @param {Pick<Reference, "blob">} reference
 * @param {number} index
 */
export const referenceName = (reference, index) =>
  `reference-${index}.${extension(reference.blob.type)}`;

/** "a-cat-asleep-7.jpg", by what the result shows and what it is.
 *
 * @param {Pick<Result, "asked" | "actual" | "blob">} result
 */
export function fileName({ asked, actual, blob }) {
  const words = told(asked).toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  const slug = [...(words ?? ["image"]).join("-")].slice(0, LONGEST).join("").replace(/-$/, "");
  return `${slug}-${actual.seed}.${extension(blob.type)}`;
}

/** @param {Draft} draft */
const told = ({ mode, text, json }) =>
  (mode === "json" ? String(readPrompt(json).value.scene ?? json) : text);
