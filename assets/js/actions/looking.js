/** From one result to the next, in the viewer; loaded with it. */

import { neighbour } from "../model/gallery.js";
import { ledThrough } from "../model/looking.js";
import { store } from "../model/store.js";
import { remove, undo } from "./results.js";
import { view } from "./viewer.js";

/** @import { Result } from "../model/state.js" */

/** The result before or after the one that is looked at.
 *
 * @param {number} by
 */
export function turn(by) {
  const { dialog } = store.state;
  const next = dialog?.name === "view" && neighbour(ledThrough(store.state, dialog.id), dialog.id, by);
  if (next) view(next.id);
}

/** Deleted, with the next one in its place. What is deleted here in a row comes back together.
 *
 * @param {Result} result
 */
export async function removeViewed(result) {
  const { dialog, removed } = store.state;
  const around = ledThrough(store.state, result.id);
  const next = neighbour(around, result.id, 1) ?? neighbour(around, result.id, -1);
  if (dialog?.name !== "view") return remove([result]);
  if (next) store.update({ dialog: { ...dialog, id: next.id, hasDeleted: true } });
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
