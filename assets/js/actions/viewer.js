/** What a person does with one result. What only the viewer does is in looking.js. */

import { closedByBack } from "../browser/back.js";
import { copyPicture, copyWords, save } from "../browser/outside.js";
import { again } from "../model/gallery.js";
import { fileName } from "../model/names.js";
import { store } from "../model/store.js";
import { showAsCode } from "./code.js";
import { closeDialog } from "./dialogs.js";
import { take } from "./draft.js";
import { tell, warn } from "./notice.js";

/** @import { Dialog, Result } from "../model/state.js" */

/** In the viewer, or from the comparison that is open.
 *
 * @param {string} id
 */
export function view(id) {
  const { dialog } = store.state;
  const before = dialog?.name === "view" ? dialog : { from: dialog };
  store.update({ dialog: { ...before, name: "view", id } });
}

/** The viewer among what is open: itself, or below what was opened from it.
 *
 * @param {Dialog | null | undefined} dialog
 * @returns {Dialog | null}
 */
const viewerIn = (dialog) =>
  (dialog && dialog.name !== "view" ? viewerIn(dialog.from) : dialog ?? null);

/** The browser's Back closes the viewer, and does not leave the page. */
export function heedBack() {
  const isOpen = () => viewerIn(store.state.dialog) !== null;
  store.addEventListener("change", closedByBack(isOpen, leaveViewer));
}

/** With all that was opened from it. */
function leaveViewer() {
  const { dialog } = store.state;
  if (dialog?.name === "view") closeDialog();
  else store.update({ dialog: viewerIn(dialog)?.from ?? null });
}

/** With its settings in the file; where what writes them cannot be had, without.
 *
 * @param {Result} result
 */
export async function download(result) {
  const file = await import("./file-settings.js").then(({ described }) => described(result)).catch((error) => {
    reportError(error);
    return result.blob;
  });
  save(file, fileName(result));
}

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

/** The very same picture, which is paid for like any other: whoever does it is told.
 *
 * @param {Result} result
 */
export function reuse(result) {
  take(again(result), result.references);
  if (!result.lacking) tell("notice.reuse");
}

/** The same, but for the seed.
 *
 * @param {Result} result
 */
export const remix = (result) => take({ ...again(result), locked: false }, result.references);

/** @param {Result} result */
export const showResultAsCode = (result) => showAsCode(again(result), result.references);
