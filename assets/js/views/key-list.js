/** The keys of others, each with what it may, what it spent, and what can be done with it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/keys.js";
import { modelsOf } from "../model/budget.js";
import { stateOf } from "../model/keys.js";
import { dayAndHour, dayOf, t, whole } from "../words/language.js";
import { icon } from "./icons.js";

/** @import { Panel } from "../model/state.js" */
/** @import { Key } from "../model/wire.js" */

/**
 * @param {Panel} panel
 * @param {Key[]} keys
 */
export const keyList = (panel, keys) => html`
  <section class="key-list" aria-labelledby="keys-heading">
    <div class="heading">
      <h3 id="keys-heading">${t("keys.list")}</h3>
      <button class="small" id="make-key" @click=${() => act.openForm(null, "make-key")}>
        ${icon("plus")}${t("keys.make")}</button>
    </div>
    ${keys.length ? html`
      <ul>${repeat(keys, ({ id }) => id, (key) => row(key, panel))}</ul>` : html`
      <p class="hint">${t("keys.none")}</p>`}
  </section>`;

/** @type {Record<string, string>} */
const STATES = {
  active: "keys.active", expired: "keys.expired", disabled: "keys.isDisabled", spent: "keys.spent",
};

/**
 * @param {Key} key
 * @param {Panel} panel
 */
function row(key, { asking, isBusy }) {
  const state = stateOf(key, Date.now());
  return html`
    <li class="key" data-state=${state}>
      <div class="about">
        <h4 dir="auto">${key.name}</h4>
        <span class="state">${t(STATES[state])}</span>
        <p class="hint">${allowed(key)}</p>
      </div>
      <div class="spent">${spent(key)}</div>
      ${asking?.id === key.id ? question(key, asking.what, isBusy) : actions(key, isBusy)}
    </li>`;
}

/** @param {Key} key */
function allowed(key) {
  const models = key.models ? modelsOf(key).map(({ name }) => t(`model.${name}`)).join(", ") : t("keys.allModels");
  return [
    models,
    key.rpm ? t("keys.perMinute", { rpm: key.rpm }) : [],
    key.expires_at ? t("keys.until", { day: dayOf(key.expires_at * 1000 - 1) }) : [],
  ].flat().join(" · ");
}

/** @param {Key} key */
function spent({ name, limit_neurons: limit, limit_reset: reset, resets_at: end, ...key }) {
  if (limit === null) {
    return html`<p>${t("keys.spentFreely", {
      spent: whole(key.spent_in_all.neurons), today: whole(key.spent_today.neurons) })}</p>`;
  }
  const words = t(`keys.spentOf.${reset ?? "never"}`, {
    spent: whole(key.spent.neurons), limit: whole(limit) });
  return html`
    <p>${words}</p>
    <progress class="meter" aria-label="${name}: ${words}" max=${limit} value=${Math.min(key.spent.neurons, limit)}></progress>
    ${end ? html`<p class="hint">${t("keys.resets", { when: dayAndHour(end) })}</p>` : nothing}`;
}

/**
 * @param {Key} key
 * @param {boolean} isBusy
 */
function actions(key, isBusy) {
  const { id, disabled } = key;
  return html`
    <div class="row">
      ${action("edit", "keys.edit", key, isBusy, () => act.openForm(key, `edit-${id}`))}
      ${action("toggle", disabled ? "keys.enable" : "keys.disable", key, isBusy, () => act.toggleDisabled(key))}
      ${action("rotate", "keys.rotate", key, isBusy, () => act.askWhether(id, "rotate"))}
      ${action("delete", "delete", key, isBusy, () => act.askWhether(id, "delete"))}
    </div>`;
}

/** The name of the key is in its label, since each row has the same buttons.
 *
 * @param {string} what
 * @param {string} words
 * @param {Key} key
 * @param {boolean} isBusy
 * @param {() => void} perform
 */
const action = (what, words, { id, name }, isBusy, perform) => html`
  <button class="small quiet" id="${what}-${id}" aria-label=${t("keys.action", { action: t(words), name })}
    aria-disabled=${isBusy} @click=${() => isBusy || perform()}>${t(words)}</button>`;

/** Before what cannot be taken back.
 *
 * @param {Key} key
 * @param {"rotate" | "delete"} what
 * @param {boolean} isBusy
 */
const question = (key, what, isBusy) => html`
  <div class="question" role="group" aria-labelledby="question">
    <p id="question">${t(`keys.${what}.ask`, { name: key.name })}</p>
    <div class="row">
      <button class="small" id="keys-yes" aria-disabled=${isBusy}
        @click=${() => isBusy || (what === "rotate" ? act.rotate(key) : act.remove(key))}>${t(`keys.${what}.yes`)}</button>
      <button class="small quiet" id="keys-no" @click=${act.leaveIt}>${t("cancel")}</button>
    </div>
  </div>`;
