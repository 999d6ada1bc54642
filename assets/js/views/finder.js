/** What somebody looks for in the gallery. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import * as find from "../actions/find.js";
import { FIELDS, choices } from "../model/find.js";
import { has, number, t } from "../words/language.js";
import { icon } from "./icons.js";
import { sizeText, typed } from "./parts.js";

/** @import { Filter, State } from "../model/state.js" */
/** @import { Field } from "../model/find.js" */

/** @param {State} state */
export const finder = ({ results, filter, areFiltersShown }) => html`
  <search class="finder">
    <div class="seek">
      ${icon("find")}
      <input type="search" id="find" aria-label=${t("find.q")} placeholder=${t("find.q")} autocomplete="off"
        .value=${live(filter.q ?? "")} @input=${typed((text) => find.look("q", text))}>
    </div>
    <button class="square" aria-pressed=${Boolean(filter.star)} aria-label=${t("find.star")}
      title=${t("find.star")} @click=${() => find.look("star", filter.star ? "" : "1")}>${icon("star")}</button>
    <button aria-expanded=${areFiltersShown} aria-controls="filters" @click=${find.toggleFilters}>
      ${icon("filter")}${filtersText(filter)}</button>
    <div id="filters" ?hidden=${!areFiltersShown}>
      ${select("model", choices(results).model, filter, (value) => (has(`model.${value}`) ? t(`model.${value}`) : value))}
      ${select("size", choices(results).size, filter, sizeText)}
      ${input("from", "date", filter)}
      ${input("to", "date", filter)}
      ${input("seed", "text", filter)}
    </div>
  </search>`;

/** With how many of them are set.
 *
 * @param {Filter} filter
 */
function filtersText(filter) {
  const count = FIELDS.filter((name) => name !== "q" && name !== "star" && filter[name]).length;
  return count ? `${t("find.filters")} (${number(count)})` : t("find.filters");
}

/**
 * @param {"model" | "size"} name
 * @param {string[]} values
 * @param {Filter} filter
 * @param {(value: string) => string} shown
 */
function select(name, values, filter, shown) {
  const chosen = filter[name];
  const all = chosen && !values.includes(chosen) ? [...values, chosen] : values;
  return field(name, html`
    <select id="find-${name}" @change=${typed((value) => find.look(name, value))}>
      <option value="" .selected=${live(!chosen)}>${t("find.any")}</option>
      ${all.map((value) => html`
        <option value=${value} .selected=${live(value === chosen)}>${shown(value)}</option>`)}
    </select>`);
}

/**
 * @param {"from" | "to" | "seed"} name
 * @param {string} type
 * @param {Filter} filter
 */
const input = (name, type, filter) => field(name, html`
  <input id="find-${name}" type=${type} inputmode=${type === "text" ? "numeric" : nothing} autocomplete="off"
    placeholder=${t("find.any")}
    .value=${live(filter[name] ?? "")} @change=${typed((value) => find.look(name, value.trim()))}>`);

/**
 * @param {Field} name
 * @param {unknown} content
 */
const field = (name, content) => html`
  <div class="field"><label for="find-${name}">${t(FIELD_WORDS[name] ?? `find.${name}`)}</label>${content}</div>`;

/** @type {Partial<Record<Field, string>>} */
const FIELD_WORDS = { model: "model", size: "size", seed: "seed" };
