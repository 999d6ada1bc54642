/** The database of this browser; null where it is forbidden, and then nothing is kept. */

import { openDB } from "/vendor/idb/build/index.js";

/** @import { DBSchema, IDBPDatabase } from "/vendor/idb/build/index.js" */
/** @import { Job, Reference, Result, Taken } from "../model/state.js" */

/**
 * @typedef {DBSchema & {
 *   results: {key: string, value: Result, indexes: {created: number}},
 *   references: {key: string, value: Reference[]},
 *   jobs: {key: string, value: Job},
 *   taken: {key: string, value: Taken},
 * }} Schema
 */

const NAME = "flux2";
const VERSION = 2;

/** @type {Promise<IDBPDatabase<Schema> | null> | null} */
let opening = null;

export const database = () => (opening ??= opened().catch(() => null));

/** @returns {Promise<IDBPDatabase<Schema>>} */
const opened = async () =>
  openDB(NAME, VERSION, {
    upgrade(fresh, before) {
      if (before < 1) {
        fresh.createObjectStore("results", { keyPath: "id" }).createIndex("created", "created");
        fresh.createObjectStore("references");
        fresh.createObjectStore("jobs", { keyPath: "id" });
      }
      if (before < 2) fresh.createObjectStore("taken", { keyPath: "id" });
    },
    // A newer page in another tab needs it.
    blocking: (_, __, { target }) => target instanceof IDBDatabase && target.close(),
  });

/** Whether anything will be kept. */
export const isKeeping = async () => (await database()) !== null;
