/** Several results beside each other. */

import { html } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/all.js";
import { urlOf } from "../browser/urls.js";
import { titleOf } from "../model/names.js";
import { t } from "../words/language.js";
import { dialog } from "./parts.js";
import { facts, shownPrompt } from "./result.js";

/** @import { CompareDialog, Result, State } from "../model/state.js" */

/**
 * @param {State} state
 * @param {CompareDialog} open
 */
export function comparison({ results }, { ids }) {
  const chosen = ids.flatMap((id) => results.find((result) => result.id === id) ?? []);
  return dialog({ name: "compare", title: t("compare"), className: "comparison" }, html`
    <div class="columns" data-count=${chosen.length}>
      ${repeat(chosen, ({ id }) => id, (result, index) => html`
        <figure>
          <img src=${urlOf(result.blob)} alt=${titleOf(result.asked)}>
          <figcaption><b>${index + 1}</b>
            <button class="small" @click=${() => act.view(result.id)}>${t("view")}</button></figcaption>
        </figure>`)}
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("compare.differences")}>
      <table>
        <thead><tr><td></td>${chosen.map((_, index) => html`<th scope="col">${index + 1}</th>`)}</tr></thead>
        <tbody>
          ${differences(chosen).map(({ name, values }) => html`
            <tr><th scope="row">${t(name)}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>`);
}

/** What is not the same in all of them.
 *
 * @param {Result[]} results
 */
function differences(results) {
  const columns = results.map((result) => [
    { name: "prompt", value: shownPrompt(result.asked) },
    ...facts(result).map(([name, asked, actual]) => ({ name, value: actual || asked })),
  ]);
  const [first = []] = columns;
  return first
    .map(({ name }, row) => ({ name, values: columns.map((column) => column[row].value) }))
    .filter(({ values }) => new Set(values).size > 1);
}
