/** A request as code, in a language of choice. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { chooseCode, downloadReferences } from "../actions/snippets.js";
import { t } from "../words/language.js";
import { button, dialog } from "./parts.js";

/** @import { CodeDialog } from "../model/state.js" */

/** @param {CodeDialog} open */
export function code({ request: { references }, snippets, language = snippets[0]?.language }) {
  const text = snippets.find((snippet) => snippet.language === language)?.text ?? "";
  return dialog({ name: "code", title: t("code"), className: "code" }, html`
    <div class="segments" role="group" aria-label=${t("code.language")}>
      ${snippets.map(({ language: name }) => html`
        <button aria-pressed=${name === language} @click=${() => chooseCode(name)}>${name}</button>`)}
    </div>
    <pre tabindex="0"><code>${text}</code></pre>
    <div class="row">
      ${button("copy", "code.copy", () => act.copyText(text), "main")}
      ${references.length
        ? button("download", "code.references", () => downloadReferences(references), "")
        : nothing}
    </div>
    <p class="hint">${t("code.key")}</p>`);
}
