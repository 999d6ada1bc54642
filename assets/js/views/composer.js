/** What to make: prompt, reference images, settings, what it costs, and the button. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { imagesLeft, usedShare } from "../model/budget.js";
import { problems } from "../model/draft.js";
import { asked, cost } from "../model/price.js";
import { counted, dayAndHour, dollars, neuronsText, percent, t, whole } from "../words/language.js";
import { icon } from "./icons.js";
import { dressed, later } from "./later.js";
import { prompt } from "./prompt.js";
import { references } from "./references.js";
import { settings } from "./settings.js";
import { chip } from "./work.js";

/** @import { Problems } from "../model/draft.js" */
/** @import { State } from "../model/state.js" */
/** @import { Account, Amount } from "../model/wire.js" */

const ways = later(async () => (await dressed("batches", import("./ways.js"))).ways);

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
        ${chip(state)}
        <div class="row">
          <div class="split">
            <button class="main" type="submit">${t("generate")}<kbd>${MODIFIER} ⏎</kbd></button>
            <button class="main" type="button" id="more-ways" aria-label=${t("ways")} title=${t("ways")}
              aria-expanded=${state.isChoosing} aria-controls="ways" @click=${act.toggleWays}>${icon("up")}</button>
          </div>
          ${state.isChoosing ? ways(state) : nothing}
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
function price({ draft, references: images, account }, wrong) {
  if (wrong.width || wrong.height || wrong.steps || wrong.n) return html`<p class="price"></p>`;
  const { neurons, usd, share } = cost(asked(draft, images));
  const used = usedShare(account);
  const isMuch = account?.remaining ? neurons > account.remaining.neurons : used + share > 1;
  return html`
    <p class="price" data-much=${isMuch}>
      <b>${neuronsText(neurons)}</b>
      <span>${dollars(usd)}</span>
      ${account?.remaining ? nothing : html`<span>${
        t(used ? "cost.used" : "cost.share", { share: percent(share), used: percent(used) })}</span>`}
    </p>
    ${account?.remaining ? budget(account, account.remaining, neurons / Number(draft.n)) : nothing}`;
}

/** What is left of that of the key.
 *
 * @param {Account} account
 * @param {Amount} remaining
 * @param {number} each neurons of one image
 */
const budget = (account, remaining, each) => html`
  <div class="budget">
    <p>${t("budget.left", { left: whole(remaining.neurons), limit: whole(account.limit_neurons ?? 0) })}</p>
    <progress class="meter" aria-label=${t("budget")} max=${account.limit_neurons ?? 1} value=${remaining.neurons}></progress>
    <p class="hint">${imagesText(imagesLeft(account, each) ?? 0)}${account.resets_at
      ? html` · ${t("budget.resets", { when: dayAndHour(account.resets_at) })}` : nothing}</p>
  </div>`;

/** @param {number} count */
const imagesText = (count) => (count ? counted("budget.images", count) : t("budget.none"));
