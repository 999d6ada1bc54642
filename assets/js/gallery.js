/** What is kept in this browser: results, the reference images of the draft, unfinished jobs.
 *
 * A result is {id, created, blob, thumbnail, asked, references, actual, seconds}: `asked` is the
 * draft, `actual` what the API said it made. Where the browser forbids IndexedDB, everything works
 * until the page is closed; `open` tells which it is.
 */

import { openDB } from "../vendor/idb/build/index.js";

const NAME = "flux2";
const VERSION = 1;
const DRAFT = "draft";

let database = null;

/** Whether anything will be kept. */
export async function open() {
  try {
    database = await openDB(NAME, VERSION, {
      upgrade(fresh) {
        fresh.createObjectStore("results", { keyPath: "id" }).createIndex("created", "created");
        fresh.createObjectStore("references");
        fresh.createObjectStore("jobs", { keyPath: "id" });
      },
      blocking: () => database.close(),
    });
  } catch {
    database = null;
  }
  return database !== null;
}

/** All results, newest first. */
export async function results() {
  return (await database?.getAllFromIndex("results", "created"))?.reverse() ?? [];
}

/** Whether it is kept; a browser may be out of room. */
export async function putResults(list) {
  if (!database) return false;
  try {
    const transaction = database.transaction("results", "readwrite");
    await Promise.all([...list.map((result) => transaction.store.put(result)), transaction.done]);
    navigator.storage?.persist?.(); // asks not to be cleared when room gets short
    return true;
  } catch {
    return false;
  }
}

export async function removeResults(ids) {
  if (!database) return;
  const transaction = database.transaction("results", "readwrite");
  await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
}

export const draftReferences = async () => (await database?.get("references", DRAFT)) ?? [];

export async function putDraftReferences(references) {
  await database?.put("references", references, DRAFT).catch(() => {});
}

export const jobs = async () => (await database?.getAll("jobs")) ?? [];

export async function putJob(job) {
  await database?.put("jobs", job).catch(() => {});
}

export async function removeJob(id) {
  await database?.delete("jobs", id);
}

/** Bytes that a result takes. */
export const roomOf = ({ blob, thumbnail, references }) =>
  blob.size + (thumbnail?.size ?? 0) + references.reduce((sum, reference) => sum + reference.blob.size, 0);
