/** What the browser does with pictures: shrink, make small ones, convert, name. */

import { REFERENCE_SIDE } from "./catalog.js";
import { readPrompt } from "./json-prompt.js";
import { newId } from "./random.js";
import { extension } from "./request.js";

const THUMBNAIL_SIDE = 640;
const LONGEST_NAME = 60;

/** Why a file cannot be a reference. */
export class NotAPicture extends Error {}

/** {id, name, blob, width, height} of at most 512 pixels a side, upright.
 *
 * Drawn anew in any case: a photo says in its metadata which side is up, and where it was taken;
 * the model knows nothing of the first, and the second is nobody's business.
 */
export async function toReference(file) {
  const bitmap = await decoded(file);
  const lossless = !/jpe?g|hei[cf]|avif/.test(file.type);
  const canvas = drawn(bitmap, REFERENCE_SIDE);
  const blob = await encoded(canvas, lossless ? "image/png" : "image/jpeg", 0.95);
  return { id: newId(), name: file.name ?? "", blob, width: canvas.width, height: canvas.height };
}

/** A small copy for the gallery; throws NotAPicture. */
export async function thumbnail(blob) {
  return encoded(drawn(await decoded(blob), THUMBNAIL_SIDE), "image/jpeg", 0.85);
}

/** The clipboard takes PNG only. */
export async function toPng(blob) {
  return blob.type === "image/png" ? blob : encoded(drawn(await decoded(blob)), "image/png");
}

async function decoded(blob) {
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new NotAPicture(blob.name ?? "");
  }
}

function drawn(bitmap, side = Infinity) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

const encoded = (canvas, type, quality) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new NotAPicture())), type, quality));

/** "a-cat-asleep-7.jpg", by what the result shows and what it is. */
export function fileName(result) {
  const { mode, text, json } = result.asked;
  const words = (mode === "json" ? sceneOf(json) : text).toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  const slug = [...(words ?? ["image"]).join("-")].slice(0, LONGEST_NAME).join("").replace(/-$/, "");
  return `${slug}-${result.actual.seed}.${extension(result.blob.type)}`;
}

const sceneOf = (json) => String(readPrompt(json).value.scene ?? json);
