/** What the deployment lacks, and how to give it. */

import { html } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { t } from "../words/language.js";
import { dialog } from "./parts.js";

/** @import { State } from "../model/types.js" */

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
      ${health.missing.map((name) => html`<dt><code>${name}</code></dt><dd>${t(WHAT[name])}</dd>`)}
    </dl>
    <p>${t("setup.dashboard")}</p>
    <pre tabindex="0"><code>${health.missing.map((name) => `npx wrangler secret put ${name}`).join("\n")}</code></pre>
    <p>${t("setup.local")}</p>
    ${again()}`);
}

const again = () => html`
  <div class="row"><button class="main" @click=${act.checkHealth}>${t("setup.check")}</button></div>`;
