/** Batches on their way to the server. */

import { makeBatch } from "../browser/batches.js";
import { toDataUrl } from "../browser/data-urls.js";
import { newId } from "../browser/random.js";
import { keepTaken } from "../browser/taken.js";
import { nothingTaken, toBatch } from "../model/batches.js";
import { ApiError } from "../model/errors.js";
import { missingRows } from "../model/queue.js";
import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { put, refresh } from "./batches.js";
import { askForKey } from "./dialogs.js";
import { canBeSent } from "./draft.js";
import { tell } from "./notice.js";
import { noteSent } from "./prompts.js";

/** @import { Draft, Job, Reference } from "../model/state.js" */
/** @import { BatchDocument } from "../model/wire.js" */

/** What was sent last and not answered well. Sent again it has the same name, so that a batch whose
 * answer was lost is not made twice.
 *
 * @type {{document: BatchDocument, text: string, name: string, references: Reference[]} | null}
 */
let pending = null;

/** What is composed, to be made while nobody looks.
 *
 * @param {string} window
 */
export async function sendDraft(window) {
  store.ask({ name: "leaveField" }); // it may still hold something
  const isReady = await canBeSent();
  const { draft, references } = store.state;
  if (!isReady) store.update({ isChoosing: false });
  else if (await send([draft], references, window)) {
    noteSent(draft);
    store.update({ replaced: null });
  }
}

/** What did not come of a job, with the seeds that it had.
 *
 * @param {Job} job
 * @param {string} window
 */
export const sendJob = (job, window) => {
  const drafts = missingRows(job).map((seeds) =>
    ({ ...job.draft, seed: String(seeds[0]), locked: true, n: String(seeds.length) }));
  return send(drafts, job.references, window);
};

/** Whether the server has taken it.
 *
 * @param {Draft[]} drafts one for each line
 * @param {Reference[]} references
 * @param {string} window in which it has to be done
 * @param {string} [title] of what is sent; else the prompt
 */
export async function send(drafts, references, window, title = promptOf(drafts[0])) {
  if (store.state.isSending) return false;
  if (!store.state.key) {
    askForKey();
    return false;
  }
  store.update({ isSending: true });
  try {
    const images = await Promise.all(references.map(({ blob }) => toDataUrl(blob)));
    const document = toBatch({ drafts, images, window, title });
    const text = JSON.stringify(document);
    const name = pending?.text === text ? pending.name : newId();
    pending = { document, text, name, references };
    return await post(pending);
  } finally {
    store.update({ isSending: false });
  }
}

/** @param {Draft} draft */
const promptOf = ({ mode, text, json }) => (mode === "json" ? json : text);

/** What the server has not taken, once more. */
export async function sendAgain() {
  if (!pending || store.state.isSending) return;
  store.update({ isSending: true });
  try {
    await post(pending);
  } finally {
    store.update({ isSending: false });
  }
}

export function forgetUnsent() {
  pending = null;
  store.update({ unsent: null });
}

/** @param {NonNullable<typeof pending>} sending */
async function post({ document, name, references }) {
  store.update({ unsent: null });
  try {
    const batch = await makeBatch(store.state.key, document, name);
    pending = null;
    if (references.length) await keepTaken({ ...nothingTaken(batch.id), references });
    put(batch);
    await learnMore("batches");
    tell("batches.sent");
    refresh();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.update({ unsent: { code: error.code, message: error.message } });
    return false;
  } finally {
    store.update({ isChoosing: false });
  }
}
