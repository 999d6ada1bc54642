/** What to make: prompt, reference images, settings, what it costs, and the button. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { LARGEST_SEED, MODELS, N, SIDE, GUIDANCE } from "../catalog.js";
import { SIZES, STEPS, problems } from "../draft.js";
import { dollars, number, percent, t } from "../language.js";
import { cost, modelNamed } from "../price.js";
import { icon } from "./icons.js";
import { jsonPrompt } from "./json-form.js";
import { complaint, ratioOf, sizeText } from "./parts.js";
import { references } from "./references.js";

const MODIFIER = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";

export function composer(state, act) {
  const { draft } = state;
  const wrong = problems(draft);
  if (wrong.prompt?.name === "problem.blank" && !state.tried) delete wrong.prompt;
  return html`
    <form class="composer" data-mode=${draft.mode} aria-label=${t("composer")} novalidate autocomplete="off"
      @submit=${act.generate}>
      <div class="prompt-area">${prompt(state, wrong.prompt, act)}</div>
      <div class="settings">
        ${references(state, act)}
        ${models(state, act)}
        ${sizes(draft, wrong, act)}
        ${numbers(draft, wrong, act)}
      </div>
      <footer class="send">
        ${price(state, wrong)}
        <div class="row">
          <button class="main" type="submit">${t("generate")}<kbd>${MODIFIER} ⏎</kbd></button>
          <button class="square" type="button" aria-label=${t("code.show")} title=${t("code.show")}
            @click=${act.showDraftAsCode}>${icon("code")}</button>
        </div>
      </footer>
    </form>`;
}

// The prompt

const prompt = (state, problem, act) => html`
  <div class="heading">
    <h2 id="prompt-label">${t("prompt")}</h2>
    <div class="segments" role="group" aria-label=${t("prompt.kind")}>
      ${["text", "json"].map((mode) => html`
        <button type="button" aria-pressed=${state.draft.mode === mode} @click=${() => act.edit({ mode })}>
          ${t(`prompt.${mode}`)}</button>`)}
    </div>
  </div>
  ${state.replaced ? html`
    <p class="hint">${t("draft.replaced")}
      <button type="button" class="link" @click=${act.bringBack}>${t("undo")}</button></p>` : nothing}
  ${state.draft.mode === "text" ? textPrompt(state.draft, problem, act) : jsonPrompt(state, problem, act)}`;

const textPrompt = (draft, problem, act) => html`
  <textarea id="prompt" rows="6" aria-labelledby="prompt-label" aria-invalid=${Boolean(problem)}
    aria-describedby="prompt-problem" placeholder=${t("prompt.placeholder")} dir="auto"
    .value=${live(draft.text)} @input=${({ target }) => act.edit({ text: target.value })}></textarea>
  ${complaint("prompt", problem)}
  ${/^\s*\{/.test(draft.text) ? html`
    <p class="hint">${t("prompt.looksJson")}
      <button type="button" class="link" @click=${act.textToJson}>${t("prompt.openJson")}</button></p>` : nothing}`;

// Model and size

const models = (state, act) => html`
  <fieldset class="field">
    <legend>${t("model")}</legend>
    <div class="cards">
      ${MODELS.map(({ name }) => html`
        <label class="card">
          <input type="radio" name="model" value=${name} .checked=${live(state.draft.model === name)}
            @change=${() => act.edit({ model: name })}>
          <span class="name">${t(`model.${name}`)}</span>
          <span class="hint">${t(`model.${name}.what`)}</span>
          <span class="hint">${dollars(cost({ ...asked(state), model: name, n: 1 }).usd)}</span>
        </label>`)}
    </div>
  </fieldset>`;

const sizes = (draft, wrong, act) => html`
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
        ${numberField("width", draft, wrong, act, { min: SIDE[0], max: SIDE[1] })}
        ${numberField("height", draft, wrong, act, { min: SIDE[0], max: SIDE[1] })}
      </div>` : nothing}
  </fieldset>`;

// Numbers

function numbers(draft, wrong, act) {
  const { fixedSteps, guided } = modelNamed(draft.model);
  return html`
    ${fixedSteps ? html`<p class="hint">${t("steps.fixed", { steps: fixedSteps })}</p>` : steps(draft, wrong, act)}
    <div class="pair">
      ${count(draft, wrong, act)}
      ${guided ? numberField("guidance", draft, wrong, act, {
        min: GUIDANCE[0], max: GUIDANCE[1], step: 0.1, placeholder: t("guidance.own") }) : nothing}
    </div>
    ${seed(draft, wrong, act)}`;
}

const steps = (draft, wrong, act) => html`
  <div class="field">
    <label for="steps">${t("steps")} <span class="hint">${t("steps.what")}</span></label>
    <div class="row">
      <input type="range" min=${STEPS[0]} max=${STEPS[1]} aria-label=${t("steps.slider")}
        .value=${live(draft.steps)} @input=${({ target }) => act.edit({ steps: target.value })}>
      ${numberInput("steps", draft, wrong, act, { min: STEPS[0], max: STEPS[1] })}
    </div>
    ${complaint("steps", wrong.steps)}
  </div>`;

const count = (draft, wrong, act) => html`
  <div class="field">
    <label for="n">${t("n")}</label>
    <div class="row stepper">
      ${step("minus", draft, -1, act)}
      ${numberInput("n", draft, wrong, act, { min: N[0], max: N[1] })}
      ${step("plus", draft, 1, act)}
    </div>
    ${complaint("n", wrong.n)}
  </div>`;

function step(drawing, draft, by, act) {
  const next = (Number(draft.n) || 0) + by;
  return html`<button type="button" class="square" aria-label=${t(`n.${drawing}`)}
    ?disabled=${next < N[0] || next > N[1]} @click=${() => act.edit({ n: String(next) })}>${icon(drawing)}</button>`;
}

const seed = (draft, wrong, act) => html`
  <div class="field">
    <label for="seed">${t("seed")} <span class="hint">${t(draft.locked ? "seed.kept" : "seed.new")}</span></label>
    <div class="row">
      <input id="seed" type="number" inputmode="numeric" min="0" max=${LARGEST_SEED} step="1"
        aria-invalid=${Boolean(wrong.seed)} aria-describedby="seed-problem" placeholder=${t("seed.random")}
        .value=${live(draft.locked ? draft.seed : "")}
        @input=${({ target }) => act.edit({ seed: target.value, locked: target.value !== "" })}>
      <button type="button" class="square" aria-pressed=${draft.locked} aria-label=${t("seed.lock")}
        title=${t("seed.lock")} @click=${act.toggleLock}>${icon(draft.locked ? "lock" : "unlock")}</button>
    </div>
    ${complaint("seed", wrong.seed)}
  </div>`;

const numberField = (name, draft, wrong, act, limits) => html`
  <div class="field">
    <label for=${name}>${t(name)}</label>
    ${numberInput(name, draft, wrong, act, limits)}
    ${complaint(name, wrong[name])}
  </div>`;

const numberInput = (name, draft, wrong, act, { min, max, step = 1, placeholder = "" }) => html`
  <input id=${name} type="number" inputmode=${step === 1 ? "numeric" : "decimal"} min=${min} max=${max}
    step=${step} placeholder=${placeholder} aria-invalid=${Boolean(wrong[name])}
    aria-describedby="${name}-problem" .value=${live(draft[name])}
    @input=${({ target }) => act.edit({ [name]: target.value })}>`;

// What it costs

const asked = ({ draft, references: { length } }) => ({
  model: draft.model, width: Number(draft.width), height: Number(draft.height),
  steps: Number(draft.steps), n: Number(draft.n), references: length,
});

function price(state, wrong) {
  if (wrong.width || wrong.height || wrong.steps || wrong.n) return html`<p class="price"></p>`;
  const { neurons, usd, share } = cost(asked(state));
  return html`<p class="price" data-much=${share > 1}>
    <b>${t("cost.neurons", { neurons: number(neurons, { maximumFractionDigits: 0 }) })}</b>
    <span>${dollars(usd)}</span>
    <span>${t("cost.share", { share: percent(share) })}</span>
  </p>`;
}
