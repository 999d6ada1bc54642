/** Pieces that several views share. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { seconds, t } from "../words/language.js";
import { icon } from "./icons.js";

/** @import { Phrase } from "../model/state.js" */
/** @import { Drawing } from "./icons.js" */

/** A listener for what is typed into a field, or chosen in it.
 *
 * @param {(text: string) => void} change
 */
export const typed = (change) =>
  (/** @type {{target: {value: string}}} */ { target }) => change(target.value);

/** A listener for the files that are chosen; the same ones can be chosen again.
 *
 * @param {(files: File[]) => void} take
 */
export const chosen = (take) => (/** @type {{target: HTMLInputElement}} */ { target }) => {
  const files = [...(target.files ?? [])];
  target.value = "";
  take(files);
};

/** A button with a drawing and words.
 *
 * @param {Drawing} drawing
 * @param {string} name of the words
 * @param {() => void} action
 */
export const button = (drawing, name, action, className = "small") => html`
  <button type="button" class=${className} @click=${action}>${icon(drawing)}${t(name)}</button>`;

/** Why a field is not right; `id` is for its aria-describedby.
 *
 * @param {string} id
 * @param {Phrase | undefined} problem
 */
export const complaint = (id, problem) =>
  html`<p class="complaint" id="${id}-problem">${problem ? t(problem.name, problem.values) : nothing}</p>`;

/** A dialog is open as long as it is on the page; see screen.js.
 *
 * @param {{name: string, title: unknown, className?: string, tools?: unknown}} about `tools` stand
 *   beside the title
 * @param {unknown} content
 */
export const dialog = ({ name, title, className = "", tools = nothing }, content) => html`
  <dialog class="dialog ${className}" data-dialog=${name} aria-labelledby="dialog-title"
    @close=${closed} @mousedown=${(/** @type {MouseEvent} */ { target, currentTarget }) =>
      target === currentTarget && act.closeDialog()}>
    <div class="sheet">
      <header>
        <h2 id="dialog-title">${title}</h2>
        ${tools}
        <button class="quiet square" aria-label=${t("close")} @click=${act.closeDialog}>${icon("cross")}</button>
      </header>
      ${content}
    </div>
  </dialog>`;

/** What stands below it may be shown by the same element.
 *
 * @param {{currentTarget: HTMLElement}} event
 */
function closed({ currentTarget }) {
  delete currentTarget.dataset.shown;
  act.dialogClosed();
}

/** Chooses a ZIP file for the gallery.
 *
 * @param {string} className
 */
export const importer = (className) => html`
  <label class="${className} file">
    <input type="file" accept=".zip,application/zip" aria-label=${t("gallery.import")}
      @change=${chosen(([file]) => act.importArchive(file))}><span aria-hidden="true">${t("gallery.import")}</span>
  </label>`;

/** @param {string} size such as 1024x768 */
export const ratioOf = (size) => {
  const [width, height] = size.split("x").map(Number);
  return width / height;
};

/** @param {string} size */
export const sizeText = (size) => size.replace("x", " × ");

/** Between two moments in milliseconds.
 *
 * @param {number} started
 * @param {number} now
 */
export const elapsed = (started, now) => seconds(Math.max(0, Math.floor((now - started) / 1000)));
