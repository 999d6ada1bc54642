/** What was made, newest first. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { roomOf } from "../gallery.js";
import { bytes, counted, dollars, t } from "../language.js";
import { urlOf } from "../urls.js";
import { icon } from "./icons.js";
import { promptText, ratioOf, sizeText } from "./parts.js";

const MOST_COMPARED = 4;

export function gallery(state, act) {
  const { results, shown, jobs, removed } = state;
  if (!results.length && !jobs.length && !removed.length) return invitation(act);
  return html`
    <section class="gallery" aria-labelledby="gallery-label">
      ${state.selection ? selectionBar(state, act) : bar(state, act)}
      ${removed.length ? undo(removed, act) : nothing}
      ${results.length ? latest(results[0], state, act) : nothing}
      <ul class="tiles">
        ${repeat(results.slice(1, shown), ({ id }) => id, (result) => tile(result, state, act))}
      </ul>
      ${shown < results.length ? html`
        <button class="more" @click=${act.showMore}>${t("gallery.more")}</button>` : nothing}
    </section>`;
}

const EXAMPLES = ["example.1", "example.2", "example.3"];

const invitation = (act) => html`
  <section class="invitation">
    <h2>${t("invitation")}</h2>
    <p>${t("invitation.examples")}</p>
    ${EXAMPLES.map((name) => html`
      <button @click=${() => act.useExample(t(name))}>${t(name)}</button>`)}
    <p class="hint">${t("invitation.more")} ${importer(act, "link")}</p>
  </section>`;

const importer = (act, className) => html`
  <label class="${className} file">
    <input type="file" accept=".zip,application/zip" aria-label=${t("gallery.import")} @change=${({ target }) => {
      const [file] = target.files;
      target.value = "";
      act.importArchive(file);
    }}><span aria-hidden="true">${t("gallery.import")}</span>
  </label>`;

const bar = ({ results }, act) => html`
  <div class="heading">
    <h2 id="gallery-label">${t("gallery")}</h2>
    <p class="hint room">${t("gallery.room", {
      images: counted("images", results.length),
      room: bytes(results.reduce((sum, result) => sum + roomOf(result), 0)),
    })}</p>
    <div class="row">
      ${importer(act, "button small")}
      ${results.length ? html`
        <button class="small" @click=${() => act.exportArchive(results)}>${t("gallery.export")}</button>
        <button class="small" @click=${act.beginSelection}>${t("gallery.select")}</button>` : nothing}
    </div>
  </div>`;

function selectionBar({ results, selection }, act) {
  const chosen = results.filter(({ id }) => selection.has(id));
  const comparable = chosen.length >= 2 && chosen.length <= MOST_COMPARED;
  return html`
    <div class="heading selecting">
      <h2 id="gallery-label">${counted("gallery.selected", chosen.length)}</h2>
      <div class="row">
        <button class="small" ?disabled=${!comparable} @click=${() => act.compare(chosen)}>
          ${icon("compare")}${t("compare")}</button>
        <button class="small" ?disabled=${!chosen.length} @click=${() => act.exportArchive(chosen)}>
          ${t("gallery.export")}</button>
        <button class="small" ?disabled=${!chosen.length} @click=${() => act.remove(chosen)}>
          ${icon("bin")}${t("delete")}</button>
        <button class="small" @click=${act.endSelection}>${t("done")}</button>
      </div>
    </div>`;
}

const undo = (removed, act) => html`
  <p class="undo" role="status">${counted("gallery.deleted", removed.length)}
    <button class="small" @click=${act.undo}>${t("undo")}</button></p>`;

/** The newest one, large, with what it is and what can be done with it. */
const latest = (result, state, act) => html`
  <article class="latest" .style=${shape(result)}>
    <div class="tile">${picture(result, result.blob, state, act)}</div>
    <div class="facts">
      <p class="words" dir="auto">${promptText(result.asked)}</p>
      <p class="hint">${facts(result)}</p>
      <div class="row">
        <button class="small" @click=${() => act.download(result)}>${icon("download")}${t("download")}</button>
        <button class="small" @click=${() => act.useAsReference(result)}>
          ${icon("image")}${t("useAsReference")}</button>
        <button class="small" @click=${() => act.reuse(result)}>${icon("again")}${t("reuse")}</button>
      </div>
    </div>
  </article>`;

const facts = ({ asked, actual }) =>
  [t(`model.${asked.model}`), sizeText(actual.size), `${t("seed")} ${actual.seed}`, dollars(actual.cost.usd)]
    .map((fact) => fact.replaceAll(" ", "\u00a0")).join(" · ");

const tile = (result, state, act) => html`
  <li class="tile" .style=${shape(result)}>
    ${picture(result, result.thumbnail ?? result.blob, state, act)}
    ${state.selection ? nothing : tools(result, act)}
  </li>`;

const shape = ({ actual }) => `--ratio: ${ratioOf(actual.size)}`;

function picture({ id, asked }, blob, { selection }, act) {
  const text = promptText(asked) || t("result");
  return html`
    <button class="picture" @click=${() => (selection ? act.toggleSelected(id) : act.view(id))}>
      <img src=${urlOf(blob)} alt=${text} loading="lazy" decoding="async">
    </button>
    ${selection ? html`
      <input type="checkbox" aria-label=${t("gallery.choose", { text })} .checked=${live(selection.has(id))}
        @change=${() => act.toggleSelected(id)}>` : nothing}`;
}

const tools = (result, act) => html`
  <div class="tools">
    <button class="square" aria-label=${t("useAsReference")} title=${t("useAsReference")}
      @click=${() => act.useAsReference(result)}>${icon("image")}</button>
    <button class="square" aria-label=${t("reuse")} title=${t("reuse")}
      @click=${() => act.reuse(result)}>${icon("again")}</button>
    <button class="square" aria-label=${t("download")} title=${t("download")}
      @click=${() => act.download(result)}>${icon("download")}</button>
  </div>`;
