/** The top of the page: is all well, which key, which language, light or dark. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { list, t } from "../words/language.js";
import { icon } from "./icons.js";

/** @import { Health, State } from "../model/types.js" */

/** @param {State} state */
export const header = ({ health, keyState, theme, language }) => html`
  <header class="top">
    <img src="/favicon.svg" alt="" width="28" height="28">
    <h1>FLUX.2 <span>on Workers AI</span></h1>
    ${light(health)}
    <nav aria-label=${t("nav")}>
      <a class="quiet button" href="/docs">API</a>
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
  const text = health.light === "bad"
    ? t("health.bad", { names: list(health.missing) })
    : t(`health.${health.light}`);
  const isFine = health.light === "good" || health.light === "unknown";
  return html`<div class="light" data-light=${health.light}>
    <p role="status">${text}</p>
    ${isFine ? nothing : html`<button class="link" @click=${act.openSetup}>${t("health.how")}</button>`}
  </div>`;
}
