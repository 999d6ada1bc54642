/** What a person does with one result. */

import { closedByBack } from "../browser/back.js";
import { copyPicture, copyWords, save } from "../browser/outside.js";
import { again, neighbour } from "../model/gallery.js";
import { fileName } from "../model/names.js";
import { store } from "../model/store.js";
import { showAsCode } from "./code.js";
import { closeDialog } from "./dialogs.js";
import { take } from "./draft.js";
import { tell, warn } from "./notice.js";
import { remove, undo } from "./results.js";

/** @import { Dialog, Result } from "../model/types.js" */

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

/** The very same picture, which is paid for like any other: whoever does it is told.
 *
 * @param {Result} result
 */
export function reuse(result) {
  take(again(result), result.references);
  tell("notice.reuse");
}

/** The same, but for the seed.
 *
 * @param {Result} result
 */
export const remix = (result) => take({ ...again(result), locked: false }, result.references);

/** Deleted, with the next one in its place. What is deleted here in a row comes back together.
 *
 * @param {Result} result
 */
export async function removeViewed(result) {
  const { dialog, results, removed } = store.state;
  const next = neighbour(results, result.id, 1) ?? neighbour(results, result.id, -1);
  if (dialog?.name !== "view" || !next) return remove([result]);
  store.update({ dialog: { ...dialog, id: next.id, hasDeleted: true } });
  const removing = remove([result]);
  if (dialog.hasDeleted) store.update({ removed: [result, ...removed] });
  await removing;
}

/** What was deleted last is looked at again. */
export async function undoViewed() {
  const [last] = store.state.removed;
  const undone = undo();
  view(last.id);
  await undone;
}

/** @param {Result} result */
export const showResultAsCode = (result) => showAsCode(again(result), result.references);
