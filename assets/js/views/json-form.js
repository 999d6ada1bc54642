/** A JSON prompt as a form; what it does not know the shape of, it leaves to the JSON. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { live } from "/vendor/lit-html/directives/live.js";
import { editJson, removeJsonItem } from "../actions/json.js";
import { longColour, valueAt } from "../model/json-edits.js";
import { CAMERA, POSITIONS, SUBJECT, TEXTS } from "../model/json-prompt.js";
import { has, t } from "../words/language.js";
import { icon } from "./icons.js";
import { button, typed } from "./parts.js";

/** @import { JsonPath } from "../model/state.js" */
/** @import { JsonObject, JsonValue } from "../model/wire.js" */

const NEW_COLOUR = "#f3a65a";

/**
 * @param {JsonObject} value
 * @param {boolean} isWaiting until the JSON is mended
 */
export const jsonForm = (value, isWaiting) => html`
  <fieldset class="json-form" ?disabled=${isWaiting} aria-label=${t("json.form")}>
    ${isWaiting ? html`<p class="hint">${t("json.mendFirst")}</p>` : nothing}
    ${text(value, ["scene"], 2)}
    ${subjects(value)}
    ${text(value, ["style"])}
    ${palette(value)}
    ${TEXTS.slice(2).map((name) => text(value, [name]))}
    ${camera(value)}
    ${effects(value)}
  </fieldset>`;

/** @param {string} name */
const label = (name) => (has(`json.${name}`) ? t(`json.${name}`) : name);

/** A field of text; a number stays one.
 *
 * @param {JsonObject} value
 * @param {JsonPath} path
 */
function text(value, path, rows = 1) {
  const found = valueAt(value, path);
  const name = String(path.at(-1));
  const id = `json-${path.join("-")}`;
  if (!["string", "number", "undefined"].includes(typeof found)) return byHand(name);
  const change = typed((words) => editJson(path, words === "" ? undefined : asBefore(found, words)));
  return html`
    <div class="field minor">
      <label for=${id}>${label(name)}</label>
      <textarea id=${id} rows=${rows} class="line" dir="auto" .value=${live(String(found ?? ""))} @input=${change}></textarea>
    </div>`;
}

/**
 * @param {JsonValue | undefined} before
 * @param {string} words
 */
const asBefore = (before, words) =>
  (typeof before === "number" && String(Number(words)) === words ? Number(words) : words);

/** @param {JsonValue} value */
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** @param {string} name */
const byHand = (name) => html`<p class="hint">${t("json.byHand", { name: label(name) })}</p>`;

/**
 * @param {string} name
 * @param {unknown} content
 */
const group = (name, content) => html`
  <fieldset class="group"><legend>${label(name)}</legend>${content}</fieldset>`;

/**
 * @param {string} words
 * @param {() => void} action
 */
const removal = (words, action) => html`
  <button type="button" class="small square" aria-label=${words} @click=${action}>${icon("cross")}</button>`;

/** @param {JsonObject} value */
function subjects(value) {
  const items = value.subjects ?? [];
  if (!Array.isArray(items)) return byHand("subjects");
  return group("subjects", html`
    ${items.map((_, index) => subject(value, index))}
    ${button("plus", "json.addSubject", () => editJson(["subjects", items.length], {}))}`);
}

/**
 * @param {JsonObject} value
 * @param {number} index
 */
function subject(value, index) {
  const path = ["subjects", index];
  const found = valueAt(value, path);
  if (typeof found !== "object" || found === null || Array.isArray(found)) return byHand("subject");
  const number = index + 1;
  return html`
    <fieldset class="subject">
      <legend>${t("json.subject", { number })}</legend>
      ${removal(t("json.removeSubject", { number }), () => removeJsonItem("subjects", index))}
      ${SUBJECT.map((name) => text(value, [...path, name]))}
      ${position(value, [...path, "position"])}
    </fieldset>`;
}

/**
 * @param {JsonObject} value
 * @param {JsonPath} path
 */
function position(value, path) {
  const found = valueAt(value, path);
  if (found !== undefined && typeof found !== "string") return byHand("position");
  const choices = found && !POSITIONS.includes(found) ? [...POSITIONS, found] : POSITIONS;
  const id = `json-${path.join("-")}`;
  return html`
    <div class="field minor">
      <label for=${id}>${label("position")}</label>
      <select id=${id} .value=${live(found ?? "")}
        @change=${typed((choice) => editJson(path, choice || undefined))}>
        <option value="" ?selected=${!found}>${t("json.anywhere")}</option>
        ${choices.map((choice) => html`
          <option value=${choice} ?selected=${choice === found}>
            ${has(`json.position.${choice}`) ? t(`json.position.${choice}`) : choice}</option>`)}
      </select>
    </div>`;
}

/** @param {JsonObject} value */
function palette(value) {
  const colours = value.color_palette ?? [];
  if (!Array.isArray(colours)) return byHand("color_palette");
  return group("color_palette", html`
    <div class="palette">
      ${colours.map((colour, index) => swatch(colour, index))}
      ${button("plus", "json.addColour", () => editJson(["color_palette", colours.length], NEW_COLOUR))}
    </div>`);
}

/**
 * @param {JsonValue} colour
 * @param {number} index
 */
function swatch(colour, index) {
  const long = longColour(colour);
  const name = t("json.colour", { number: index + 1 });
  return html`
    <span class="swatch">
      ${long ? html`<input type="color" aria-label=${name} .value=${live(long)}
        @input=${typed((chosen) => editJson(["color_palette", index], chosen))}>` : nothing}
      <span>${shown(colour)}</span>
      ${removal(t("json.removeColour", { number: index + 1 }), () => removeJsonItem("color_palette", index))}
    </span>`;
}

/** @param {JsonObject} value */
function camera(value) {
  const found = value.camera ?? {};
  if (typeof found !== "object" || Array.isArray(found)) return byHand("camera");
  return group("camera", html`
    <div class="grid">${CAMERA.map((name) => text(value, ["camera", name]))}</div>`);
}

/** @param {JsonObject} value */
function effects(value) {
  const items = value.effects ?? [];
  if (!Array.isArray(items)) return byHand("effects");
  return group("effects", html`
    <div class="chips">
      ${items.map((effect, index) => html`
        <span class="swatch"><span>${shown(effect)}</span>
          ${removal(t("json.removeEffect", { number: index + 1 }), () => removeJsonItem("effects", index))}
        </span>`)}
    </div>
    ${nextEffect((effect) => editJson(["effects", items.length], effect))}`);
}

/** A field that adds what is typed into it: with Enter, or when it is left.
 *
 * @param {(effect: string) => void} adopt
 */
function nextEffect(adopt) {
  const take = (/** @type {{target: HTMLInputElement}} */ { target }) => {
    const effect = target.value.trim();
    target.value = "";
    if (effect) adopt(effect);
  };
  const press = (/** @type {KeyboardEvent & {target: HTMLInputElement}} */ event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || isComposing(event)) return;
    event.preventDefault();
    take(event);
  };
  return html`
    <input id="json-effects" aria-label=${t("json.addEffect")} placeholder=${t("json.addEffect")}
      @keydown=${press} @change=${take} @leave=${take}>`;
}

/** Safari says 229 for the key that ends a composition.
 *
 * @param {KeyboardEvent} event
 */
const isComposing = (event) => event.isComposing || event.keyCode === 229;
