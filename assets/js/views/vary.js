/** The dialog of a template: a list for each variable, and what comes of it, before anything is sent;
 * loaded when it is first opened. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import * as act from "../actions/vary.js";
import { fill, layOut, valuesOf, variablesOf } from "../model/template.js";
import { counted, t } from "../words/language.js";
import { forecast } from "./forecast.js";
import { chosen, dialog, typed } from "./parts.js";
import { shownPrompt } from "./result.js";
import { unsent } from "./unsent.js";

/** @import { Layout } from "../model/template.js" */
/** @import { Draft, State, TemplateForm, VaryDialog } from "../model/state.js" */

const SHOWN = 3;

/**
 * @param {State} state
 * @param {VaryDialog} open
 */
export function vary(state, open) {
  const names = variablesOf(state.draft);
  const content = names.length ? form(state, open, names) : explanation();
  return dialog({ name: "vary", title: t("vary"), className: "vary" }, content);
}

/** @param {Draft} draft */
const inOneLine = (draft) => shownPrompt(draft).replace(/\s+/g, " ");

const explanation = () => html`
  <p>${t("vary.how")}</p>
  <pre tabindex="0"><code>${t("vary.example", { animal: "{animal}", place: "{place}" })}</code></pre>
  <p class="hint">${t("vary.braces", { open: "{{", close: "}}" })}</p>`;

/**
 * @param {State} state
 * @param {VaryDialog} open
 * @param {string[]} names
 */
function form(state, { form: { lists, by, window }, tried, problem }, names) {
  const layout = layOut(names, { lists, by });
  const wrong = tried ? problem ?? layout.problem : layout.count ? layout.problem : null;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    act.sendAll();
  };
  return html`
    <form class="field" novalidate autocomplete="off" aria-busy=${state.isSending} @submit=${submit}>
      <p class="template" dir="auto">${marked(inOneLine(state.draft))}</p>
      <div class="lists">${names.map((name, index) => listOf(name, index, { lists, by, window }))}</div>
      <div class="heading">
        <div class="segments" role="group" aria-label=${t("vary.by")}>
          ${/** @type {const} */ (["all", "rows"]).map((value) => html`
            <button type="button" aria-pressed=${value === by} @click=${() => act.change({ by: value })}>${t(`vary.${value}`)}</button>`)}
        </div>
        <label class="button small file">
          <input type="file" accept=".csv,.tsv,.txt,text/csv" aria-label=${t("vary.open")}
            @change=${chosen(([file]) => act.openTable(file))}><span aria-hidden="true">${t("vary.open")}</span>
        </label>
      </div>
      <p class="hint">${t("vary.paste")}</p>
      ${layout.count && !layout.problem ? preview(state.draft, layout) : nothing}
      <p class="complaint" role="alert">${wrong ? t(wrong.name, wrong.values) : nothing}</p>
      ${layout.count && !layout.problem ? forecast(state, layout.count, window) : nothing}
      ${state.unsent ? unsent(state.unsent) : nothing}
      <div class="row"><button class="main" aria-disabled=${state.isSending}>${sendText(layout)}</button></div>
    </form>`;
}

/** @param {Layout} layout */
const sendText = ({ count, problem }) =>
  (count && !problem ? counted("vary.send", count) : t("vary.sendAny"));

/** The template with its variables set apart.
 *
 * @param {string} text
 */
const marked = (text) => text.split(/(\{[^{}":,]+\})/).map((part, index) =>
  (index % 2 ? html`<b>${part}</b>` : part));

/**
 * @param {string} name
 * @param {number} index
 * @param {TemplateForm} form
 */
function listOf(name, index, { lists, by }) {
  const list = Object.hasOwn(lists, name) ? lists[name] : "";
  return html`
    <div class="field">
      <label for="list-${index}"><bdi>${name}</bdi> <span class="hint">${counted("vary.values", valuesOf(list, by).length)}</span></label>
      <textarea id="list-${index}" rows="5" dir="auto" spellcheck="false" placeholder=${t("vary.placeholder")}
        @paste=${paste} .value=${live(list)} @input=${typed((text) => act.type(name, text))}></textarea>
    </div>`;
}

/** @param {ClipboardEvent} event */
function paste(event) {
  if (act.takeTable(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
}

/**
 * @param {Draft} draft
 * @param {Layout} layout
 */
const preview = (draft, { count, at }) => html`
  <div class="preview">
    <h3>${t("vary.first")}</h3>
    <ol>
      ${Array.from({ length: Math.min(count, SHOWN) }, (_, index) => html`
        <li><div dir="auto">${inOneLine(fill(draft, at(index)))}</div></li>`)}
    </ol>
    ${count > SHOWN ? html`<p class="hint">${counted("vary.more", count - SHOWN)}</p>` : nothing}
  </div>`;
