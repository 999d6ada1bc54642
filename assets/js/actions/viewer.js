/** What a person does with one result. */

import { copyPicture, copyWords, save } from "../browser/outside.js";
import { again, neighbour } from "../model/gallery.js";
import { fileName } from "../model/names.js";
import { store } from "../model/store.js";
import { showAsCode } from "./code.js";
import { take } from "./draft.js";
import { tell, warn } from "./notice.js";

/** @import { Result } from "../model/types.js" */

/** @param {string} id */
export function view(id) {
  const { dialog } = store.state;
  const from = dialog?.name === "compare" ? dialog : dialog?.from;
  store.update({ dialog: { name: "view", id, from } });
}

export function toggleZoom() {
  const { dialog } = store.state;
  if (dialog?.name !== "view") return;
  store.update({ dialog: { ...dialog, isZoomed: !dialog.isZoomed } });
}

/** The result before or after the one that is looked at.
 *
 * @param {number} by
 */
export function turn(by) {
  const { results, dialog } = store.state;
  const next = dialog?.name === "view" && neighbour(results, dialog.id, by);
  if (next) view(next.id);
}

/** @param {Result} result */
export const download = (result) => save(result.blob, fileName(result));

/** @param {Result} result */
export const copyImage = (result) => tellWhether(copyPicture(result.blob));

/** @param {string} text */
export const copyText = (text) => tellWhether(copyWords(text));

/** @param {Promise<void>} copied */
async function tellWhether(copied) {
  try {
    await copied;
    tell("notice.copied");
  } catch {
    warn("notice.notCopied");
  }
}

/** @param {Result} result */
export const reuse = (result) => take(again(result), result.references);

/** @param {Result} result */
export const showResultAsCode = (result) => showAsCode(again(result), result.references);
