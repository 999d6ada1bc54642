/** Model, size and numbers of what is being composed. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import * as act from "../actions/all.js";
import { modelsOf } from "../model/budget.js";
import { GUIDANCE, LARGEST_SEED, N, SIDE } from "../model/catalog.js";
import { FORMATS, SIZES, STEPS } from "../model/draft.js";
import { asked, cost, modelNamed } from "../model/price.js";
import { dollars, t } from "../words/language.js";
import { icon } from "./icons.js";
import { complaint, ratioOf, sizeText, typed } from "./parts.js";

/** @import { NumberName, Problems } from "../model/draft.js" */
/** @import { Draft, State } from "../model/state.js" */
/** @typedef {(draft: Draft, wrong: Problems) => unknown} Part */
/** @typedef {{min: number, max: number, step?: number, placeholder?: string}} Limits */
/** @typedef {(name: NumberName, draft: Draft, wrong: Problems, limits: Limits) => unknown} Field */

/**
 * @param {State} state
 * @param {Problems} wrong
 */
export const settings = (state, wrong) => html`
  ${models(state)}
  ${sizes(state.draft, wrong)}
  ${numbers(state.draft, wrong)}`;

/** @param {State} state */
const models = ({ draft, references, account }) => html`
  <fieldset class="field">
    <legend>${t("model")}</legend>
    <div class="cards">
      ${modelsOf(account).map(({ name }) => html`
        <label class="card">
          <input type="radio" name="model" value=${name} .checked=${live(draft.model === name)}
            @change=${() => act.edit({ model: name })}>
          <span class="name">${t(`model.${name}`)}</span>
          <span class="hint">${t(`model.${name}.what`)}</span>
          <span class="hint">${dollars(cost({ ...asked(draft, references), model: name, n: 1 }).usd)}</span>
        </label>`)}
    </div>
  </fieldset>`;

/** @type {Part} */
const sizes = (draft, wrong) => html`
  <fieldset class="field">
    <legend>${t("size")}</legend>
    <div class="chips">
      ${SIZES.map((size) => {
        const [width, height] = size.split("x");
        const isChosen = !draft.free && draft.width === width && draft.height === height;
        return html`
          <label class="chip">
            <input type="radio" name="size" value=${size} .checked=${live(isChosen)}
              @change=${() => act.edit({ width, height, free: false })}>
            <span class="shape" .style=${`--ratio: ${ratioOf(size)}`}></span>${sizeText(size)}
          </label>`;
      })}
      <label class="chip">
        <input type="radio" name="size" value="free" .checked=${live(draft.free)}
          @change=${() => act.edit({ free: true })}>
        <span class="shape free"></span>${t("size.free")}
      </label>
    </div>
    ${draft.free ? html`
      <div class="pair">
        ${numberField("width", draft, wrong, { min: SIDE[0], max: SIDE[1] })}
        ${numberField("height", draft, wrong, { min: SIDE[0], max: SIDE[1] })}
      </div>` : nothing}
  </fieldset>`;

/** @type {Part} */
const numbers = (draft, wrong) => {
  const { fixedSteps, guided } = modelNamed(draft.model);
  return html`
    ${fixedSteps ? html`<p class="hint">${t("steps.fixed", { steps: fixedSteps })}</p>` : steps(draft, wrong)}
    <div class="few">
      ${count(draft, wrong)}
      ${guided ? numberField("guidance", draft, wrong, {
        min: GUIDANCE[0], max: GUIDANCE[1], step: 0.1, placeholder: t("guidance.own") }) : nothing}
      ${format(draft)}
    </div>
    ${seed(draft, wrong)}`;
};

/** @type {Part} */
const steps = (draft, wrong) => html`
  <div class="field">
    <label for="steps">${t("steps")} <span class="hint">${t("steps.what")}</span></label>
    <div class="row">
      <input type="range" min=${STEPS[0]} max=${STEPS[1]} aria-label=${t("steps.slider")}
        .style=${`--at: ${share(draft.steps)}%`} .value=${live(draft.steps)}
        @input=${typed((text) => act.edit({ steps: text }))}>
      ${numberInput("steps", draft, wrong, { min: STEPS[0], max: STEPS[1] })}
    </div>
    ${complaint("steps", wrong.steps)}
  </div>`;

/** How far the slider is, in percent.
 *
 * @param {string} text of the number of steps
 */
const share = (text) => ((Number(text) - STEPS[0]) / (STEPS[1] - STEPS[0])) * 100;

/** @type {Part} */
const count = (draft, wrong) => html`
  <div class="field">
    <label for="n">${t("n")}</label>
    <div class="row stepper">
      ${step("minus", draft, -1)}
      ${numberInput("n", draft, wrong, { min: N[0], max: N[1] })}
      ${step("plus", draft, 1)}
    </div>
    ${complaint("n", wrong.n)}
  </div>`;

/** @param {Draft} draft */
const format = (draft) => html`
  <div class="field">
    <label for="format">${t("fileFormat")}</label>
    <select id="format" .value=${live(draft.format)} @change=${typed((text) => act.edit({ format: text }))}>
      <option value="">${t("fileFormat.own")}</option>
      ${FORMATS.map((name) => html`<option value=${name}>${name.toUpperCase()}</option>`)}
    </select>
  </div>`;

/**
 * @param {"minus" | "plus"} drawing
 * @param {Draft} draft
 * @param {number} by
 */
function step(drawing, draft, by) {
  const next = (Number(draft.n) || 0) + by;
  return html`<button type="button" class="square" aria-label=${t(`n.${drawing}`)}
    ?disabled=${next < N[0] || next > N[1]} @click=${() => act.edit({ n: String(next) })}>${icon(drawing)}</button>`;
}

/** @type {Part} */
const seed = (draft, wrong) => html`
  <div class="field">
    <label for="seed">${t("seed")} <span class="hint">${t(draft.locked ? "seed.kept" : "seed.new")}</span></label>
    <div class="row">
      <input id="seed" type="number" inputmode="numeric" min="0" max=${LARGEST_SEED} step="1"
        aria-invalid=${Boolean(wrong.seed)} aria-describedby="seed-problem" placeholder=${t("seed.random")}
        .value=${live(draft.locked ? draft.seed : "")}
        @input=${typed((text) => act.edit({ seed: text, locked: text !== "" }))}>
      <button type="button" class="square" aria-pressed=${draft.locked} aria-label=${t("seed.lock")}
        title=${t("seed.lock")} @click=${act.toggleLock}>${icon(draft.locked ? "lock" : "unlock")}</button>
    </div>
    ${complaint("seed", wrong.seed)}
  </div>`;

/** @type {Field} */
const numberField = (name, draft, wrong, limits) => html`
  <div class="field">
    <label for=${name}>${t(name)}</label>
    ${numberInput(name, draft, wrong, limits)}
    ${complaint(name, wrong[name])}
  </div>`;

/** @type {Field} */
const numberInput = (name, draft, wrong, { min, max, step: by = 1, placeholder = "" }) => html`
  <input id=${name} type="number" inputmode=${by === 1 ? "numeric" : "decimal"} min=${min} max=${max}
    step=${by} placeholder=${placeholder} aria-invalid=${Boolean(wrong[name])}
    aria-describedby="${name}-problem" .value=${live(draft[name])}
    @input=${typed((text) => act.edit({ [name]: text }))}>`;
