/** Why a job did not end well, and what can be done about it. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { ENDED, HELP } from "../model/errors.js";
import { counted, dayAndHour, has, t } from "../words/language.js";
import { button } from "./parts.js";

/** @import { Failure, Job } from "../model/state.js" */

/** What only the API can tell more of: which variable is wrong, what Cloudflare has said, or whether
 * a key is unknown, disabled or expired. */
const NAMED_THERE = [
  "upstream_error", "upstream_authentication_error", "internal_error", "invalid_api_key", "storage_unavailable",
];

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
    ${ENDED.includes(reason.code) ? ending(reason) : explanation(reason, job.references.length > 0)}
    ${job.arrived.length ? html`<p>${counted("error.arrived", job.arrived.length)}</p>` : nothing}
    <div class="row">
      ${button("again", "jobs.retry", () => act.retry(job))}
      <button class="small" @click=${() => act.editJob(job)}>${t("jobs.edit")}</button>
      ${comeBack(reason)
        ? html`<button class="small" @click=${() => act.sendLater(job)}>${t("jobs.later")}</button>` : nothing}
      ${help(reason)}
      <button class="small" @click=${() => act.dismiss(job.id)}>${t("jobs.dismiss")}</button>
    </div>
  </div>`;

/** Whether there will be neurons again by themselves.
 *
 * @param {Failure} reason
 */
const comeBack = ({ code, resetsAt }) => code === "insufficient_quota" || (code === "budget" && resetsAt);

/** Who has cancelled a job knows it.
 *
 * @param {Failure} reason
 */
const ending = ({ code }) => (code === "cancelled" ? nothing : html`<p>${t(`error.${code}`)}</p>`);

/** What to do about it; what the API has said of it is there for whoever wants to know more.
 *
 * @param {Failure} reason
 * @param {boolean} hasReferences
 */
const explanation = ({ message, retryAfter, requestId, ...reason }, hasReferences) => html`
  <p>${inOurWords(reason, hasReferences)}</p>
  ${message ? html`
    <details class="hint" ?open=${isNeeded(reason.code)}>
      <summary>${t("error.said")}</summary>
      <p lang="en">${message}</p>
      ${requestId ? html`<p>${t("error.request", { id: requestId })}</p>` : nothing}
    </details>` : nothing}
  ${retryAfter ? html`<p>${t("error.retryAfter", { seconds: retryAfter })}</p>` : nothing}`;

/** Whether what the API has said is all that there is to go by.
 *
 * @param {string} code
 */
const isNeeded = (code) => NAMED_THERE.includes(code) || !has(`error.${code}`);

/**
 * @param {Failure} reason
 * @param {boolean} hasReferences
 */
function inOurWords({ code, resetsAt }, hasReferences) {
  if (resetsAt) return t("error.budget.until", { when: dayAndHour(resetsAt) });
  const names = [`error.${code}.references`, `error.${code}`].slice(hasReferences ? 0 : 1);
  return t(names.find(has) ?? "error.other");
}

/** @param {Failure} reason */
function help({ code }) {
  if (HELP[code] === "key") return button("key", "key.change", act.openKey);
  if (HELP[code] === "setup") {
    return html`<button class="small" @click=${act.openSetup}>${t("health.how")}</button>`;
  }
  return nothing;
}
