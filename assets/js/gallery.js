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

const channel = new BroadcastChannel("flux2.results");
let opening = null;

const database = () => (opening ??= opened().catch(() => null));

const opened = async () =>
  openDB(NAME, VERSION, {
    upgrade(fresh) {
      fresh.createObjectStore("results", { keyPath: "id" }).createIndex("created", "created");
      fresh.createObjectStore("references");
      fresh.createObjectStore("jobs", { keyPath: "id" });
    },
    blocking: (_, __, event) => event.target.close(),
  });

/** Whether anything will be kept. */
export const open = async () => (await database()) !== null;

/** All results, newest first. */
export async function results() {
  return (await (await database())?.getAllFromIndex("results", "created"))?.reverse() ?? [];
}

/** Those of them that there are. */
export async function resultsOf(ids) {
  const { store } = (await database()).transaction("results");
  return (await Promise.all(ids.map((id) => store.get(id)))).filter(Boolean);
}

/** Calls `changed(ids, isRemoved)` for what another tab does. */
export function onChange(changed) {
  channel.onmessage = ({ data: { ids, isRemoved } }) => changed(ids, isRemoved);
}

/** Whether it is kept; a browser may be out of room. */
export async function putResults(list) {
  try {
    await inOneGo((store) => list.map((result) => store.put(result)));
  } catch {
    return false;
  }
  askToStay();
  channel.postMessage({ ids: list.map(({ id }) => id), isRemoved: false });
  return true;
}

export async function removeResults(ids) {
  await inOneGo((store) => ids.map((id) => store.delete(id))).catch(() => {});
  channel.postMessage({ ids, isRemoved: true });
}

async function inOneGo(act) {
  const transaction = (await database()).transaction("results", "readwrite");
  await Promise.all([...act(transaction.store), transaction.done]);
}

let hasAsked = false;

/** Not to be cleared when room gets short. Firefox asks the person, so once is enough. */
function askToStay() {
  if (!hasAsked) navigator.storage?.persist?.();
  hasAsked = true;
}

export const draftReferences = async () => (await (await database())?.get("references", DRAFT)) ?? [];

export async function putDraftReferences(references) {
  await (await database())?.put("references", references, DRAFT).catch(() => {});
}

export const jobs = async () => (await (await database())?.getAll("jobs")) ?? [];

export async function putJob(job) {
  await (await database())?.put("jobs", job).catch(() => {});
}

export async function removeJob(id) {
  await (await database())?.delete("jobs", id).catch(() => {});
}

/** Bytes that a result takes. */
export const roomOf = ({ blob, thumbnail, references }) =>
  blob.size + (thumbnail?.size ?? 0) + references.reduce((sum, reference) => sum + reference.blob.size, 0);
