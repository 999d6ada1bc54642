/** What opens over the page: one result, several beside each other, code, the key, how to set up. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { LANGUAGES, write } from "../code.js";
import { bytes, dollars, moment, number, seconds, t } from "../language.js";
import { toSettings } from "../request.js";
import { urlOf } from "../urls.js";
import { icon } from "./icons.js";
import { dialog, sizeText } from "./parts.js";

const DIALOGS = { view: viewer, compare: comparison, code, key, setup };

export const openDialog = (state, act) =>
  (state.dialog ? DIALOGS[state.dialog.name](state, act) : nothing);

// One result

function viewer({ results, dialog: { id, isZoomed } }, act) {
  const index = results.findIndex((result) => result.id === id);
  const result = results[index];
  if (!result) return nothing;
  return dialog({ name: "view", title: t("result"), act, className: "viewer" }, html`
    <div class="looking" data-zoomed=${Boolean(isZoomed)}>
      <button class="canvas" aria-pressed=${Boolean(isZoomed)} aria-label=${t("zoom")} @click=${act.toggleZoom}>
        <img src=${urlOf(result.blob)} alt=${shownPrompt(result.asked)}>
      </button>
      ${index > 0 ? turn("left", results[index - 1], act) : nothing}
      ${index < results.length - 1 ? turn("right", results[index + 1], act) : nothing}
    </div>
    <div class="about">
      ${promptOf(result, act)}
      ${sources(result)}
      <div class="actions">
        <button class="main" @click=${() => act.download(result)}>${icon("download")}${t("download")}</button>
        <button @click=${() => act.copyImage(result)}>${icon("copy")}${t("copy")}</button>
        <button @click=${() => act.useAsReference(result)}>${icon("image")}${t("useAsReference")}</button>
        <button class="wide" @click=${() => act.reuse(result)}>${icon("again")}${t("reuse")}</button>
        <button @click=${() => act.showResultAsCode(result)}>${icon("code")}${t("code.show")}</button>
        <button @click=${() => act.remove([result])}>${icon("bin")}${t("delete")}</button>
      </div>
      ${parameters(result)}
    </div>`);
}

const turn = (drawing, { id }, act) => html`
  <button class="turn square" data-to=${drawing} aria-label=${t(`view.${drawing}`)}
    @click=${() => act.view(id)}>${icon(drawing)}</button>`;

const shownPrompt = ({ mode, text, json }) => (mode === "json" ? json : text);

const promptOf = ({ asked }, act) => html`
  <div class="said">
    <p data-mode=${asked.mode} dir="auto">${shownPrompt(asked)}</p>
    <button class="small" @click=${() => act.copyText(shownPrompt(asked))}>${icon("copy")}${t("copyPrompt")}</button>
  </div>`;

const sources = ({ references }) => (references.length ? html`
  <ul class="references still">
    ${references.map(({ blob, width, height }, index) => html`
      <li><img src=${urlOf(blob)} alt=${t("references.preview", { index, width, height })}></li>`)}
  </ul>` : nothing);

/** [words, asked, actual] for each parameter. */
const table = ({ asked, actual, created, seconds: took, blob }) => {
  const fields = toSettings(asked);
  return [
    ["model", fields.model, actual.model.split("/").at(-1)],
    ["size", sizeText(fields.size), sizeText(actual.size)],
    ["steps", fields.steps ?? "", number(actual.steps)],
    ["guidance", fields.guidance ?? "", ""],
    ["seed", String(fields.seed ?? t("seed.random")), String(actual.seed)],
    ["format", "", `${actual.format.toUpperCase()}, ${bytes(blob.size)}`],
    ["cost", "", `${t("cost.neurons", { neurons: number(actual.cost.neurons) })}, ${dollars(actual.cost.usd)}`],
    ["took", "", took ? seconds(Math.round(took * 10) / 10) : ""],
    ["created", "", moment(created)],
  ];
};

const parameters = (result) => html`
  <table>
    <thead><tr><td></td><th scope="col">${t("asked")}</th><th scope="col">${t("actual")}</th></tr></thead>
    <tbody>
      ${table(result).map(([name, asked, actual]) => html`
        <tr><th scope="row">${t(name)}</th><td>${asked}</td><td>${actual}</td></tr>`)}
    </tbody>
  </table>`;

// Several beside each other

