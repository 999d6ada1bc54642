/** Up to four reference images: dropped, chosen or pasted; their order counts. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/all.js";
import { urlOf } from "../browser/urls.js";
import { MOST_REFERENCES } from "../model/catalog.js";
import { t } from "../words/language.js";
import { icon } from "./icons.js";
import { chosen } from "./parts.js";

/** @import { Reference, State } from "../model/state.js" */

const MOVED = "application/x-flux2-reference";

/** @param {State} state */
export const references = ({ references: items, isAdding, referenceProblem }) => html`
  <div class="field" role="group" aria-labelledby="references-label">
    <h2 id="references-label">${t("references")} <span class="hint">${t("references.what")}</span></h2>
    <ul class="references">
      ${repeat(items, ({ id }) => id, (item, index) => tile(item, index, items.length))}
      ${items.length < MOST_REFERENCES ? html`<li class="add" aria-busy=${isAdding}>${picker(isAdding)}</li>` : nothing}
    </ul>
    <p class="complaint" role="alert">${referenceProblem ? t(referenceProblem.name, referenceProblem.values) : nothing}</p>
  </div>`;

/** @param {boolean} isAdding */
const picker = (isAdding) => html`
  <label class="drop">
    <input type="file" multiple accept="image/*" aria-label=${t("references.add")}
      @change=${chosen(act.addReferences)}>
    ${icon("plus")}<span aria-hidden="true">${t(isAdding ? "references.adding" : "references.drop")}</span>
  </label>`;

/** @param {DataTransfer} transfer */
const isMove = (transfer) => transfer.types.includes(MOVED);

/** @param {(transfer: DataTransfer, event: DragEvent) => void} listen */
const dragging = (listen) => (/** @type {DragEvent} */ event) =>
  event.dataTransfer && listen(event.dataTransfer, event);

/**
 * @param {Reference} reference
 * @param {number} index
 * @param {number} count
 */
const tile = ({ blob, width, height }, index, count) => html`
  <li draggable="true"
    @dragstart=${dragging((transfer) => transfer.setData(MOVED, String(index)))}
    @dragover=${dragging((transfer, event) => isMove(transfer) && event.preventDefault())}
    @drop=${dragging((transfer, event) => {
      if (!isMove(transfer)) return;
      event.preventDefault();
      act.moveReference(Number(transfer.getData(MOVED)), index);
    })}>
    <img src=${urlOf(blob)} alt=${t("references.preview", { index, width, height })} draggable="false">
    <span class="badge" aria-hidden="true">${t("references.name", { index })}</span>
    <span class="tools">
      ${index > 0 ? move("left", index, index - 1) : nothing}
      ${index < count - 1 ? move("right", index, index + 1) : nothing}
      <button type="button" class="square" aria-label=${t("references.remove", { index })}
        @click=${() => act.removeReference(index)}>${icon("cross")}</button>
    </span>
  </li>`;

/**
 * @param {"left" | "right"} drawing
 * @param {number} from
 * @param {number} to
 */
const move = (drawing, from, to) => html`
  <button type="button" class="square" aria-label=${t(`references.${drawing}`, { index: from })}
    @click=${() => act.moveReference(from, to)}>${icon(drawing)}</button>`;
