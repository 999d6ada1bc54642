/** What the deployment lacks, and how to give it. */

import { html } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { firstWord } from "../model/health.js";
import { t } from "../words/language.js";
import { dialog } from "./parts.js";

/** @import { Health, State } from "../model/state.js" */

/** @type {Record<string, string>} */
const WHAT = { CF_API_TOKEN: "setup.token", ACCOUNT: "setup.account", API_MASTER_KEY: "setup.master" };

/** @param {State} state */
export function setup({ health }) {
  if (health.light === "unreachable") {
    return dialog({ name: "setup", title: t("health.unreachable") }, html`<p>${t("setup.unreachable")}</p>
      ${again()}`);
  }
  return dialog({ name: "setup", title: t("setup") }, html`
    <dl class="missing">
      ${health.missing.map((name) => html`<dt><code>${name}</code></dt><dd>${explain(name)}</dd>`)}
      ${health.malformed.map((problem) => html`<dt><code>${firstWord(problem)}</code></dt><dd lang="en">${problem}.</dd>`)}
    </dl>
    <p>${t("setup.dashboard")}</p>
    <pre tabindex="0"><code>${namesOf(health).map((name) => `npx wrangler secret put ${name}`).join("\n")}</code></pre>
    <p>${t("setup.local")}</p>
    ${again()}`);
}

/** What belongs there; a numbered account's as the plain one's.
 *
 * @param {string} name
 */
const explain = (name) => t(WHAT[name.replace(/_\d+$/, "")]);

/** @param {Health} health */
const namesOf = ({ missing, malformed }) => [...new Set([...missing, ...malformed.map(firstWord)])];

const again = () => html`
  <div class="row"><button class="main" @click=${act.checkHealth}>${t("setup.check")}</button></div>`;
