/** Up to four reference images: dropped, chosen or pasted; their order counts. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { MOST_REFERENCES } from "../catalog.js";
import { t } from "../language.js";
import { urlOf } from "../urls.js";
import { icon } from "./icons.js";

const MOVED = "application/x-flux2-reference";

export const references = ({ references: items, referenceProblem }, act) => html`
  <div class="field" role="group" aria-labelledby="references-label">
    <h2 id="references-label">${t("references")} <span class="hint">${t("references.what")}</span></h2>
    <ul class="references">
      ${repeat(items, ({ id }) => id, (item, index) => tile(item, index, items.length, act))}
      ${items.length < MOST_REFERENCES ? html`<li class="add">${picker(act)}</li>` : nothing}
    </ul>
    <p class="complaint" role="alert">${referenceProblem ? t(referenceProblem.name, referenceProblem.values) : nothing}</p>
  </div>`;

const picker = (act) => html`
  <label class="drop">
    <input type="file" multiple accept="image/*" aria-label=${t("references.add")}
      @change=${({ target }) => {
        act.addReferences([...target.files]);
        target.value = "";
      }}>
    ${icon("plus")}<span aria-hidden="true">${t("references.drop")}</span>
  </label>`;

const tile = ({ blob, width, height }, index, count, act) => html`
  <li draggable="true"
    @dragstart=${(event) => event.dataTransfer.setData(MOVED, index)}
    @dragover=${(event) => event.dataTransfer.types.includes(MOVED) && event.preventDefault()}
    @drop=${(event) => {
      if (!event.dataTransfer.types.includes(MOVED)) return;
      event.preventDefault();
      act.moveReference(Number(event.dataTransfer.getData(MOVED)), index);
    }}>
    <img src=${urlOf(blob)} alt=${t("references.preview", { index, width, height })} draggable="false">
    <span class="badge" aria-hidden="true">${t("references.name", { index })}</span>
    <span class="tools">
      ${index > 0 ? move("left", index, index - 1, act) : nothing}
      ${index < count - 1 ? move("right", index, index + 1, act) : nothing}
      <button type="button" class="square" aria-label=${t("references.remove", { index })}
        @click=${() => act.removeReference(index)}>${icon("cross")}</button>
    </span>
  </li>`;

const move = (drawing, from, to, act) => html`
  <button type="button" class="square" aria-label=${t(`references.${drawing}`, { index: from })}
    @click=${() => act.moveReference(from, to)}>${icon(drawing)}</button>`;
