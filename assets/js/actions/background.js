/** The way to batches: nothing of them is loaded before there is a key, or somebody wants one. */

import { store } from "../model/store.js";
import { warn } from "./notice.js";
import { dismiss } from "./queue.js";

/** @import { Job } from "../model/state.js" */

/** How it is with those of the key. */
export async function followBatches() {
  const { follow } = await import("./batches.js");
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
