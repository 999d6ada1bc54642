/** Where the key is typed. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { counted, t } from "../words/language.js";
import { dialog } from "./parts.js";

/** @import { KeyDialog, State } from "../model/state.js" */

/**
 * @param {State} state
 * @param {KeyDialog} open
 */
export function key({ key: value, keyState, keyProblem, account }, { isShown }) {
  const days = account?.images_kept_days;
  const submit = (/** @type {SubmitEvent & {target: HTMLFormElement}} */ event) => {
    event.preventDefault();
    act.saveKey(String(new FormData(event.target).get("key")));
  };
  return dialog({ name: "key", title: t("key") }, html`
    <form class="field" autocomplete="off" @submit=${submit}>
      <p class="hint">${t("key.what")}</p>
      ${days ? html`<p class="hint">${counted("key.kept", days)}</p>` : nothing}
      <label for="key">${t("key.label")}</label>
      <div class="row">
        <input id="key" name="key" type=${isShown ? "text" : "password"} autocomplete="off" spellcheck="false"
          autocapitalize="none" aria-invalid=${Boolean(keyProblem)} aria-describedby="key-problem"
          .defaultValue=${value} autofocus>
        <button type="button" @click=${act.toggleKeyShown}>${t(isShown ? "key.hide" : "key.show")}</button>
      </div>
      <p class="complaint" id="key-problem" role="alert">${keyProblem ? t(keyProblem) : nothing}</p>
      <div class="row">
        <button class="main">${t("key.save")}</button>
        ${keyState === "none" ? nothing : html`
          <button type="button" @click=${act.forgetKey}>${t("key.forget")}</button>`}
      </div>
    </form>`);
}
