/** A key that was just made: it can be seen and copied as long as this is open. */

import { html } from "/vendor/lit-html/lit-html.js";
import { closeDialog } from "../actions/dialogs.js";
import { linkWith } from "../actions/keys.js";
import { copyText } from "../actions/viewer.js";
import { t } from "../words/language.js";
import { button, dialog } from "./parts.js";

/** @import { NewKeyDialog } from "../model/state.js" */

/** @param {NewKeyDialog} open */
export const newKey = ({ owner, key }) =>
  dialog({ name: "newKey", title: t("keys.made", { name: owner }), className: "key-form" }, html`
    <p>${t("keys.once")}</p>
    ${copyable("new-key", "keys.key", key, "keys.copyKey")}
    ${copyable("new-link", "keys.link", linkWith(key), "keys.copyLink")}
    <p class="hint">${t("keys.secret")}</p>
    <div class="row"><button class="main" @click=${closeDialog}>${t("done")}</button></div>`);

/**
 * @param {string} id
 * @param {string} label
 * @param {string} text
 * @param {string} copy
 */
const copyable = (id, label, text, copy) => html`
  <div class="field">
    <label for=${id}>${t(label)}</label>
    <div class="row secret">
      <input id=${id} readonly spellcheck="false" .value=${text}
        @focus=${(/** @type {{target: HTMLInputElement}} */ { target }) => target.setSelectionRange(0, text.length, "backward")}>
      ${button("copy", copy, () => copyText(text), "")}
    </div>
  </div>`;
