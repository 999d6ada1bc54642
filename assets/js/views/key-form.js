/** A key as it is typed: a new one, or one to change. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import * as act from "../actions/keys.js";
import { MODELS } from "../model/catalog.js";
import { FIELD_OF, RESETS, formProblems, limitOf } from "../model/keys.js";
import { asked, cost } from "../model/price.js";
import { counted, has, t } from "../words/language.js";
import { dialog, typed } from "./parts.js";

/** @import { FieldName } from "../model/keys.js" */
/** @import { KeyForm, KeyFormDialog, Phrase, State } from "../model/state.js" */
/** @typedef {(name: FieldName) => unknown} Complaint what is wrong with a field */

/**
 * @param {State} state
 * @param {KeyFormDialog} open
 */
export function keyForm(state, open) {
  const { form, before, isBusy } = open;
  const wrong = open.tried ? formProblems(form, before, Date.now()) : {};
  const refused = open.problem && FIELD_OF[open.problem.param ?? ""];
  const attributes = (/** @type {FieldName} */ name) => ({ isWrong: Boolean(wrong[name]) || refused === name });
  const complaint = (/** @type {FieldName} */ name) =>
    told(name, wrong[name], refused === name ? open.problem?.message : undefined);
  const title = before ? t("keys.change", { name: before.name }) : t("keys.new");
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    act.saveForm();
  };
  return dialog({ name: "keyForm", title, className: "key-form" }, html`
    <form class="field" novalidate autocomplete="off" aria-busy=${isBusy} @submit=${submit}>
      ${input("name", "keys.name", "keys.name.what", { text: form.name, maxlength: 200 }, attributes, complaint)}
      ${budget(state, form, attributes, complaint)}
      ${models(form, complaint)}
      <div class="pair">
        ${input("rpm", "keys.rpm", "keys.optional", { text: form.rpm, type: "number", min: 1 }, attributes, complaint)}
        ${input("expiry", "keys.expiry", "keys.optional", { text: form.expiry, type: "date" }, attributes, complaint)}
      </div>
      <div role="alert">${open.problem && !refused ? failure(open.problem) : nothing}</div>
      <div class="row"><button class="main" aria-disabled=${isBusy}>${t(before ? "keys.save" : "keys.make")}</button></div>
    </form>`);
}

/** @typedef {(name: FieldName) => {isWrong: boolean}} Attributes */

/**
 * @param {"name" | "rpm" | "expiry"} name
 * @param {string} label
 * @param {string} hint
 * @param {{text: string, type?: string, min?: number, maxlength?: number}} about
 * @param {Attributes} attributes
 * @param {Complaint} complaint
 */
const input = (name, label, hint, { text, type = "text", min, maxlength }, attributes, complaint) => html`
  <div class="field">
    <label for="key-${name}">${t(label)} <span class="hint">${t(hint)}</span></label>
    <input id="key-${name}" type=${type} min=${min ?? nothing} maxlength=${maxlength ?? nothing}
      dir=${type === "text" ? "auto" : nothing} aria-invalid=${attributes(name).isWrong}
      aria-describedby="key-${name}-problem" .value=${live(text)} @input=${typed((value) => act.type({ [name]: value }))}>
    ${complaint(name)}
  </div>`;

/** How much, of what, and when it is full again.
 *
 * @param {State} state
 * @param {KeyForm} form
 * @param {Attributes} attributes
 * @param {Complaint} complaint
 */
const budget = (state, form, attributes, complaint) => html`
  <fieldset class="field">
    <legend>${t("keys.amount")}</legend>
    <div class="limit">
      <input id="key-amount" type="number" inputmode="decimal" min="0" step="any" aria-label=${t("keys.amount")}
        placeholder=${t("keys.amount.none")} aria-invalid=${attributes("amount").isWrong}
        aria-describedby="key-amount-problem key-enough" .value=${live(form.amount)}
        @input=${typed((amount) => act.type({ amount }))}>
      ${choice("unit", ["neurons", "usd"], form.unit, (unit) => act.type({ unit }))}
      ${choice("reset", RESETS, form.reset, (reset) => act.type({ reset }))}
    </div>
    ${complaint("amount")}
    <p class="hint" id="key-enough">${enough(state, form)}</p>
  </fieldset>`;

/**
 * @template {string} Value
 * @param {"unit" | "reset"} name
 * @param {Value[]} values
 * @param {Value} chosen
 * @param {(value: Value) => void} choose
 */
const choice = (name, values, chosen, choose) => html`
  <select id="key-${name}" aria-label=${t(`keys.${name}`)} @change=${typed((value) => choose(/** @type {Value} */ (value)))}>
    ${values.map((value) => html`
      <option value=${value} .selected=${live(value === chosen)}>${t(`keys.${name}.${value}`)}</option>`)}
  </select>`;

/** What the budget is good for.
 *
 * @param {State} state
 * @param {KeyForm} form
 */
function enough({ draft, references }, form) {
  if (!form.amount.trim()) return t("keys.enough.whole");
  const limit = limitOf(form);
  const { neurons } = cost({ ...asked(draft, references), n: 1 });
  if (limit === null || !(neurons > 0)) return nothing;
  const model = t(`model.${draft.model}`);
  const count = Math.floor(limit / neurons);
  return count ? counted("keys.enough", count, { model }) : t("keys.enough.none", { model });
}

/**
 * @param {KeyForm} form
 * @param {Complaint} complaint
 */
const models = (form, complaint) => html`
  <fieldset class="field" aria-describedby="key-models-problem">
    <legend>${t("keys.models")}</legend>
    <div class="checks">
      ${MODELS.map(({ name }, index) => html`
        <label><input type="checkbox" id=${index ? `key-model-${index}` : "key-models"}
          .checked=${live(form.models.includes(name))} @change=${() => act.type({ models: toggled(form.models, name) })}>
          ${t(`model.${name}`)}</label>`)}
    </div>
    ${complaint("models")}
  </fieldset>`;

/** In the order of the page.
 *
 * @param {string[]} models
 * @param {string} model
 */
const toggled = (models, model) =>
  MODELS.map(({ name }) => name).filter((name) => models.includes(name) !== (name === model));

/** By the page, or in the server's words.
 *
 * @param {FieldName} name
 * @param {Phrase | undefined} problem
 * @param {string | undefined} message
 */
const told = (name, problem, message) => html`
  <p class="complaint" id="key-${name}-problem" role="alert" lang=${message && !problem ? "en" : nothing}>${
    problem ? t(problem.name, problem.values) : message ?? nothing}</p>`;

/** @param {{code: string, message?: string}} problem */
const failure = ({ code, message }) => html`
  <div class="failure">
    <p>${t(code === "storage_unavailable" ? "keys.storage" : has(`error.${code}`) ? `error.${code}` : "error.other")}</p>
    ${message ? html`<p class="hint" lang="en">${message}</p>` : nothing}
  </div>`;
