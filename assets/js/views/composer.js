/** What to make: prompt, reference images, settings, what it costs, and the button. */

import { html } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { problems } from "../model/draft.js";
import { cost } from "../model/price.js";
import { dollars, number, percent, t } from "../words/language.js";
import { icon } from "./icons.js";
import { prompt } from "./prompt.js";
import { references } from "./references.js";
import { asked, settings } from "./settings.js";

/** @import { Problems } from "../model/draft.js" */
/** @import { State } from "../model/types.js" */

const MODIFIER = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";

/** @param {State} state */
export function composer(state) {
  const wrong = problems(state.draft);
  if (wrong.prompt?.name === "problem.blank" && !state.tried) delete wrong.prompt;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    act.generate();
  };
  return html`
    <form class="composer" data-mode=${state.draft.mode} aria-label=${t("composer")} novalidate
      autocomplete="off" @submit=${submit}>
      <div class="prompt-area">${prompt(state, wrong.prompt)}</div>
      <div class="settings">
        ${references(state)}
        ${settings(state, wrong)}
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

/**
 * @param {State} state
 * @param {Problems} wrong
 */
function price(state, wrong) {
  if (wrong.width || wrong.height || wrong.steps || wrong.n) return html`<p class="price"></p>`;
  const { neurons, usd, share } = cost(asked(state));
  return html`<p class="price" data-much=${share > 1}>
    <b>${t("cost.neurons", { neurons: number(neurons, { maximumFractionDigits: 0 }) })}</b>
    <span>${dollars(usd)}</span>
    <span>${t("cost.share", { share: percent(share) })}</span>
  </p>`;
}
