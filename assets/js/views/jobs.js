/** What is being made, what waits, and what did not work. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import * as act from "../actions/all.js";
import { toggleNotifies } from "../actions/notify.js";
import { canNotify } from "../browser/notifications.js";
import { urlOf } from "../browser/urls.js";
import { usualSeconds } from "../model/gallery.js";
import { titleOf } from "../model/names.js";
import { isWaiting } from "../model/queue.js";
import { toSettings } from "../model/request.js";
import { store } from "../model/store.js";
import { clock, workOf } from "../model/work.js";
import { counted, has, seconds, t } from "../words/language.js";
import { failure, failureState } from "./failure.js";
import { icon } from "./icons.js";
import { elapsed, ratioOf, sizeText } from "./parts.js";

/** @import { Job, State } from "../model/state.js" */

/** @param {State} state */
export const all = (state) => (state.jobs.length ? html`
  <section class="jobs" tabindex="-1" aria-label=${t("jobs")}>
    <h2 class="unseen">${t("jobs")}</h2>
    ${together(state)}
    ${repeat(state.jobs, ({ id }) => id, (job) => card(job, state))}
    ${state.paused && isWaiting(state.jobs) ? pause(state) : nothing}
  </section>` : nothing);

/** What can be done with several at once, and whether to tell when they are done.
 *
 * @param {State} state
 */
function together({ jobs, resumesAt, notifies }) {
  const { running, waiting, failed } = workOf({ jobs, resumesAt });
  const goesOn = running + waiting;
  if (!goesOn && failed < 2) return nothing;
  return html`
    <div class="together">
      ${goesOn && canNotify() ? html`
        <label class="switch"><input type="checkbox" role="switch" .checked=${live(notifies)}
          @change=${toggleNotifies}>${t("jobs.notifies")}</label>` : nothing}
      <div class="row">
        ${goesOn > 1 ? small("jobs.cancelAll", act.cancelAll) : nothing}
        ${failed > 1 ? [small("jobs.retryAll", act.retryAll), small("jobs.dismissAll", act.dismissAll)] : nothing}
      </div>
    </div>`;
}

/**
 * @param {string} name of the words
 * @param {() => void} action
 */
const small = (name, action) => html`<button class="small" @click=${action}>${t(name)}</button>`;

/** Why the queue waits, and until when.
 *
 * @param {State} state
 */
function pause({ paused, resumesAt, now }) {
  const reason = has(`jobs.paused.${paused}`) ? `jobs.paused.${paused}` : "jobs.paused";
  const until = paused === "unreachable" ? "jobs.looks" : "jobs.again";
  return html`
    <div class="paused">
      <p>${t(reason)}${resumesAt === null ? nothing : html` <span>${t(until, { time: clock(resumesAt - now) })}</span>`}</p>
      ${small(reason === "jobs.paused" ? "jobs.resume" : "jobs.now", () => act.resume(true))}
    </div>`;
}

function showJobs() {
  act.show("gallery");
  store.ask({ name: "showJobs" });
}

/** How it is with them in one line, which leads to them.
 *
 * @param {State} state
 */
export function told({ jobs, resumesAt, now }) {
  const { running, waiting, failed, since, until } = workOf({ jobs, resumesAt });
  if (!jobs.length) return nothing;
  const counts = Object.entries({ running, waiting, failed })
    .flatMap(([name, count]) => (count ? [t(`jobs.count.${name}`, { count })] : []));
  const time = until ? clock(until - now) : since ? clock(now - since) : "";
  const text = [...counts, time].filter(Boolean).join(" · ");
  return html`
    <button type="button" class="small work" data-state=${running ? "running" : failed ? "failed" : "waiting"}
      title=${t("jobs.show", { told: text })} @click=${showJobs}>${text}${icon("up")}</button>`;
}

/**
 * @param {Job} job
 * @param {State} state
 */
const card = (job, state) => html`
  <article class="job" data-state=${job.state} aria-busy=${job.state === "running"}>
    <header>
      <div>
        <h3 dir="auto">${titleOf(job.draft)}</h3>
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
