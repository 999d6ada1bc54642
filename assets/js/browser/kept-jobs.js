/** The unfinished jobs of all pages of this browser, so that none is lost with its page. */

import { database } from "./database.js";

/** @import { Job } from "../model/state.js" */

export const keptJobs = async () => (await (await database())?.getAll("jobs")) ?? [];

/** @param {Job} job */
export async function keepJob(job) {
  await (await database())?.put("jobs", job).catch(() => {});
}

/** @param {string} id */
export async function dropJob(id) {
  await (await database())?.delete("jobs", id).catch(() => {});
}
