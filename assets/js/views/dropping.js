/** What comes onto the page: files that are dropped or pasted, pictures as text, tiles of the gallery. */

import * as act from "../actions/all.js";
import { store } from "../model/store.js";

const RESULT = "application/x-flux2-result";
const DATA_URL = /^\s*data:image\/[\w.+-]+;base64,/i;
/** Where a picture that is dropped becomes a reference image, whatever else it could be. */
const REFERENCES = ".composer [aria-labelledby=references-label]";
const TILE = ".tile[data-id]";
const EDITABLE = "input, textarea";

export function listenForFiles() {
  document.addEventListener("paste", paste);
  document.addEventListener("dragstart", dragStart);
  document.addEventListener("dragover", dragOver);
  document.addEventListener("dragleave", dragLeave);
  document.addEventListener("dragend", endDrag);
  document.addEventListener("drop", drop);
}

/** @param {DataTransfer | null} transfer */
const filesOf = (transfer) => [...(transfer?.files ?? [])];

/** @param {Event} event @param {string} selector */
const isIn = ({ target }, selector) => target instanceof Element && target.closest(selector) !== null;

/** Words that are there besides a picture are meant where one types.
 *
 * @param {ClipboardEvent} event
 */
function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const files = filesOf(event.clipboardData);
  const isUrl = DATA_URL.test(text);
  if (!isUrl && (!files.length || (text && isIn(event, EDITABLE)))) return;
  event.preventDefault();
  const add = store.state.dialog ? act.addUnseen : act.addReferences;
  add(isUrl ? async () => [(await import("../browser/data-urls.js")).toFile(text)] : files);
}

/** @param {DragEvent} event */
function dragStart(event) {
  const { target } = event;
  const tile = target instanceof Element ? target.closest(TILE) : null;
  if (tile instanceof HTMLElement) event.dataTransfer?.setData(RESULT, tile.dataset.id ?? "");
}

/** @param {DragEvent} event */
function dragOver(event) {
  const types = event.dataTransfer?.types ?? [];
  if (types.includes(RESULT) ? !isIn(event, ".composer") : !types.includes("Files")) return;
  event.preventDefault();
  document.body.dataset.dropping = "";
}

/** @param {DragEvent} event */
function dragLeave(event) {
  if (!event.relatedTarget) endDrag();
}

const endDrag = () => delete document.body.dataset.dropping;

/** @param {DragEvent} event */
function drop(event) {
  endDrag();
  const id = event.dataTransfer?.getData(RESULT);
  const files = filesOf(event.dataTransfer);
  if (!id && !files.length) return;
  event.preventDefault();
  if (id) useTile(id, event);
  else takeFiles(files, isIn(event, REFERENCES));
}

/**
 * @param {string} id
 * @param {DragEvent} event
 */
function useTile(id, event) {
  const result = store.state.results.find((one) => one.id === id);
  if (result && isIn(event, ".composer")) act.useAsReference(result);
}

/** One image that tells how it was made brings its settings back.
 *
 * @param {File[]} files
 * @param {boolean} asReferences
 */
function takeFiles(files, asReferences) {
  const archive = files.find(({ name }) => /\.zip$/i.test(name));
  if (archive) act.importArchive(archive);
  else act.addReferences(asReferences || files.length > 1 ? files : () => unlessRestored(files[0]));
}

/** @param {File} file */
const unlessRestored = (file) =>
  import("../actions/file-settings.js").then((found) => found.unlessRestored(file), () => [file]);
