/** Why a job did not end well, and what can be done about it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { ENDED, HELP } from "../model/errors.js";
import { counted, dayAndHour, has, t } from "../words/language.js";
import { button } from "./parts.js";

/** @import { Failure, Job } from "../model/types.js" */

const NO_NEURONS = ["insufficient_quota", "budget"];

/** The words that stand for it in the line above.
 *
 * @param {string} code
 */
export const failureState = (code) => (ENDED.includes(code) ? `jobs.${code}` : "jobs.failed");

/**
 * @param {Job} job
 * @param {Failure} reason
 */
export const failure = (job, reason) => html`
  <div class="failure" data-code=${reason.code} role=${ENDED.includes(reason.code) ? "group" : "alert"}>
    ${ENDED.includes(reason.code) ? ending(reason) : explanation(reason)}
    ${job.arrived.length ? html`<p>${counted("error.arrived", job.arrived.length)}</p>` : nothing}
    <div class="row">
      ${button("again", "jobs.retry", () => act.retry(job))}
      <button class="small" @click=${() => act.editJob(job)}>${t("jobs.edit")}</button>
      ${NO_NEURONS.includes(reason.code)
        ? html`<button class="small" @click=${() => act.sendLater(job)}>${t("jobs.later")}</button>` : nothing}
      ${help(reason)}
      <button class="small" @click=${() => act.dismiss(job.id)}>${t("jobs.dismiss")}</button>
    </div>
  </div>`;

/** Who has cancelled a job knows it.
 *
 * @param {Failure} reason
 */
const ending = ({ code }) => (code === "cancelled" ? nothing : html`<p>${t(`error.${code}`)}</p>`);

/** In words of the page, or else in those of the API.
 *
 * @param {Failure} reason
 */
const explanation = ({ code, message, retryAfter, resetsAt }) => html`
  <p>${resetsAt ? t("error.budget.until", { when: dayAndHour(resetsAt) })
    : t(has(`error.${code}`) ? `error.${code}` : "error.other")}</p>
  ${message ? html`<p class="hint" lang="en">${message}</p>` : nothing}
  ${retryAfter ? html`<p>${t("error.retryAfter", { seconds: retryAfter })}</p>` : nothing}`;

/** @param {Failure} reason */
function help({ code }) {
  if (HELP[code] === "key") return button("key", "key.change", act.openKey);
  if (HELP[code] === "setup") {
    return html`<button class="small" @click=${act.openSetup}>${t("health.how")}</button>`;
  }
  return nothing;
}
