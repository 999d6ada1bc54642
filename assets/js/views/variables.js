/** What is said of a prompt with variables; loaded when there is one. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { open } from "../actions/vary.js";
import { variablesOf } from "../model/template.js";
import { list, t } from "../words/language.js";

/** @import { Draft } from "../model/state.js" */

/** @param {Draft} draft */
export function variables(draft) {
  const names = variablesOf(draft);
  if (!names.length) return nothing;
  return html`
    <p class="hint variables">${t("vary.found", { names: list(names.map((name) => `{${name}}`)) })}
      <button type="button" class="link" @click=${open}>${t("ways.vary")}</button></p>`;
}
