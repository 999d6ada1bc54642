/** JSON prompting: a form and the JSON itself, each following the other. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { CAMERA, POSITIONS, SUBJECT, TEXTS, longColour, readPrompt, valueAt } from "../json-prompt.js";
import { has, t } from "../language.js";
import { icon } from "./icons.js";

const NEW_COLOUR = "#f3a65a";

/** Safari says 229 for the key that ends a composition. */
const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** While the JSON has an error, the form shows what it said before, and waits. */
export function jsonPrompt({ draft, readableJson }, wrong, act) {
  const { problem, doubts } = readPrompt(draft.json);
  const { value } = readPrompt(problem ? readableJson : draft.json);
  return html`
    <div class="json">
      <fieldset class="json-form" ?disabled=${Boolean(problem)} aria-label=${t("json.form")}>
        ${problem ? html`<p class="hint">${t("json.mendFirst")}</p>` : nothing}
        ${text(value, ["scene"], act, { rows: 2 })}
        ${subjects(value, act)}
        ${text(value, ["style"], act)}
        ${palette(value, act)}
        ${TEXTS.slice(2).map((name) => text(value, [name], act))}
        ${camera(value, act)}
        ${effects(value, act)}
      </fieldset>
      ${raw(draft, wrong, problem, doubts, act)}
    </div>`;
}

const label = (name) => (has(`json.${name}`) ? t(`json.${name}`) : name);

/** A field of text; a number stays one. What is of another type is left to the JSON. */
function text(value, path, act, { rows = 1 } = {}) {
  const found = valueAt(value, path);
  const name = path.at(-1);
  const id = `json-${path.join("-")}`;
  if (!["string", "number", "undefined"].includes(typeof found)) return byHand(name);
  const change = ({ target }) =>
    act.editJson(path, target.value === "" ? undefined : asBefore(found, target.value));
  return html`
    <div class="field minor">
      <label for=${id}>${label(name)}</label>
      <textarea id=${id} rows=${rows} class="line" dir="auto" .value=${live(String(found ?? ""))} @input=${change}></textarea>
    </div>`;
}

const asBefore = (before, typed) =>
  typeof before === "number" && String(Number(typed)) === typed ? Number(typed) : typed;

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

const byHand = (name) => html`<p class="hint">${t("json.byHand", { name: label(name) })}</p>`;

const group = (name, content) => html`
  <fieldset class="group"><legend>${label(name)}</legend>${content}</fieldset>`;

const add = (words, action) => html`
  <button type="button" class="small" @click=${action}>${icon("plus")}${t(words)}</button>`;

const removal = (words, action) => html`
  <button type="button" class="small square" aria-label=${words} @click=${action}>${icon("cross")}</button>`;

function subjects(value, act) {
  const items = value.subjects ?? [];
  if (!Array.isArray(items)) return byHand("subjects");
  return group("subjects", html`
    ${items.map((_, index) => subject(value, index, act))}
    ${add("json.addSubject", () => act.editJson(["subjects", items.length], {}))}`);
}

function subject(value, index, act) {
  const path = ["subjects", index];
  const found = valueAt(value, path);
  if (typeof found !== "object" || found === null || Array.isArray(found)) return byHand("subject");
  const number = index + 1;
  return html`
    <fieldset class="subject">
      <legend>${t("json.subject", { number })}</legend>
      ${removal(t("json.removeSubject", { number }), () => act.removeJsonItem("subjects", index))}
      ${SUBJECT.map((name) => text(value, [...path, name], act))}
      ${position(value, [...path, "position"], act)}
    </fieldset>`;
}

function position(value, path, act) {
  const found = valueAt(value, path);
  if (!["string", "undefined"].includes(typeof found)) return byHand("position");
  const choices = found && !POSITIONS.includes(found) ? [...POSITIONS, found] : POSITIONS;
  const id = `json-${path.join("-")}`;
  return html`
    <div class="field minor">
      <label for=${id}>${label("position")}</label>
      <select id=${id} .value=${live(found ?? "")}
        @change=${({ target }) => act.editJson(path, target.value || undefined)}>
        <option value="" ?selected=${!found}>${t("json.anywhere")}</option>
        ${choices.map((choice) => html`
          <option value=${choice} ?selected=${choice === found}>
            ${has(`json.position.${choice}`) ? t(`json.position.${choice}`) : choice}</option>`)}
      </select>
    </div>`;
}

