/** Ways to make what is composed, other than at once; loaded when they are first asked for. */

import { html } from "/vendor/lit-html/lit-html.js";
import { sendDraft } from "../actions/send.js";
import { open as openVary } from "../actions/vary.js";
import { t } from "../words/language.js";

/** @import { State } from "../model/state.js" */

/** @param {State} state */
export const ways = ({ isSending }) => html`
  <div class="ways" id="ways" role="group" aria-label=${t("ways")}>
    ${way("background", isSending, () => sendDraft("24h"))}
    ${way("later", isSending, () => sendDraft("7d"))}
    ${way("vary", isSending, openVary)}
  </div>`;

/**
 * @param {string} name
 * @param {boolean} isSending
 * @param {() => void} act
 */
const way = (name, isSending, act) => html`
  <button type="button" class="way" aria-disabled=${isSending} @click=${() => isSending || act()}>
    <b>${t(`ways.${name}`)}</b><span class="hint">${t(`ways.${name}.what`)}</span></button>`;
