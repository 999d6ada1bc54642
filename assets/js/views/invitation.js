/** What stands where the gallery will be, as long as nothing was made. */

import { html } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { t } from "../words/language.js";
import { importer } from "./parts.js";


const EXAMPLES = ["example.1", "example.2", "example.3"];

export const invitation = () => html`
  <section class="invitation">
    <h2>${t("invitation")}</h2>
    <p>${t("invitation.examples")}</p>
    ${EXAMPLES.map((name) => html`
      <button @click=${() => act.useExample(t(name))}>${t(name)}</button>`)}
    <p class="hint">${t("invitation.more")} ${importer("link")}</p>
  </section>`;
