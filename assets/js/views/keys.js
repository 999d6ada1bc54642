/** The owner's dialog of keys and usage, and what opens from it; loaded when it is first opened. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/keys.js";
import { has, t } from "../words/language.js";
import { keyForm } from "./key-form.js";
import { keyList } from "./key-list.js";
import { newKey } from "./new-key.js";
import { button, dialog } from "./parts.js";
import { usage } from "./usage.js";

/** @import { Failure, KeyFormDialog, KeysDialog, NewKeyDialog, Panel, State } from "../model/state.js" */

/**
 * @param {State} state
 * @param {KeysDialog | KeyFormDialog | NewKeyDialog} open
 */
export function keys(state, open) {
  if (open.name === "keyForm") return keyForm(state, open);
  if (open.name === "newKey") return newKey(open);
  return state.panel ? panel(state, state.panel) : nothing;
}

/**
 * @param {State} state
 * @param {Panel} known
 */
const panel = (state, known) => dialog({ name: "keys", title: t("keys"), className: "keys" }, html`
  ${known.problem ? problem(known.problem) : nothing}
  <div class="usage" aria-busy=${known.isBusy}>
    ${known.keys ? html`${usage(state, known, known.keys)}${keyList(known, known.keys)}`
      : known.problem ? nothing : html`<p class="hint" role="status">${t("loading")}</p>`}
  </div>`);

/** What does not work, and what to do about it.
 *
 * @param {Failure} failure
 */
const problem = ({ code, message }) => html`
  <div class="failure" role="alert" data-code=${code}>
    <p>${t(wordsFor(code))}</p>
    ${code === "binding_missing" ? html`<pre tabindex="0"><code>npm run deploy</code></pre>`
      : html`${message ? html`<p class="hint" lang="en">${message}</p>` : nothing}
        <div class="row">${button("again", "keys.retry", act.load)}</div>`}
  </div>`;

/** @param {string} code */
function wordsFor(code) {
  if (code === "binding_missing") return "keys.noDatabase";
  if (code === "storage_unavailable") return "keys.storage";
  return has(`error.${code}`) ? `error.${code}` : "error.other";
}
