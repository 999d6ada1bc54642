/** What the browser does with pictures: shrink, make small ones, convert. */

import { REFERENCE_SIDE } from "../model/catalog.js";
import { newId } from "./random.js";

/** @import { Reference } from "../model/state.js" */

const THUMBNAIL_SIDE = 640;

class NotAPicture extends Error {}

/** An image of at most 512 pixels a side, upright; null if the file is no picture.
 *
 * Drawn anew in any case: a photo says in its metadata which side is up, and where it was taken;
 * the model knows nothing of the first, and the second is nobody's business.
 *
 * @param {File} file
 * @returns {Promise<Reference | null>}
 */
export async function toReference(file) {
  try {
    return await reduced(file);
  } catch (error) {
    if (error instanceof NotAPicture) return null;
    throw error;
  }
}

/** @param {File} file */
async function reduced(file) {
  const bitmap = await decoded(file);
  const lossless = !/jpe?g|hei[cf]|avif/.test(file.type);
  const canvas = drawn(bitmap, REFERENCE_SIDE);
  const blob = await encoded(canvas, lossless ? "image/png" : "image/jpeg", 0.95);
  return { id: newId(), name: file.name ?? "", blob, width: canvas.width, height: canvas.height };
}

/** A small copy for the gallery; an error if it is none.
 *
 * @param {Blob} blob
 */
export async function thumbnail(blob) {
  return encoded(drawn(await decoded(blob), THUMBNAIL_SIDE), "image/jpeg", 0.85);
}

/** The clipboard takes PNG only.
 *
 * @param {Blob} blob
 */
export async function toPng(blob) {
  return blob.type === "image/png" ? blob : encoded(drawn(await decoded(blob)), "image/png");
}

/** @param {Blob} blob */
async function decoded(blob) {
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new NotAPicture();
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @param {number} [side] the longest that there may be
 */
function drawn(bitmap, side = Infinity) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} type
 * @param {number} [quality]
 * @returns {Promise<Blob>}
 */
const encoded = (canvas, type, quality) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new NotAPicture())), type, quality));
