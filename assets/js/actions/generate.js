/** From what is composed to a job. */

import { store } from "../model/store.js";
import { askForKey } from "./dialogs.js";
import { canBeSent } from "./draft.js";
import { addJob } from "./queue.js";

/** @import { Draft, Reference } from "../model/state.js" */

const ONE_PRESS = 500; // milliseconds
/** @type {{draft: Draft, references: Reference[], at: number} | null} */
let sent = null;

/** A second press on the same, meant or not, makes the same again: but not so soon.
 *
 * @param {Draft} draft
 * @param {Reference[]} references
 */
function isSameAgain(draft, references) {
  const at = performance.now();
  const isSame = sent?.draft === draft && sent.references === references && at - sent.at < ONE_PRESS;
  if (!isSame) sent = { draft, references, at };
  return isSame;
}

let noting = Promise.resolve();

/** Among the earlier prompts, one after the other.
 *
 * @param {Draft} draft
 */
function note(draft) {
  noting = noting.then(async () => (await import("./prompts.js")).noteSent(draft)).catch(reportError);
}

export async function generate() {
  store.ask({ name: "leaveField" }); // it may still hold something
  if (!(await canBeSent())) return;
  const { draft, references, key } = store.state;
  if (!key) {
    askForKey({ andGenerate: true });
  } else if (!isSameAgain(draft, references)) {
    addJob(draft, references);
    note(draft);
    store.update({ replaced: null, tab: "gallery" });
    store.ask({ name: "showNewestJob" });
  }
}
