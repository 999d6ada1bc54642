/** The top of the page: is all well, which key, which language, light or dark. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { isOwner } from "../model/budget.js";
import { firstWord, isFine } from "../model/health.js";
import { list, t } from "../words/language.js";
import { icon } from "./icons.js";

/** @import { Health, State } from "../model/state.js" */

/** @param {State} state */
export const header = ({ health, keyState, account, theme, language }) => html`
  <header class="top">
    <img src="/favicon.svg" alt="" width="28" height="28">
    <h1>FLUX.2 <span>on Workers AI</span></h1>
    ${light(health)}
    <nav aria-label=${t("nav")}>
      <a class="quiet button" href="/docs">API</a>
      ${isOwner(account) ? html`
        <button class="quiet" id="open-keys" @click=${act.openKeys}>${icon("chart")}<span>${t("keys")}</span></button>` : nothing}
      <button class="quiet" data-key-state=${keyState} @click=${act.openKey}>
        ${icon("key")}<span>${t(`key.${keyState}`)}</span>
      </button>
      <button class="quiet square" aria-label=${t(`theme.${theme === "dark" ? "light" : "dark"}`)}
        @click=${act.toggleTheme}>${icon(theme === "dark" ? "sun" : "moon")}</button>
      ${languageButton(language)}
    </nav>
  </header>`;

/** In the language that it leads to, for who cannot read the other one.
 *
 * @param {string} language
 */
const languageButton = (language) => {
  const [tag, name] = language === "en" ? ["zh-TW", "中文"] : ["en", "English"];
  return html`<button class="quiet" lang=${tag} @click=${() => act.chooseLanguage(tag)}>${name}</button>`;
};

/** @param {Health} health */
function light(health) {
  return html`<div class="light" data-light=${health.light}>
    <p role="status">${describe(health)}</p>
    ${isFine(health) ? nothing : html`<button class="link" @click=${act.openSetup}>${t("health.how")}</button>`}
  </div>`;
}

/** @param {Health} health */
function describe({ light, missing, malformed }) {
  if (light !== "bad") return t(`health.${light}`);
  if (missing.length) return t("health.bad", { names: list(missing) });
  return t("health.malformed", { names: list(malformed.map(firstWord)) });
}