function comparison({ results, dialog: { ids } }, act) {
  const chosen = ids.map((id) => results.find((result) => result.id === id)).filter(Boolean);
  const rows = chosen.map((result) => [["prompt", shownPrompt(result.asked)], ...table(result)
    .map(([name, asked, actual]) => [name, actual || asked])]);
  const differing = rows[0]?.map((_, index) => rows.map((row) => row[index]))
    .filter((cells) => new Set(cells.map(([, value]) => value)).size > 1) ?? [];
  return dialog({ name: "compare", title: t("compare"), act, className: "comparison" }, html`
    <div class="columns" data-count=${chosen.length}>
      ${repeat(chosen, ({ id }) => id, (result, index) => html`
        <figure>
          <img src=${urlOf(result.blob)} alt=${shownPrompt(result.asked)}>
          <figcaption><b>${index + 1}</b>
            <button class="small" @click=${() => act.view(result.id)}>${t("view")}</button></figcaption>
        </figure>`)}
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("compare.differences")}>
      <table>
        <thead><tr><td></td>${chosen.map((_, index) => html`<th scope="col">${index + 1}</th>`)}</tr></thead>
        <tbody>
          ${differing.map((cells) => html`
            <tr><th scope="row">${t(cells[0][0])}</th>${cells.map(([, value]) => html`<td>${value}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>`);
}

// Code

function code({ dialog: { request, language = "curl" } }, act) {
  const text = write(language, request);
  return dialog({ name: "code", title: t("code"), act, className: "code" }, html`
    <div class="segments" role="group" aria-label=${t("code.language")}>
      ${Object.entries(LANGUAGES).map(([id, { name }]) => html`
        <button aria-pressed=${id === language} @click=${() => act.chooseCode(id)}>${name}</button>`)}
    </div>
    <pre tabindex="0"><code>${text}</code></pre>
    <div class="row">
      <button class="main" @click=${() => act.copyText(text)}>${icon("copy")}${t("code.copy")}</button>
      ${request.references.length ? html`
        <button @click=${() => act.downloadReferences(request.references)}>
          ${icon("download")}${t("code.references")}</button>` : nothing}
    </div>
    <p class="hint">${t("code.key")}</p>`);
}

// The key

function key({ key: value, keyState, keyProblem, dialog: { isShown } }, act) {
  return dialog({ name: "key", title: t("key"), act }, html`
    <form class="field" autocomplete="off" @submit=${act.saveKey}>
      <p class="hint">${t("key.what")}</p>
      <label for="key">${t("key.label")}</label>
      <div class="row">
        <input id="key" name="key" type=${isShown ? "text" : "password"} autocomplete="off" spellcheck="false"
          autocapitalize="none" aria-invalid=${Boolean(keyProblem)} aria-describedby="key-problem"
          .defaultValue=${value} autofocus>
        <button type="button" @click=${act.toggleKeyShown}>${t(isShown ? "key.hide" : "key.show")}</button>
      </div>
      <p class="complaint" id="key-problem" role="alert">${keyProblem ? t(keyProblem) : nothing}</p>
      <div class="row">
        <button class="main">${t("key.save")}</button>
        ${keyState === "none" ? nothing : html`
          <button type="button" @click=${act.forgetKey}>${t("key.forget")}</button>`}
      </div>
    </form>`);
}

// How to set up

const WHAT = { CF_API_TOKEN: "setup.token", ACCOUNT: "setup.account", API_MASTER_KEY: "setup.master" };

function setup({ health }, act) {
  if (health.light === "unreachable") {
    return dialog({ name: "setup", title: t("health.unreachable"), act }, html`<p>${t("setup.unreachable")}</p>
      <div class="row"><button class="main" @click=${act.checkHealth}>${t("setup.check")}</button></div>`);
  }
  return dialog({ name: "setup", title: t("setup"), act }, html`
    <dl class="missing">
      ${health.missing.map((name) => html`<dt><code>${name}</code></dt><dd>${t(WHAT[name])}</dd>`)}
    </dl>
    <p>${t("setup.dashboard")}</p>
    <pre tabindex="0"><code>${health.missing.map((name) => `npx wrangler secret put ${name}`).join("\n")}</code></pre>
    <p>${t("setup.local")}</p>
    <div class="row"><button class="main" @click=${act.checkHealth}>${t("setup.check")}</button></div>`);
}
