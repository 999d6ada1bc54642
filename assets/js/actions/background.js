/** The way to what is loaded when it is needed: of what the server does and keeps nothing is before
 * there is a key. */

import { store } from "../model/store.js";
import { warn } from "./notice.js";
import { dismiss } from "./queue.js";

/** @import { Job } from "../model/state.js" */

/** How it is with those of the key. */
export async function followBatches() {
  const { follow } = await import("./batches.js");
  await follow();
}

/** A ZIP file on its way into the gallery.
 *
 * @param {File} file
 */
export async function importArchive(file) {
  const archive = await import("./archive.js").catch(() => warn("loading.failed"));
  await archive?.importArchive(file);
}

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
