/** What was made, newest first. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/all.js";
import { urlOf } from "../browser/urls.js";
import { isComparable, roomOf } from "../model/gallery.js";
import { bytes, counted, dollars, t } from "../words/language.js";
import { icon } from "./icons.js";
import { button, importer, promptText, ratioOf, sizeText } from "./parts.js";

/** @import { Result, State } from "../model/types.js" */
/** @import { Drawing } from "./icons.js" */
/** @typedef {State["selection"]} Selection */

/** @param {State} state */
export function gallery({ results, shown, removed, selection }) {
  return html`
    <section class="gallery" aria-labelledby="gallery-label">
      ${selection ? selectionBar(results, selection) : bar(results)}
      ${removed.length ? undo(removed) : nothing}
      ${results.length ? latest(results[0], selection) : nothing}
      <ul class="tiles">
        ${repeat(results.slice(1, shown), ({ id }) => id, (result) => tile(result, selection))}
      </ul>
      ${shown < results.length ? html`
        <button class="more" @click=${act.showMore}>${t("gallery.more")}</button>` : nothing}
    </section>`;
}

/** @param {Result[]} results */
const bar = (results) => html`
  <div class="heading">
    <h2 id="gallery-label">${t("gallery")}</h2>
    <p class="hint room">${t("gallery.room", {
      images: counted("images", results.length),
      room: bytes(roomOf(results)),
    })}</p>
    <div class="row">
      ${importer("button small")}
      ${results.length ? html`
        <button class="small" @click=${() => act.exportArchive(results)}>${t("gallery.export")}</button>
        <button class="small" @click=${act.beginSelection}>${t("gallery.select")}</button>` : nothing}
    </div>
  </div>`;

/**
 * @param {Result[]} results
 * @param {ReadonlySet<string>} selection
 */
function selectionBar(results, selection) {
  const chosen = results.filter(({ id }) => selection.has(id));
  return html`
    <div class="heading selecting">
      <h2 id="gallery-label">${counted("gallery.selected", chosen.length)}</h2>
      <div class="row">
        <button class="small" ?disabled=${!isComparable(chosen.length)} @click=${() => act.compare(chosen)}>
          ${icon("compare")}${t("compare")}</button>
        <button class="small" ?disabled=${!chosen.length} @click=${() => act.exportArchive(chosen)}>
          ${t("gallery.export")}</button>
        <button class="small" ?disabled=${!chosen.length} @click=${() => act.remove(chosen)}>
          ${icon("bin")}${t("delete")}</button>
        <button class="small" @click=${act.endSelection}>${t("done")}</button>
      </div>
    </div>`;
}

/** @param {Result[]} removed */
const undo = (removed) => html`
  <p class="undo" role="status">${counted("gallery.deleted", removed.length)}
    <button class="small" @click=${act.undo}>${t("undo")}</button></p>`;

/** The newest one, large, with what it is and what can be done with it.
 *
 * @param {Result} result
 * @param {Selection} selection
 */
const latest = (result, selection) => html`
  <article class="latest" .style=${shape(result)}>
    <div class="tile">
      ${picture(result, result.blob, selection)}${selection ? nothing : star(result)}
    </div>
    <div class="facts">
      <p class="words" dir="auto">${promptText(result.asked)}</p>
      <p class="hint">${facts(result)}</p>
      <div class="row">
        ${button("download", "download", () => act.download(result))}
        ${button("image", "useAsReference", () => act.useAsReference(result))}
        ${button("again", "reuse", () => act.reuse(result))}
        ${button("dice", "remix", () => act.remix(result))}
      </div>
    </div>
  </article>`;

/** @param {Result} result */
const facts = ({ asked, actual }) =>
  [t(`model.${asked.model}`), sizeText(actual.size), `${t("seed")} ${actual.seed}`, dollars(actual.cost.usd)]
    .map((fact) => fact.replaceAll(" ", "\u00a0")).join(" · ");

/**
 * @param {Result} result
 * @param {Selection} selection
 */
const tile = (result, selection) => html`
  <li class="tile" .style=${shape(result)}>
    ${picture(result, result.thumbnail ?? result.blob, selection)}
    ${selection ? nothing : [tools(result), star(result)]}
  </li>`;

/** @param {Result} result */
const shape = ({ actual }) => `--ratio: ${ratioOf(actual.size)}`;

/**
 * @param {Result} result
 * @param {Blob} blob
 * @param {Selection} selection
 */
function picture({ id, asked }, blob, selection) {
  const text = promptText(asked) || t("result");
  return html`
    <button class="picture" @click=${() => (selection ? act.toggleSelected(id) : act.view(id))}>
      <img src=${urlOf(blob)} alt=${text} loading="lazy" decoding="async">
    </button>
    ${selection ? html`
      <input type="checkbox" aria-label=${t("gallery.choose", { text })} .checked=${live(selection.has(id))}
        @change=${() => act.toggleSelected(id)}>` : nothing}`;
}

/** @param {Result} result */
const star = (result) => html`
  <button class="star square" aria-label=${t("star")} title=${t("star")} aria-pressed=${Boolean(result.starred)}
    @click=${() => act.toggleStar(result)}>${icon("star")}</button>`;

/** @param {Result} result */
const tools = (result) => html`
  <div class="tools">
    ${tool("image", "useAsReference", () => act.useAsReference(result))}
    ${tool("again", "reuse", () => act.reuse(result))}
    ${tool("download", "download", () => act.download(result))}
  </div>`;

/**
 * @param {Drawing} drawing
 * @param {string} name of the words
 * @param {() => void} action
 */
const tool = (drawing, name, action) => html`
  <button class="square" aria-label=${t(name)} title=${t(name)} @click=${action}>${icon(drawing)}</button>`;
