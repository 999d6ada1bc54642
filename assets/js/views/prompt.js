/** The prompt, as text or as JSON. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import * as act from "../actions/all.js";
import { t } from "../words/language.js";
import { icon } from "./icons.js";
import { dressed, later } from "./later.js";
import { complaint, typed } from "./parts.js";

/** @import { Draft, Mode, Phrase, State } from "../model/state.js" */

const jsonPrompt = later(async () => (await dressed("json", import("./json-prompt.js"))).jsonPrompt);

const variables = later(async () => (await dressed("batches", import("./variables.js"))).variables);
const VARIABLE = /\{[^{}":,]+\}/;

/** @type {Mode[]} */
const MODES = ["text", "json"];

/**
 * @param {State} state
 * @param {Phrase | undefined} problem
 */
export const prompt = (state, problem) => html`
  <div class="heading">
    <h2 id="prompt-label">${t("prompt")}</h2>
    <button type="button" class="small quiet" id="open-prompts" @click=${act.openPrompts}>${icon("clock")}${t("prompts")}</button>
    <div class="segments" role="group" aria-label=${t("prompt.kind")}>
      ${MODES.map((mode) => html`
        <button type="button" aria-pressed=${state.draft.mode === mode} @click=${() => act.edit({ mode })}>
          ${t(`prompt.${mode}`)}</button>`)}
    </div>
  </div>
  ${state.replaced ? html`
    <p class="hint">${t("draft.replaced")}
      <button type="button" class="link" @click=${act.bringBack}>${t("undo")}</button></p>` : nothing}
  ${state.draft.mode === "text" ? textPrompt(state.draft, problem) : jsonPrompt(state, problem)}
  ${VARIABLE.test(state.draft[state.draft.mode]) ? variables(state.draft) : nothing}`;

/**
 * @param {Draft} draft
 * @param {Phrase | undefined} problem
 */
const textPrompt = (draft, problem) => html`
  <textarea id="prompt" rows="6" aria-labelledby="prompt-label" aria-invalid=${Boolean(problem)}
    aria-describedby="prompt-problem" placeholder=${t("prompt.placeholder")} dir="auto"
    .value=${live(draft.text)} @input=${typed((text) => act.edit({ text }))}></textarea>
  ${complaint("prompt", problem)}
  ${/^\s*\{(?![^{}":,]+\})/.test(draft.text) ? html`
    <p class="hint">${t("prompt.looksJson")}
      <button type="button" class="link" @click=${act.textToJson}>${t("prompt.openJson")}</button></p>` : nothing}`;
