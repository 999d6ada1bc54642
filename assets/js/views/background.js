/** What runs on the server, in a line above what is made here; loaded when there is something. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { open } from "../actions/batches.js";
import { tally } from "../model/batches.js";
import { fromNow } from "../words/distance.js";
import { counted, dayAndHour, t } from "../words/language.js";
import { icon } from "./icons.js";
import { unsent } from "./unsent.js";

/** @import { State } from "../model/state.js" */
/** @import { Batch } from "../model/wire.js" */

/** @param {State} state */
export const background = ({ batches, unsent: failure, dialog }) => html`
  <section class="background" aria-label=${t("batches")}>
    ${failure && dialog?.name !== "vary" ? unsent(failure) : nothing}
    ${batches?.length ? strip(batches) : nothing}
  </section>`;

/** @param {Batch[]} batches */
function strip(batches) {
  const now = Date.now();
  const { running, isKnown, completed, over, total, resumesAt } = tally(batches, now);
  const words = isKnown ? t("batches.over", { over: completed, total }) : t("batches.validating");
  return html`
    <button class="strip" id="open-batches" data-running=${running > 0} @click=${open}>
      ${icon("clock")}
      <span class="told">
        <b>${running ? counted("batches.running", running) : t("batches")}</b>
        <span class="hint">${running ? words : counted("batches.some", batches.length)}${resumesAt
          ? html` · ${t("batches.resumes", { when: dayAndHour(resumesAt), relative: fromNow(resumesAt, now) })}` : nothing}</span>
      </span>
      ${icon("right")}
      ${isKnown ? html`<progress class="meter" aria-label=${words} max=${total} value=${over}></progress>` : nothing}
    </button>`;
}
