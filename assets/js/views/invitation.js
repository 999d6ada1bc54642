/** What stands where the gallery will be, as long as nothing was made. */

import { html } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { asked, cost } from "../model/price.js";
import { dollars, percent, t } from "../words/language.js";
import { importer } from "./parts.js";

/** @import { Draft, Reference, State } from "../model/state.js" */

const EXAMPLES = ["example.1", "example.2", "example.3"];

/** @param {State} state */
export const invitation = ({ draft, references }) => html`
  <section class="invitation">
    <h2>${t("invitation")}</h2>
    <p>${t("invitation.examples")}</p>
    ${EXAMPLES.map((name) => html`
      <button @click=${() => act.usePrompt("text", t(name))}>${t(name)}</button>`)}
    <p class="hint">${t("invitation.cost", priceOf(draft, references))}</p>
    <p class="hint">${t("invitation.more")} ${importer("link")}</p>
  </section>`;

/** Of one image as it is set.
 *
 * @param {Draft} draft
 * @param {Reference[]} references
 */
function priceOf(draft, references) {
  const { usd, share } = cost({ ...asked(draft, references), n: 1 });
  return { model: t(`model.${draft.model}`), cost: dollars(usd), share: percent(share) };
}
