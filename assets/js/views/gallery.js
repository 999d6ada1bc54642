/** What was made, newest first, or what of it is looked for. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { exportArchive } from "../actions/archive.js";
import { clearFilter, followAddress } from "../actions/find.js";
import { beginSelection, chooseAll, compare, endSelection } from "../actions/selection.js";
import { found, isSet, remembering } from "../model/find.js";
import { roomOf } from "../model/gallery.js";
import { isComparable } from "../model/selection.js";
import { bytes, counted, t } from "../words/language.js";
import { finder } from "./finder.js";
import { icon } from "./icons.js";
import { importer } from "./parts.js";
import { countText, storage } from "./storage.js";
import "./wall.js";

/** @import { Result, State } from "../model/state.js" */

export { followAddress };

/** @param {State} state */
export function gallery(state) {
  const { results, removed, selection, filter } = state;
  const isFiltered = isSet(filter);
  const shown = found(results, filter);
  return html`
    <section class="gallery" aria-labelledby="gallery-label">
      ${selection ? selectionBar(shown, selection) : bar(results)}
      ${storage(state)}
      ${results.length > 1 || isFiltered ? finder(state) : nothing}
      ${isFiltered ? count(results, shown) : nothing}
      ${removed.length ? undo(removed) : nothing}
      ${isFiltered && !shown.length ? nothingFound() : nothing}
      <gallery-wall .content=${{ results: shown, selection, hasLead: !isFiltered }}></gallery-wall>
    </section>`;
}

const room = remembering(roomOf);

/** @param {Result[]} results */
const bar = (results) => html`
  <div class="heading">
    <h2 id="gallery-label">${t("gallery")}</h2>
    <p class="hint room">${t("gallery.room", {
      images: countText(results),
      room: bytes(room(results)),
    })}</p>
    <div class="row">
      ${importer("button small")}
      ${results.length ? html`
        <button class="small" @click=${() => exportArchive(results)}>${t("gallery.export")}</button>
        <button class="small" @click=${beginSelection}>${t("gallery.select")}</button>` : nothing}
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
        ${every(results, chosen)}
        <button class="small" ?disabled=${!isComparable(chosen.length)} @click=${() => compare(chosen)}>
          ${icon("compare")}${t("compare")}</button>
        <button class="small" ?disabled=${!chosen.length} @click=${() => exportArchive(chosen)}>
          ${t("gallery.export")}</button>
        <button class="small" ?disabled=${!chosen.length} @click=${() => act.remove(chosen)}>
          ${icon("bin")}${t("delete")}</button>
        <button class="small" @click=${endSelection}>${t("done")}</button>
      </div>
    </div>`;
}

/**
 * @param {Result[]} results
 * @param {Result[]} chosen
 */
function every(results, chosen) {
  const areAll = results.length > 0 && chosen.length === results.length;
  return html`
    <button class="small" ?disabled=${!results.length}
      @click=${() => chooseAll(areAll ? [] : results.map(({ id }) => id))}>
      ${t(areAll ? "gallery.none" : "gallery.all")}</button>`;
}

/**
 * @param {Result[]} results
 * @param {Result[]} shown
 */
const count = (results, shown) => html`
  <div class="found">
    <p role="status">${counted("find.count", results.length, { found: shown.length })}</p>
    ${shown.length ? clearing() : nothing}
  </div>`;

const clearing = () => html`<button class="small" @click=${clearFilter}>${t("find.clear")}</button>`;

const nothingFound = () => html`
  <div class="none">
    <p>${t("find.none")}</p>
    ${clearing()}
  </div>`;

/** @param {Result[]} removed */
const undo = (removed) => html`
  <p class="undo" role="status">${counted("gallery.deleted", removed.length)}
    <button class="small" @click=${act.undo}>${t("undo")}</button></p>`;
