/** The dialog of batches: each with how far it is, what it waits for, and what can be done with it;
 * loaded when it is first opened. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/batches.js";
import { isCounted, isOfPage, isOpen, isWaiting, stateOf } from "../model/batches.js";
import { isRunning } from "../model/running.js";
import { fromNow } from "../words/distance.js";
import { counted, dayAndHour, dollars, has, moment, neuronsText, t } from "../words/language.js";
import { failed } from "./failed-lines.js";
import { icon } from "./icons.js";
import { dialog } from "./parts.js";

/** @import { BatchesDialog, Failure, State } from "../model/state.js" */
/** @import { Batch } from "../model/wire.js" */

/**
 * @param {State} state
 * @param {BatchesDialog} open
 */
export const batches = ({ batches: known }, open) =>
  dialog({ name: "batches", title: t("batches"), className: "batches" }, html`
    <p class="hint">${t("batches.what")}</p>
    ${open.problem ? problem(open.problem) : nothing}
    ${known ? html`
      <ul>${repeat(known, ({ id }) => id, (batch) => row(batch, open))}</ul>`
      : html`<p class="hint" role="status">${t("loading")}</p>`}`);

/** @param {Failure} failure */
const problem = ({ code, message }) => html`
  <div class="failure" role="alert" data-code=${code}>
    <p>${t(has(`error.${code}`) ? `error.${code}` : "error.other")}</p>
    ${message ? html`<p class="hint" lang="en">${message}</p>` : nothing}
  </div>`;

/**
 * @param {Batch} batch
 * @param {BatchesDialog} open
 */
function row(batch, open) {
  const now = Date.now();
  const state = stateOf(batch, now);
  return html`
    <li class="batch" data-state=${state}>
      <div class="heading">
        <h3 dir="auto">${nameOf(batch)}</h3>
        <span class="state">${t(`batches.${state}`)}</span>
      </div>
      ${isCounted(batch) ? progress(batch) : nothing}
      <p class="hint">${facts(batch, now)}</p>
      ${isWaiting(batch, now) ? waiting(batch, now) : nothing}
      ${batch.status === "failed" ? reasons(batch) : nothing}
      ${open.asking === batch.id ? question(batch) : actions(batch, open)}
      ${open.failed[batch.id] ? failed(open.failed[batch.id]) : nothing}
    </li>`;
}

/** The title, or else where it comes from.
 *
 * @param {Batch} batch
 */
const nameOf = ({ metadata, created_at: at }) =>
  metadata?.title || t("batches.untitled", { when: moment(at * 1000) });

/** @param {Batch} batch */
function progress({ request_counts: { completed, failed: bad, total } }) {
  const words = t("batches.over", { over: completed, total });
  return html`
    <div class="progress" role="progressbar" aria-label=${words} aria-valuemin="0"
      aria-valuemax=${total} aria-valuenow=${completed + bad}>
      <span class="completed" .style=${`flex-grow: ${completed}`}></span>
      <span class="failed" .style=${`flex-grow: ${bad}`}></span>
      <span .style=${`flex-grow: ${total - completed - bad}`}></span>
    </div>`;
}

/** How many, what it cost, and until when.
 *
 * @param {Batch} batch
 * @param {number} now
 */
function facts(batch, now) {
  const { request_counts: { completed, failed: bad, total }, cost, expires_at: end, results_expire_at: kept } = batch;
  const until = isRunning(batch) ? end : kept;
  return [
    isCounted(batch) ? t("batches.over", { over: completed, total }) : [],
    bad ? counted("batches.bad", bad) : [],
    cost?.neurons ? `${neuronsText(cost.neurons)}, ${dollars(cost.usd)}` : [],
    until && until * 1000 > now
      ? t(isRunning(batch) ? "batches.until" : "batches.kept", { when: dayAndHour(until) }) : [],
    batch.metadata?.title ? [] : batch.id,
  ].flat().join(" · ");
}

/**
 * @param {Batch} batch
 * @param {number} now
 */
function waiting({ resumes_at: at, waits_for: code }, now) {
  const reason = `batches.waits.${code}`;
  const values = { when: dayAndHour(at ?? 0), relative: fromNow(at ?? 0, now) };
  return html`<p class="waits">${t(has(reason) ? reason : "batches.waits.other", values)}</p>`;
}

/** Why it was not begun.
 *
 * @param {Batch} batch
 */
const reasons = ({ errors }) => html`
  <ul class="reasons">
    ${(errors?.data ?? []).slice(0, 10).map(({ line, message }) => html`
      <li>${line ? html`<b>${t("batches.line", { line: String(line) })}</b> ` : nothing}<span lang="en">${message}</span></li>`)}
  </ul>`;

/**
 * @param {Batch} batch
 * @param {BatchesDialog} open
 */
function actions(batch, { failed: shown, wanted }) {
  const { id, output_file_id: output, error_file_id: errors, request_counts: counts } = batch;
  return html`
    <div class="row">
      ${isOpen(batch) ? action("cancel", "cancel", batch, () => act.askWhether(id)) : nothing}
      ${!isOfPage(batch) && counts.completed && !wanted.includes(id)
        ? action("take", "batches.take", batch, () => act.take(batch)) : nothing}
      ${output ? action("output", "batches.output", batch, () => act.download(output)) : nothing}
      ${errors && !shown[id] ? action("errors", "batches.errors", batch, () => act.showFailed(batch)) : nothing}
      ${errors && shown[id] ? action("file", "batches.errorFile", batch, () => act.download(errors)) : nothing}
    </div>`;
}

/** The title is in its label, since each row has the same buttons.
 *
 * @param {string} what
 * @param {string} words
 * @param {Batch} batch
 * @param {() => void} perform
 */
const action = (what, words, batch, perform) => html`
  <button class="small" id="${what}-${batch.id}" aria-label=${t("batches.action", { action: t(words), title: nameOf(batch) })}
    @click=${perform}>${what === "output" ? icon("download") : nothing}${t(words)}</button>`;

/** Before what cannot be taken back.
 *
 * @param {Batch} batch
 */
const question = ({ id }) => html`
  <div class="question" role="group" aria-labelledby="batch-question">
    <p id="batch-question">${t("batches.cancel.ask")}</p>
    <div class="row">
      <button class="small" id="batch-yes" @click=${() => act.cancel(id)}>${t("batches.cancel.yes")}</button>
      <button class="small quiet" id="batch-no" @click=${() => act.leaveIt(id)}>${t("batches.cancel.no")}</button>
    </div>
  </div>`;
