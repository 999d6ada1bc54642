/** What can be done about a newer version of the page. */

import { html } from "/vendor/lit-html/lit-html.js";
import { putOff, renew } from "../actions/version.js";
import { t } from "../words/language.js";

export const renewal = () => html`
  <button class="small" @click=${renew}>${t("version.reload")}</button>
  <button class="small quiet" @click=${putOff}>${t("version.later")}</button>`;
