/** Why the server has not taken a batch, and what can be done about it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { openKey } from "../actions/key.js";
import { forgetUnsent, sendAgain } from "../actions/send.js";
import { HELP } from "../model/errors.js";
import { has, t } from "../words/language.js";
import { button } from "./parts.js";

/** @import { Failure } from "../model/state.js" */

/** @param {Failure} failure */
export const unsent = ({ code, message }) => html`
  <div class="failure" role="alert" data-code=${code}>
    <p>${t(wordsFor(code))}</p>
    ${code === "binding_missing" ? html`<pre tabindex="0"><code>npm run deploy</code></pre>`
      : message ? html`<p class="hint" lang="en">${message}</p>` : nothing}
    <div class="row">
      ${code === "binding_missing" ? nothing : button("again", "batches.again", sendAgain)}
      ${HELP[code] === "key" ? button("key", "key.change", openKey) : nothing}
      <button type="button" class="small" @click=${forgetUnsent}>${t("jobs.dismiss")}</button>
    </div>
  </div>`;

/** @param {string} code */
function wordsFor(code) {
  if (code === "binding_missing") return "batches.noBatches";
  if (code === "unreachable" || code === "broken_off") return "batches.lost";
  return has(`error.${code}`) ? `error.${code}` : "error.other";
}
