/** What this browser keeps of the gallery, what it has no room for, and what to do about that. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { exportArchive } from "../actions/archive.js";
import { keepUnkept } from "../actions/keeping.js";
import { beginSelection } from "../actions/selection.js";
import { isNearlyFull } from "../model/gallery.js";
import { store } from "../model/store.js";
import { bytes, counted, t } from "../words/language.js";
import { icon } from "./icons.js";

/** @import { Result, State } from "../model/state.js" */

/** How many there are, and of how many it is not sure that they will be there tomorrow.
 *
 * @param {Result[]} results
 */
export function countText(results) {
  const { size } = store.state.unkept;
  const images = counted("images", results.length);
  return size ? t("storage.count", { images, count: size }) : images;
}

/** On an image.
 *
 * @param {Pick<Result, "id">} result
 */
export const mark = ({ id }) => (store.state.unkept.has(id)
  ? html`<span class="unkept">${icon("clock")}${t("storage.unkept")}</span>` : nothing);

/** @param {State} state */
export function storage({ results, unkept, room, isForbidden }) {
  if (!unkept.size && !isNearlyFull(room)) return nothing;
  const left = results.filter(({ id }) => unkept.has(id));
  const lost = isForbidden ? "storage.forbidden" : "storage.lost";
  return html`
    <div class="storage" role="group" aria-label=${t("storage")} data-bad=${left.length > 0}>
      <p role="status">${left.length ? counted(lost, left.length) : t("storage.full")}</p>
      ${room && isNearlyFull(room) ? meter(room) : nothing}
      <div class="row">
        <button class="small" @click=${() => exportArchive(left.length ? left : results)}>
          ${icon("download")}${t(left.length ? "storage.export" : "gallery.export")}</button>
        ${isForbidden ? nothing : waysToRoom(left.length > 0)}
      </div>
    </div>`;
}

/** @param {boolean} isNeeded for something that waits for it */
const waysToRoom = (isNeeded) => html`
  <button class="small" @click=${beginSelection}>${icon("bin")}${t("storage.delete")}</button>
  ${isNeeded ? html`<button class="small" @click=${keepUnkept}>${icon("again")}${t("storage.again")}</button>` : nothing}`;

/** @param {NonNullable<State["room"]>} room */
function meter({ usage, quota }) {
  const text = t("storage.used", { usage: bytes(usage), quota: bytes(quota) });
  return html`
    <p class="hint">${text}</p>
    <progress class="meter" aria-label=${text} max=${quota} value=${Math.min(usage, quota)}></progress>`;
}
