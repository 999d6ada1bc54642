/** What a batch will cost, how much of it is free, and how long it may take. */

import { html } from "/vendor/lit-html/lit-html.js";
import { change } from "../actions/vary.js";
import { WINDOWS } from "../model/batches.js";
import { outlook, windowFor } from "../model/outlook.js";
import { counted, number, t } from "../words/language.js";

/** @import { State } from "../model/state.js" */

/**
 * @param {State} state
 * @param {number} lines
 * @param {string} chosen window, "" for what will do
 */
export function forecast({ draft, references, account }, lines, chosen) {
  const found = outlook({ draft, references, lines, account });
  const window = chosen || windowFor(found.nights);
  return html`
    <div class="forecast">
      <p class="sum" role="status"><b>${counted("images", found.images)}</b>
        <span>${t("cost.neurons", { neurons: number(found.neurons) })}</span>
        <span>${precisely(found.usd)}</span></p>
      <p class="hint">${freeText(found)}</p>
      <div class="heading">
        <span id="window-label">${t("vary.window")}</span>
        <div class="segments" role="group" aria-labelledby="window-label">
          ${WINDOWS.map((one) => html`
            <button type="button" aria-pressed=${one === window} @click=${() => change({ window: one })}>${t(`vary.window.${one}`)}</button>`)}
        </div>
      </div>
    </div>`;
}

/** @param {number} usd */
const precisely = (usd) =>
  number(usd, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", maximumSignificantDigits: 3 });

/** @param {ReturnType<typeof outlook>} found */
function freeText({ images, free, isBudget, nights }) {
  if (isBudget) return t(images > free ? "vary.overBudget" : "vary.inBudget", { images, free });
  if (images <= free) return t("vary.free", { images, free });
  return Number.isFinite(nights) ? counted("vary.nights", nights, { free }) : t("vary.never");
}
