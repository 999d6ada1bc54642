/** Prompts that were sent before, and saved ones. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/prompts.js";
import { DEFAULTS, isBlank } from "../model/draft.js";
import { titleOf } from "../model/names.js";
import { t } from "../words/language.js";
import { icon } from "./icons.js";
import { button, dialog, typed } from "./parts.js";

/** @import { KeptPrompts, Prompt, PromptsDialog, SavedPrompt, State } from "../model/state.js" */

/**
 * @param {State} state
 * @param {PromptsDialog} open
 */
export const prompts = ({ draft }, { kept, title = "", dropped }) =>
  dialog({ name: "prompts", title: t("prompts"), className: "prompts" }, html`
    ${isBlank({ ...DEFAULTS, text: draft[draft.mode] }) ? nothing : saving(title)}
    ${dropped ? html`
      <p class="dropped" role="status">${t("prompts.dropped")}${button("again", "undo", act.bringBack)}</p>` : nothing}
    ${kept ? html`${part("saved", kept)}${part("sent", kept)}` : nothing}`);

/** @param {string} title */
const saving = (title) => html`
  <form class="row" @submit=${(/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    act.save();
  }}>
    <input aria-label=${t("prompts.name")} placeholder=${t("prompts.name")} autocomplete="off" maxlength="60"
      .value=${live(title)} @input=${typed(act.nameIt)}>
    <button>${icon("plus")}${t("prompts.save")}</button>
  </form>`;

/**
 * @param {keyof KeptPrompts} list
 * @param {KeptPrompts} kept
 */
const part = (list, kept) => html`
  <section>
    <h3>${t(`prompts.${list}`)}</h3>
    ${kept[list].length ? html`
      <ul>${repeat(kept[list], ({ mode, text }) => mode + text, (prompt) => item(list, prompt))}</ul>`
      : html`<p class="hint">${t(`prompts.${list}.none`)}</p>`}
  </section>`;

/**
 * @param {keyof KeptPrompts} list
 * @param {Prompt & Partial<SavedPrompt>} prompt
 */
function item(list, prompt) {
  const text = titleOf({ ...DEFAULTS, mode: prompt.mode, [prompt.mode]: prompt.text });
  const called = prompt.name || text;
  return html`
    <li>
      <button class="quiet kept" @click=${() => act.take(prompt)}>
        ${prompt.name ? html`<b dir="auto">${prompt.name}</b>` : nothing}<span dir="auto">${text}</span>
        ${prompt.mode === "json" ? html`<span class="hint">JSON</span>` : nothing}
      </button>
      ${list === "sent" ? tool("plus", "prompts.keep", called, () => act.saveSent(prompt)) : nothing}
      ${tool("bin", "prompts.drop", called, () => act.drop(list, prompt))}
    </li>`;
}

/**
 * @param {"plus" | "bin"} drawing
 * @param {string} name of the words
 * @param {string} text of the prompt
 * @param {() => void} action
 */
const tool = (drawing, name, text, action) => html`
  <button class="quiet square" aria-label=${t(name, { text })} title=${t(name, { text })} @click=${action}>
    ${icon(drawing)}</button>`;
