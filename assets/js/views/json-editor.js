/** JSON as text, with what is wrong marked where it is: a copy of the text lies under it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import { edit, goTo } from "../actions/draft.js";
import { textToScene } from "../actions/json.js";
import { t } from "../words/language.js";
import { typed } from "./parts.js";

/** @import { Reading } from "../model/json-prompt.js" */
/** @import { Draft, Phrase, PlacedFlaw } from "../model/state.js" */

/**
 * @param {Draft} draft
 * @param {Reading} reading of its JSON
 * @param {Phrase | undefined} wrong
 */
export const jsonEditor = (draft, { problem, doubts }, wrong) => html`
  <div class="json-raw">
    <label for="prompt">${t("json.raw")}</label>
    <div class="editor">
      <pre aria-hidden="true">${marked(draft.json, problem ?? doubts[0], Boolean(problem))}</pre>
      <textarea id="prompt" spellcheck="false" autocapitalize="none" wrap="soft"
        aria-invalid=${Boolean(problem || wrong)} aria-describedby="prompt-problem"
        placeholder='{"scene": "…"}' dir="auto" @scroll=${follow} .value=${live(draft.json)}
        @input=${typed((json) => edit({ json }))}></textarea>
    </div>
    <div id="prompt-problem" class="places">
      ${problem ? place(problem, "complaint") : doubts.map((doubt) => place(doubt, "hint"))}
      ${wrong && !problem ? html`<p class="complaint">${t(wrong.name, wrong.values)}</p>` : nothing}
    </div>
    ${draft.json.trim() === "" && draft.text.trim() ? html`
      <button type="button" class="small" @click=${textToScene}>${t("json.fromText")}</button>` : nothing}
  </div>`;

/** Where a browser cannot grow the box with its text, the box scrolls, and the copy with it. */
const follow = (/** @type {{target: HTMLTextAreaElement}} */ { target }) => {
  const copy = target.previousElementSibling;
  if (copy) copy.scrollTop = target.scrollTop;
};

/**
 * @param {string} text
 * @param {PlacedFlaw | undefined} flaw
 * @param {boolean} isProblem
 */
function marked(text, flaw, isProblem) {
  if (!flaw) return text;
  const [before, rest] = [text.slice(0, flaw.offset), text.slice(flaw.offset)];
  const [token] = /^(?:"[^"\n]*"?|[\w.+-]+|.)?/u.exec(rest) ?? [""];
  return html`${before}<mark data-bad=${isProblem}>${token || " "}</mark>${rest.slice(token.length)} `;
}

/**
 * @param {PlacedFlaw} flaw
 * @param {string} className
 */
const place = ({ what, line, column, offset, path }, className) => html`
  <p class=${className}>
    <button type="button" class="link" @click=${() => goTo(offset)}>${t("json.place", { line, column })}</button>
    ${t(`json.wrong.${what}`, { path: path?.slice(1).replaceAll("/", ".") ?? "" })}
  </p>`;
