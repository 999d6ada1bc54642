/** What is being made, what waits, and what did not work. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { counted, has, seconds, t } from "../language.js";
import { toSettings } from "../request.js";
import { urlOf } from "../urls.js";
import { icon } from "./icons.js";
import { elapsed, promptText, ratioOf, sizeText } from "./parts.js";

export const jobs = (state, act) => (state.jobs.length ? html`
  <section class="jobs" aria-label=${t("jobs")}>
    ${repeat(state.jobs, ({ id }) => id, (job) => card(job, state, act))}
    ${state.paused && state.jobs.some((job) => job.state === "queued") ? html`
      <p class="paused">${t("jobs.paused")}
        <button class="small" @click=${act.resume}>${t("jobs.resume")}</button></p>` : nothing}
  </section>` : nothing);

const card = (job, state, act) => html`
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
    ${job.state === "failed" ? failure(job, act) : nothing}
  </article>`;

function facts({ draft, seeds }) {
  const { model, size } = toSettings(draft);
  return [t(`model.${model}`), sizeText(size), counted("images", seeds.length)].join(" · ");
}

function stateText(job, { now }) {
  if (job.state === "running") return elapsed(job.started, now);
  return t(job.failure ? failureState(job.failure.code) : "jobs.queued");
}

/** What did not fail, but was ended. */
const ENDED = ["cancelled", "interrupted", "waited"];

const failureState = (code) => (ENDED.includes(code) ? `jobs.${code}` : "jobs.failed");

/** A place for each image, of the shape that it will have. */
const slots = (job, state) => html`
  <div class="slots" .style=${`--ratio: ${ratioOf(toSettings(job.draft).size)}`}>
    ${job.seeds.map((seed, index) => slot(job, seed, index, state))}
  </div>`;

function slot(job, seed, index, { now, results }) {
  if (job.arrived.includes(seed)) {
    const result = results.find((one) => one.job === job.id && one.actual.seed === seed);
    return html`<div class="slot" data-done>${result
      ? html`<img src=${urlOf(result.thumbnail ?? result.blob)} alt=${t("jobs.done", { number: index + 1 })}>`
      : nothing}</div>`;
  }
  const usual = usualSeconds(job, results);
  const passed = (now - job.started) / 1000;
  return html`
    <div class="slot">
      <span>${elapsed(job.started, now)}</span>
      ${usual ? html`<span class="hint">${t("jobs.usual", { seconds: seconds(usual) })}</span>` : nothing}
      <progress aria-label=${t("jobs.progress", { number: index + 1 })} max="1"
        value=${usual ? Math.min(passed / usual, 0.95) : nothing}></progress>
    </div>`;
}

/** How long the last image of this kind took; undefined if there was none. */
function usualSeconds({ draft }, results) {
  const { model, size, steps } = toSettings(draft);
  const like = results.find(({ asked, actual }) =>
    asked.model === model && actual.size === size && (!steps || actual.steps === steps));
  return like?.seconds ? Math.max(1, Math.round(like.seconds)) : undefined;
}

function failure(job, act) {
  const { code, message = "", retryAfter } = job.failure;
  const arrived = job.arrived.length;
  const isOurs = ENDED.includes(code);
  return html`
    <div class="failure" data-code=${code} role=${isOurs ? "group" : "alert"}>
      ${isOurs ? (code === "cancelled" ? nothing : html`<p>${t(`error.${code}`)}</p>`) : html`
        <p>${t(has(`error.${code}`) ? `error.${code}` : "error.other")}</p>
        ${message ? html`<p class="hint" lang="en">${message}</p>` : nothing}
        ${retryAfter ? html`<p>${t("error.retryAfter", { seconds: retryAfter })}</p>` : nothing}`}
      ${arrived ? html`<p>${counted("error.arrived", arrived)}</p>` : nothing}
      <div class="row">
        <button class="small" @click=${() => act.retry(job.id)}>${icon("again")}${t("jobs.retry")}</button>
        <button class="small" @click=${() => act.editJob(job)}>${t("jobs.edit")}</button>
        ${code === "invalid_api_key" ? html`
          <button class="small" @click=${act.openKey}>${icon("key")}${t("key.change")}</button>` : nothing}
        ${code === "configuration_error" ? html`
          <button class="small" @click=${act.openSetup}>${t("health.how")}</button>` : nothing}
        <button class="small" @click=${() => act.dismiss(job.id)}>${t("jobs.dismiss")}</button>
      </div>
    </div>`;
}
