/** A request as code, in a language of choice. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { act } from "../actions/all.js";
import { t } from "../words/language.js";
import { icon } from "./icons.js";
import { dialog } from "./parts.js";

/** @import { CodeDialog } from "../model/types.js" */

/** @param {CodeDialog} open */
export const code = ({ snippets, chosen, references }) =>
  dialog({ name: "code", title: t("code"), className: "code" }, html`
    <div class="segments" role="group" aria-label=${t("code.language")}>
      ${snippets.map((snippet) => html`
        <button aria-pressed=${snippet === chosen} @click=${() => act.chooseCode(snippet)}>
          ${snippet.language}</button>`)}
    </div>
    <pre tabindex="0"><code>${chosen.text}</code></pre>
    <div class="row">
      <button class="main" @click=${() => act.copyText(chosen.text)}>${icon("copy")}${t("code.copy")}</button>
      ${references.length ? html`
        <button @click=${() => act.downloadReferences(references)}>
          ${icon("download")}${t("code.references")}</button>` : nothing}
    </div>
    <p class="hint">${t("code.key")}</p>`);
