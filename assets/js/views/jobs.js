/** What is being made, what waits, and what did not work. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/all.js";
import { urlOf } from "../browser/urls.js";
import { usualSeconds } from "../model/gallery.js";
import { isWaiting } from "../model/queue.js";
import { toSettings } from "../model/request.js";
import { counted, seconds, t } from "../words/language.js";
import { failure, failureState } from "./failure.js";
import { elapsed, promptText, ratioOf, sizeText } from "./parts.js";

/** @import { Job, State } from "../model/types.js" */

/** @param {State} state */
export const jobs = (state) => (state.jobs.length ? html`
  <section class="jobs" aria-label=${t("jobs")}>
    ${repeat(state.jobs, ({ id }) => id, (job) => card(job, state))}
    ${state.paused && isWaiting(state.jobs) ? html`
      <p class="paused">${t("jobs.paused")}
        <button class="small" @click=${act.resume}>${t("jobs.resume")}</button></p>` : nothing}
  </section>` : nothing);

/**
 * @param {Job} job
 * @param {State} state
 */
const card = (job, state) => html`
  <article class="job" data-state=${job.state} aria-busy=${job.state === "running"}>
    <header>
      <div>
        <h3 dir="auto">${promptText(job.draft)}</h3>
        <p class="hint">${facts(job)} · ${stateText(job, state)}</p>
      </div>
      ${job.state === "failed" ? nothing : html`
        <button class="small" @click=${() => act.cancel(job.id)}>${t("cancel")}</button>`}
    </header>
    ${job.state === "running" ? slots(job, state) : nothing}
    ${job.failure ? failure(job, job.failure) : nothing}
  </article>`;

/** @param {Job} job */
function facts({ draft, seeds }) {
  const { model, size } = toSettings(draft);
  return [t(`model.${model}`), sizeText(size), counted("images", seeds.length)].join(" · ");
}

/**
 * @param {Job} job
 * @param {State} state
 */
function stateText({ failure: reason, started }, { now }) {
  if (reason) return t(failureState(reason.code));
  return started === null ? t("jobs.queued") : elapsed(started, now);
}

/** A place for each image, of the shape that it will have.
 *
 * @param {Job} job
 * @param {State} state
 */
const slots = (job, state) => html`
  <div class="slots" .style=${`--ratio: ${ratioOf(toSettings(job.draft).size)}`}>
    ${job.seeds.map((seed, index) => slot(job, seed, index + 1, state))}
  </div>`;

/**
 * @param {Job} job
 * @param {number} seed
 * @param {number} position from 1
 * @param {State} state
 */
const slot = (job, seed, position, state) =>
  (job.arrived.includes(seed) ? fullSlot(job, seed, position, state) : emptySlot(job, position, state));

/**
 * @param {Job} job
 * @param {number} seed
 * @param {number} position
 * @param {State} state
 */
function fullSlot(job, seed, position, { results }) {
  const result = results.find((one) => one.job === job.id && one.actual.seed === seed);
  return html`<div class="slot" data-done>${result
    ? html`<img src=${urlOf(result.thumbnail ?? result.blob)} alt=${t("jobs.done", { number: position })}>`
    : nothing}</div>`;
}

/**
 * @param {Job} job
 * @param {number} position
 * @param {State} state
 */
function emptySlot({ draft, started }, position, { now, results }) {
  const began = started ?? now;
  const usual = usualSeconds(draft, results);
  const passed = (now - began) / 1000;
  return html`
    <div class="slot">
      <span>${elapsed(began, now)}</span>
      ${usual ? html`<span class="hint">${t("jobs.usual", { seconds: seconds(usual) })}</span>` : nothing}
      <progress aria-label=${t("jobs.progress", { number: position })} max="1"
        value=${usual ? Math.min(passed / usual, 0.95) : nothing}></progress>
    </div>`;
}