function palette(value, act) {
  const colours = value.color_palette ?? [];
  if (!Array.isArray(colours)) return byHand("color_palette");
  return group("color_palette", html`
    <div class="palette">
      ${colours.map((colour, index) => swatch(colour, index, act))}
      ${add("json.addColour", () => act.editJson(["color_palette", colours.length], NEW_COLOUR))}
    </div>`);
}

function swatch(colour, index, act) {
  const long = longColour(colour);
  const name = t("json.colour", { number: index + 1 });
  return html`
    <span class="swatch">
      ${long ? html`<input type="color" aria-label=${name} .value=${live(long)}
        @input=${({ target }) => act.editJson(["color_palette", index], target.value)}>` : nothing}
      <span>${shown(colour)}</span>
      ${removal(t("json.removeColour", { number: index + 1 }), () => act.removeJsonItem("color_palette", index))}
    </span>`;
}

function camera(value, act) {
  const found = value.camera ?? {};
  if (typeof found !== "object" || Array.isArray(found)) return byHand("camera");
  return group("camera", html`
    <div class="grid">${CAMERA.map((name) => text(value, ["camera", name], act))}</div>`);
}

function effects(value, act) {
  const items = value.effects ?? [];
  if (!Array.isArray(items)) return byHand("effects");
  const next = items.length;
  return group("effects", html`
    <div class="chips">
      ${items.map((effect, index) => html`
        <span class="swatch"><span>${shown(effect)}</span>
          ${removal(t("json.removeEffect", { number: index + 1 }), () => act.removeJsonItem("effects", index))}
        </span>`)}
    </div>
    <input id="json-effects" aria-label=${t("json.addEffect")} placeholder=${t("json.addEffect")}
      @keydown=${(event) => {
        if (event.key !== "Enter" || event.ctrlKey || event.metaKey || isComposing(event)) return;
        event.preventDefault();
        adopt(event.target);
      }}
      @change=${({ target }) => adopt(target)} @leave=${({ target }) => adopt(target)}>`);

  function adopt(input) {
    const effect = input.value.trim();
    input.value = "";
    if (effect) act.editJson(["effects", next], effect);
  }
}

// The JSON itself, with what is wrong marked where it is: a copy of the text lies under it.

const raw = (draft, wrong, problem, doubts, act) => html`
  <div class="json-raw">
    <label for="prompt">${t("json.raw")}</label>
    <div class="editor">
      <pre aria-hidden="true">${marked(draft.json, problem ?? doubts[0], Boolean(problem))}</pre>
      <textarea id="prompt" spellcheck="false" autocapitalize="none" wrap="soft"
        aria-invalid=${Boolean(problem || wrong)} aria-describedby="prompt-problem"
        placeholder='{"scene": "…"}' dir="auto" @scroll=${follow} .value=${live(draft.json)}
        @input=${({ target }) => act.edit({ json: target.value })}></textarea>
    </div>
    <div id="prompt-problem" class="places">
      ${problem ? place(problem, "complaint", act) : doubts.map((doubt) => place(doubt, "hint", act))}
      ${wrong && !problem ? html`<p class="complaint">${t(wrong.name, wrong.values)}</p>` : nothing}
    </div>
    ${draft.json.trim() === "" && draft.text.trim() ? html`
      <button type="button" class="small" @click=${act.textToScene}>${t("json.fromText")}</button>` : nothing}
  </div>`;

/** Where a browser cannot grow the box with its text, the box scrolls, and the copy with it. */
const follow = ({ target }) => {
  target.previousElementSibling.scrollTop = target.scrollTop;
};

function marked(text, place, isProblem) {
  if (!place) return text;
  const [before, rest] = [text.slice(0, place.offset), text.slice(place.offset)];
  const [token] = /^(?:"[^"\n]*"?|[\w.+-]+|.)?/u.exec(rest);
  return html`${before}<mark data-bad=${isProblem}>${token || " "}</mark>${rest.slice(token.length)} `;
}

const place = ({ what, line, column, offset, path }, className, act) => html`
  <p class=${className}>
    <button type="button" class="link" @click=${() => act.goTo(offset)}>${t("json.place", { line, column })}</button>
    ${t(`json.wrong.${what}`, { path: path?.slice(1).replaceAll("/", ".") ?? "" })}
  </p>`;
