/** What files are called. */

/** @import { Draft, Reference, Result } from "./state.js" */

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
  const words = titleOf(asked).toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  const slug = [...(words ?? ["image"]).join("-")].slice(0, LONGEST).join("").replace(/-$/, "");
  return `${slug}-${actual.seed}.${extension(blob.type)}`;
}

/** The prompt as a person would say it: of a JSON prompt its scene, or else the JSON in one line.
 *
 * @param {Draft} draft
 */
export function titleOf(draft) {
  if (draft.mode === "text") return draft.text;
  const title = titles.get(draft) ?? sceneOf(draft.json) ?? draft.json.replace(/\s+/g, " ");
  titles.set(draft, title);
  return title;
}

/** Drafts do not change, and a gallery has many of them.
 *
 * @type {WeakMap<Draft, string>}
 */
const titles = new WeakMap();

/**
 * @param {string} json
 * @returns {string | null}
 */
function sceneOf(json) {
  try {
    const { scene } = JSON.parse(json) ?? {};
    return typeof scene === "string" && scene.trim() ? scene.trim() : null;
  } catch {
    return null;
  }
}
