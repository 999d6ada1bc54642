/** One image in the gallery. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import * as act from "../actions/all.js";
import { choose } from "../actions/selection.js";
import { toggleStar } from "../actions/stars.js";
import { urlOf } from "../browser/urls.js";
import { titleOf } from "../model/names.js";
import { dollars, t } from "../words/language.js";
import { icon } from "./icons.js";
import { button, sizeText } from "./parts.js";
import { mark } from "./storage.js";

/** @import { Result, State } from "../model/state.js" */
/** @import { Box } from "../model/rows.js" */
/** @import { Drawing } from "./icons.js" */
/** @typedef {State["selection"]} Selection */

/**
 * @param {Result} result
 * @param {Box} box where it lies
 * @param {Selection} selection
 * @param {{number: number, of: number}} place among all of them
 */
export const tile = (result, { left, top, width, height }, selection, { number, of }) => html`
  <li class="tile" data-id=${result.id} aria-posinset=${number} aria-setsize=${of}
    .style=${`left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`}>
    ${picture(result, result.thumbnail ?? result.blob, selection)}
    ${selection ? nothing : html`
      <div class="tools">${tools(result).map((one) => tool(...one))}</div>
      ${star(result)}`}
  </li>`;

/** The newest one, large.
 *
 * @param {Result} result
 * @param {{width: number, height: number}} size
 * @param {Selection} selection
 */
export const large = (result, { width, height }, selection) => html`
  <div class="tile" data-id=${result.id} .style=${`width: ${width}px; height: ${height}px`}>
    ${picture(result, result.blob, selection)}${selection ? nothing : star(result)}
  </div>`;

/** What the newest one is, and what can be done with it.
 *
 * @param {Result} result
 */
export const about = (result) => html`
  <div class="facts">
    <p class="words" dir="auto">${titleOf(result.asked)}</p>
    <p class="hint">${facts(result)}</p>
    <div class="row">
      ${tools(result).map((one) => tool(...one, "small square"))}
      ${button("dice", "remix", () => act.remix(result))}
    </div>
  </div>`;

/** @param {Result} result */
const facts = ({ asked, actual }) =>
  [t(`model.${asked.model}`), sizeText(actual.size), `${t("seed")} ${actual.seed}`, dollars(actual.cost.usd)]
    .map((fact) => fact.replaceAll(" ", "\u00a0")).join(" · ");

/**
 * @param {Result} result
 * @param {Blob} blob
 * @param {Selection} selection
 */
function picture({ id, asked }, blob, selection) {
  const text = titleOf(asked) || t("result");
  return html`
    <button class="picture" @click=${(/** @type {MouseEvent} */ event) => press(event, id, selection)}>
      <img src=${urlOf(blob)} alt=${text} decoding="async">
    </button>${mark({ id })}
    ${selection ? html`
      <input type="checkbox" aria-label=${t("gallery.choose", { text })} .checked=${live(selection.has(id))}
        @click=${(/** @type {MouseEvent} */ event) => choose(id, event.shiftKey)}>` : nothing}`;
}

/** Looks at it, or selects it: while some are selected, and with the keys that do it in any list.
 *
 * @param {MouseEvent} event
 * @param {string} id
 * @param {Selection} selection
 */
function press({ ctrlKey, metaKey, shiftKey }, id, selection) {
  if (selection || ctrlKey || metaKey || shiftKey) choose(id, shiftKey);
  else act.view(id);
}

/** @param {Result} result */
const star = (result) => html`
  <button class="star square" aria-label=${t("star")} title=${t("star")} aria-pressed=${Boolean(result.starred)}
    @click=${() => toggleStar(result)}>${icon("star")}</button>`;

/** What can be done with it, also where there is little room.
 *
 * @param {Result} result
 * @returns {[Drawing, name: string, action: () => void][]}
 */
const tools = (result) => [
  ["download", "download", () => act.download(result)],
  ["image", "useAsReference", () => act.useAsReference(result)],
  ["again", "reuse", () => act.reuse(result)],
];

/**
 * @param {Drawing} drawing
 * @param {string} name of the words
 * @param {() => void} action
 */
const tool = (drawing, name, action, className = "square") => html`
  <button class=${className} aria-label=${t(name)} title=${t(name)} @click=${action}>${icon(drawing)}</button>`;
