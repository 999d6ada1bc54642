/** One result, large, with all that is known of it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/all.js";
import { removeViewed, undoViewed } from "../actions/looking.js";
import { toggleStar } from "../actions/stars.js";
import { urlOf } from "../browser/urls.js";
import { neighbour, placeOf } from "../model/gallery.js";
import { ledThrough } from "../model/looking.js";
import { titleOf } from "../model/names.js";
import { counted, t } from "../words/language.js";
import { icon } from "./icons.js";
import { button, dialog } from "./parts.js";
import { facts, shownPrompt } from "./result.js";
import * as zooming from "./zooming.js";

/** @import { Result, State, ViewDialog } from "../model/state.js" */

const STEP = 1.5;

/** The keys, as they are written on a keyboard, and the words for what they do. */
const KEYS = [
  ["←", "view.left"], ["→", "view.right"], ["+", "zoom.in"], ["−", "zoom.out"], ["0", "zoom.whole"],
  ["S", "star"], ["D", "download"], ["R", "useAsReference"], ["G", "reuse"], ["N", "remix"],
  ["Del", "delete"], ["Esc", "view.out"],
];

/**
 * @param {State} state
 * @param {ViewDialog} open
 */
export function viewer(state, { id, hasDeleted }) {
  const { removed } = state;
  const results = ledThrough(state, id);
  const result = neighbour(results, id, 0);
  if (!result) return nothing;
  const place = { number: placeOf(results, id), count: results.length };
  const title = html`${t("result")}
    <span class="hint" role="status" aria-label=${t("view.place", place)}>${t("view.count", place)}</span>`;
  return dialog({ name: "view", title, className: "viewer", tools: tools(result) }, html`
    <div class="looking">
      ${repeat([result], () => id, picture)}
      ${turn("left", neighbour(results, id, -1))}
      ${turn("right", neighbour(results, id, 1))}
    </div>
    <div class="about">
      ${hasDeleted && removed.length ? undo(removed) : nothing}
      ${promptOf(result)}
      ${sources(result)}
      ${actions(result)}
      ${parameters(result)}
      ${keys()}
    </div>`);
}

/** The star, and buttons for what fingers and the wheel do.
 *
 * @param {Result} result
 */
const tools = (result) => html`
  <button class="quiet square" aria-label=${t("star")} title=${t("star")} aria-pressed=${Boolean(result.starred)}
    @click=${() => toggleStar(result)}>${icon("star")}</button>
  <div class="magnifier" role="group" aria-label=${t("zoom")}>
    <button class="quiet square" aria-label=${t("zoom.out")} @click=${() => zooming.zoomBy(1 / STEP)}>${icon("minus")}</button>
    <button class="quiet magnified" title=${t("zoom.full")} @click=${zooming.toggleFull}>
      <span class="unseen">${t("zoom.full")}</span><span></span></button>
    <button class="quiet square" aria-label=${t("zoom.in")} @click=${() => zooming.zoomBy(STEP)}>${icon("plus")}</button>
  </div>`;

/** @param {Result} result */
const picture = ({ blob, asked }) => html`
  <div class="canvas" @pointerdown=${zooming.press} @pointermove=${zooming.move} @pointerup=${zooming.lift}
    @pointercancel=${zooming.lift} @wheel=${zooming.wheel}>
    <img src=${urlOf(blob)} alt=${titleOf(asked)} draggable="false" @load=${zooming.settle}>
  </div>`;

/**
 * @param {"left" | "right"} drawing
 * @param {Result | undefined} to
 */
const turn = (drawing, to) => (to ? html`
  <button class="turn square" data-to=${drawing} aria-label=${t(`view.${drawing}`)}
    @click=${() => act.view(to.id)}>${icon(drawing)}</button>` : nothing);

/** @param {Result[]} removed */
const undo = (removed) => html`
  <p class="undo" role="status">${counted("gallery.deleted", removed.length)}
    <button class="small" @click=${undoViewed}>${t("undo")}</button></p>`;

/** What a JSON prompt shows, and the JSON for who wants to see it.
 *
 * @param {Result} result
 */
const promptOf = ({ asked }) => html`
  <div class="said">
    <p dir="auto">${titleOf(asked)}</p>
    ${button("copy", "copyPrompt", () => act.copyText(shownPrompt(asked)))}
    ${asked.mode === "json" ? html`
      <details><summary>${t("json.raw")}</summary><pre tabindex="0">${asked.json}</pre></details>` : nothing}
  </div>`;

/** @param {Result} result */
const sources = ({ references, lacking }) => (lacking ? html`
  <p class="hint">${counted("view.lacking", lacking)}</p>` : references.length ? html`
  <ul class="references still">
    ${references.map(({ blob, width, height }, index) => html`
      <li><img src=${urlOf(blob)} alt=${t("references.preview", { index, width, height })}></li>`)}
  </ul>` : nothing);

/** @param {Result} result */
const actions = (result) => html`
  <div class="actions">
    ${button("download", "download", () => act.download(result), "main")}
    ${button("dice", "remix", () => act.remix(result), "wide")}
    ${button("again", "reuse", () => act.reuse(result), "wide")}
    ${button("image", "useAsReference", () => act.useAsReference(result), "")}
    ${button("copy", "copy", () => act.copyImage(result), "")}
    ${button("code", "code.show", () => act.showResultAsCode(result), "")}
    ${button("bin", "delete", () => removeViewed(result), "")}
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

const keys = () => html`
  <details class="keyboard">
    <summary>${t("view.keys")}</summary>
    <dl>${KEYS.map(([key, name]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${t(name)}</dd></div>`)}</dl>
  </details>`;
