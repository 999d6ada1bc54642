/** The gallery as a ZIP file, and back. Loaded when somebody asks for it.
 *
 * gallery.json lists the results, the images lie beside it in images/, what they were made from in
 * references/.
 */

import { Zip, ZipPassThrough, strFromU8, strToU8, unzipSync } from "/vendor/fflate/esm/browser.js";
import { MOST_REFERENCES } from "../model/catalog.js";
import { adopt } from "../model/draft.js";
import { extension, fileName } from "../model/names.js";
import { thumbnail } from "./pictures.js";
import { newId } from "./random.js";

/** @import { Reference, Result } from "../model/state.js" */
/** @import { Actual } from "../model/wire.js" */
/** @typedef {Record<string, Uint8Array<ArrayBuffer>>} Files by name */

const FORMAT = "flux2-gallery";
const INDEX = "gallery.json";
const TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);
const MOST_BYTES = 2e9; // a browser holds about that much in one piece
const EARLIEST = Date.UTC(1980, 0, 2); // ZIP knows no earlier day

export class NotAnArchive extends Error {}

/** A Blob of application/zip.
 *
 * @param {Result[]} results
 */
export async function pack(results) {
  /** @type {Blob[]} */
  const chunks = [];
  /** @type {Error | null} */
  let failure = null;
  const zip = new Zip((error, chunk) => {
    failure ??= error;
    chunks.push(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (chunk)]));
  });
  const entries = [];
  for (const result of results) entries.push(await packResult(zip, result));
  add(zip, INDEX, strToU8(JSON.stringify({ format: FORMAT, version: 1, results: entries }, null, 1)));
  zip.end();
  if (failure) throw failure;
  return new Blob(chunks, { type: "application/zip" });
}

/**
 * @param {Zip} zip
 * @param {Result} result
 */
async function packResult(zip, { blob, thumbnail: _, references, ...rest }) {
  const file = `images/${rest.id.slice(0, 8)}-${fileName({ blob, ...rest })}`;
  await addBlob(zip, file, blob, rest.created);
  const kept = [];
  for (const [index, { blob: reference, ...about }] of references.entries()) {
    const name = `references/${rest.id}-${index}.${extension(reference.type)}`;
    await addBlob(zip, name, reference, rest.created);
    kept.push({ ...about, file: name, type: reference.type });
  }
  return { ...rest, file, type: blob.type, references: kept };
}

/**
 * @param {Zip} zip
 * @param {string} name
 * @param {Blob} blob
 * @param {number} time
 */
const addBlob = async (zip, name, blob, time) =>
  add(zip, name, new Uint8Array(await blob.arrayBuffer()), time);

/**
 * @param {Zip} zip
 * @param {string} name
 * @param {Uint8Array} bytes
 */
function add(zip, name, bytes, time = Date.now()) {
  const file = new ZipPassThrough(name); // images are compressed already
  file.mtime = time;
  zip.add(file);
  file.push(bytes, true);
}

/** The results of an archive. Throws NotAnArchive if it is none, or one that is damaged.
 *
 * @param {Blob} blob
 */
export async function unpack(blob) {
  try {
    const files = unzipped(new Uint8Array(await blob.arrayBuffer()));
    const index = JSON.parse(strFromU8(files[INDEX]));
    if (index.format !== FORMAT || index.version !== 1) throw new NotAnArchive();
    /** @type {Result[]} */
    const results = await Promise.all(
      index.results.map((/** @type {unknown} */ entry) => unpackResult(entry, files)),
    );
    const ids = new Set();
    return results.map((result) => ({ ...result, id: ids.has(result.id) ? newId() : result.id }))
      .filter(({ id }) => ids.add(id));
  } catch {
    throw new NotAnArchive();
  }
}

/** By the list at the end of the file: bytes of an image may look like its headers.
 *
 * @param {Uint8Array} archive
 */
function unzipped(archive) {
  let total = 0;
  const files = unzipSync(archive, {
    filter({ originalSize }) {
      total += originalSize;
      if (total > MOST_BYTES) throw new NotAnArchive();
      return true;
    },
  });
  return /** @type {Files} */ (files);
}

/**
 * @param {any} entry whatever stands in the list
 * @param {Files} files
 * @returns {Promise<Result>}
 */
async function unpackResult(entry, files) {
  const blob = picture(entry, files);
  return {
    id: /^(?:img_)?[\da-f]{32}$/.test(entry.id) ? entry.id : newId(),
    ...(typeof entry.keptBy === "string" && { keptBy: entry.keptBy }),
    created: entry.created > EARLIEST && entry.created < Date.now() ? entry.created : Date.now(),
    blob,
    thumbnail: await thumbnail(blob), // which also finds out whether it is a picture
    asked: adopt(entry.asked),
    actual: actual(entry.actual),
    seconds: Number(entry.seconds) || 0,
    starred: entry.starred === true,
    references: entry.references.slice(0, MOST_REFERENCES)
      .map((/** @type {unknown} */ reference) => unpackReference(reference, files)),
  };
}

/**
 * @param {any} entry
 * @param {Files} files
 * @returns {Reference}
 */
const unpackReference = (entry, files) => ({
  id: newId(),
  name: String(entry.name),
  blob: picture(entry, files),
  width: Number(entry.width),
  height: Number(entry.height),
});

/**
 * @param {any} entry
 * @returns {Actual}
 */
function actual({ model, size, steps, seed, format, cost }) {
  if (!/^\d+x\d+$/.test(size)) throw new NotAnArchive();
  return {
    model: String(model), size: String(size), steps: Number(steps), seed: Number(seed),
    format: String(format), cost: { neurons: Number(cost.neurons), usd: Number(cost.usd) },
  };
}

/**
 * @param {{file: string, type: string}} entry
 * @param {Files} files
 */
function picture({ file, type }, files) {
  if (!Object.hasOwn(files, file) || !TYPES.has(type)) throw new NotAnArchive();
  return new Blob([files[file]], { type });
}
