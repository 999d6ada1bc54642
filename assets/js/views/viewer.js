/** One result, large, with all that is known of it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { urlOf } from "../browser/urls.js";
import { neighbour } from "../model/gallery.js";
import { t } from "../words/language.js";
import { icon } from "./icons.js";
import { button, dialog } from "./parts.js";
import { facts, shownPrompt } from "./result.js";

/** @import { Result, State, ViewDialog } from "../model/types.js" */

/**
 * @param {State} state
 * @param {ViewDialog} open
 */
export function viewer({ results }, { id, isZoomed }) {
  const result = neighbour(results, id, 0);
  if (!result) return nothing;
  return dialog({ name: "view", title: t("result"), className: "viewer" }, html`
    <div class="looking" data-zoomed=${Boolean(isZoomed)}>
      <button class="canvas" aria-pressed=${Boolean(isZoomed)} aria-label=${t("zoom")} @click=${act.toggleZoom}>
        <img src=${urlOf(result.blob)} alt=${shownPrompt(result.asked)}>
      </button>
      ${turn("left", neighbour(results, id, -1))}
      ${turn("right", neighbour(results, id, 1))}
    </div>
    <div class="about">
      ${promptOf(result)}
      ${sources(result)}
      ${actions(result)}
      ${parameters(result)}
    </div>`);
}

/**
 * @param {"left" | "right"} drawing
 * @param {Result | undefined} to
 */
const turn = (drawing, to) => (to ? html`
  <button class="turn square" data-to=${drawing} aria-label=${t(`view.${drawing}`)}
    @click=${() => act.view(to.id)}>${icon(drawing)}</button>` : nothing);

/** @param {Result} result */
const promptOf = ({ asked }) => html`
  <div class="said">
    <p data-mode=${asked.mode} dir="auto">${shownPrompt(asked)}</p>
    ${button("copy", "copyPrompt", () => act.copyText(shownPrompt(asked)))}
  </div>`;

/** @param {Result} result */
const sources = ({ references }) => (references.length ? html`
  <ul class="references still">
    ${references.map(({ blob, width, height }, index) => html`
      <li><img src=${urlOf(blob)} alt=${t("references.preview", { index, width, height })}></li>`)}
  </ul>` : nothing);

/** @param {Result} result */
const actions = (result) => html`
  <div class="actions">
    ${button("download", "download", () => act.download(result), "main")}
    ${button("copy", "copy", () => act.copyImage(result), "")}
    ${button("image", "useAsReference", () => act.useAsReference(result), "")}
    ${button("again", "reuse", () => act.reuse(result), "wide")}
    ${button("code", "code.show", () => act.showResultAsCode(result), "")}
    ${button("bin", "delete", () => act.remove([result]), "")}
  </div>`;

/** @param {Result} result */
const parameters = (result) => html`
  <table>
    <thead><tr><td></td><th scope="col">${t("asked")}</th><th scope="col">${t("actual")}</th></tr></thead>
    <tbody>
      ${facts(result).map(([name, asked, actual]) => html`
        <tr><th scope="row">${t(name)}</th><td>${asked}</td><td>${actual}</td></tr>`)}
    </tbody>
  </table>`;
