/** The way to what is loaded when it is needed: of what the server does and keeps nothing is before
 * there is a key. */

import { store } from "../model/store.js";
import { loaded, warn } from "./notice.js";
import { dismiss } from "./queue.js";

/** @import { Job } from "../model/state.js" */

/** How it is with those of the key. */
export async function followBatches() {
  const { follow } = await import("./batches.js");
  await follow();
}

/** What is composed, as code. */
export const showDraftAsCode = async () => (await loaded(import("./code.js")))?.showDraftAsCode();

/** A ZIP file on its way into the gallery.
 *
 * @param {File} file
 */
export const importArchive = async (file) => (await loaded(import("./archive.js")))?.importArchive(file);

/** Those that are kept on the server, in every browser with the key. */
export async function followImages() {
  const { follow } = await import("./elsewhere.js");
  await follow();
}

export const toggleWays = () => store.update({ isChoosing: !store.state.isChoosing });

/** A job that failed for want of neurons, when there are some again.
 *
 * @param {Job} job
 */
export async function sendLater(job) {
  try {
    const { sendJob } = await import("./send.js");
    if (await sendJob(job, "7d")) dismiss(job.id);
  } catch (error) {
    warn("loading.failed");
    reportError(error);
  }
}
