/** What a person does to the page as a whole: keyboard, paste, drop, leaving. */

import * as act from "../actions/all.js";
import { tell } from "../actions/notice.js";
import { hasKey } from "../browser/link.js";
import { isBusy } from "../model/queue.js";
import { store } from "../model/store.js";

export function listen() {
  act.heedBack();
  document.addEventListener("keydown", press);
  document.addEventListener("pointerdown", point);
  document.addEventListener("paste", paste);
  document.addEventListener("dragover", dragOver);
  document.addEventListener("dragleave", dragLeave);
  document.addEventListener("drop", drop);
  window.addEventListener("hashchange", () => hasKey() && act.findKey());
  window.addEventListener("online", act.checkHealth);
  window.addEventListener("offline", act.checkHealth);
  window.addEventListener("beforeunload", leave);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Enter") pressEnter(event, hasModifier);
  if (event.key === "Escape") leaveWays("more-ways");
}

/** What is chosen from closes with a press beside it.
 *
 * @param {PointerEvent} event
 */
function point({ target }) {
  if (target instanceof Element && !target.closest(".ways, #more-ways")) leaveWays();
}

/** @param {string} [focused] what has the focus then */
function leaveWays(focused) {
  if (!store.state.isChoosing || store.state.dialog) return;
  act.toggleWays();
  if (focused) store.ask({ name: "focus", field: focused });
}

/** A key that is held down counts once.
 *
 * @param {KeyboardEvent} event
 * @param {boolean} hasModifier
 */
function pressEnter(event, hasModifier) {
  if (!hasModifier && !(event.target instanceof HTMLInputElement)) return;
  if (hasModifier || event.repeat) event.preventDefault();
  if (hasModifier && !event.repeat && !store.state.dialog) act.generate();
}

/** @param {DataTransfer | null} transfer */
const filesOf = (transfer) => [...(transfer?.files ?? [])];

/** @param {ClipboardEvent} event */
async function paste(event) {
  const files = filesOf(event.clipboardData);
  if (!files.length || event.clipboardData?.types.includes("text/plain")) return;
  event.preventDefault();
  await act.addReferences(files);
  if (store.state.dialog) tell("notice.reference");
}

/** @param {DragEvent} event */
function dragOver(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  document.body.dataset.dropping = "";
}

/** @param {DragEvent} event */
function dragLeave(event) {
  if (!event.relatedTarget) delete document.body.dataset.dropping;
}

/** @param {DragEvent} event */
function drop(event) {
  delete document.body.dataset.dropping;
  const files = filesOf(event.dataTransfer);
  if (!files.length) return;
  event.preventDefault();
  const archive = files.find(({ name }) => /\.zip$/i.test(name));
  if (archive) act.importArchive(archive);
  else act.addReferences(files);
}

/** @param {BeforeUnloadEvent} event */
function leave(event) {
  if (isBusy(store.state.jobs)) event.preventDefault();
}
