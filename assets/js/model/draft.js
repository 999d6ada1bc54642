/** What is being composed: defaults, and what is wrong with it before it is sent. */

import { GUIDANCE, LARGEST_SEED, LONGEST_PROMPT, MODELS, N, SIDE } from "./catalog.js";
import { readPrompt, saysNothing } from "./json-prompt.js";
import { modelNamed } from "./price.js";

/** @import { Draft, Phrase } from "./state.js" */

export const SIZES = [
  "1024x1024", "1024x768", "768x1024", "1280x720", "1536x1024", "1920x1080", "2048x2048",
];
/** What an image can be converted to. */
export const FORMATS = ["png", "jpeg", "webp"];
/** Fewer than 10 steps look unfinished; the API takes them. */
export const STEPS = [10, 50];

/** @type {Readonly<Draft>} */
export const DEFAULTS = Object.freeze({
  mode: "text",
  text: "",
  json: "",
  model: MODELS[0].name,
  width: "1024",
  height: "1024",
  free: false,
  steps: "25",
  guidance: "",
  seed: "",
  locked: false,
  n: "1",
  format: "",
});

/** A draft from elsewhere: known fields of the right type over the defaults.
 *
 * @param {any} given
 * @returns {Draft}
 */
export function adopt(given) {
  const known = Object.entries(DEFAULTS)
    .filter(([name, value]) => typeof given?.[name] === typeof value)
    .map(([name]) => [name, given[name]]);
  /** @type {Draft} */
  const draft = { ...DEFAULTS, ...Object.fromEntries(known) };
  const free = draft.free || !SIZES.includes(`${draft.width}x${draft.height}`);
  const format = FORMATS.includes(draft.format) ? draft.format : "";
  return { ...draft, free, format, model: modelNamed(draft.model).name };
}

/** Whether there is nothing in it that somebody has typed.
 *
 * @param {Draft} draft
 */
export const isBlank = ({ text, json }) => !text.trim() && !json.trim();

/** @typedef {"width" | "height" | "steps" | "guidance" | "n" | "seed"} NumberName */
/** @typedef {Partial<Record<NumberName | "prompt", Phrase>>} Problems */

/**
 * @type {Record<NumberName, {limits: number[], whole?: boolean, optional?: boolean,
 *   applies?: (draft: Draft) => boolean}>}
 */
const NUMBERS = {
  width: { limits: SIDE, whole: true },
  height: { limits: SIDE, whole: true },
  steps: { limits: STEPS, whole: true, applies: (draft) => !modelNamed(draft.model).fixedSteps },
  guidance: { limits: GUIDANCE, optional: true, applies: (draft) => modelNamed(draft.model).guided },
  n: { limits: N, whole: true },
  seed: { limits: [0, LARGEST_SEED], whole: true, applies: (draft) => draft.locked },
};

/** Field -> the words that say what is wrong with it, in the order of the page.
 *
 * @param {Draft} draft
 * @returns {Problems}
 */
export function problems(draft) {
  const names = /** @type {NumberName[]} */ (Object.keys(NUMBERS));
  const found = [
    ["prompt", promptProblem(draft)],
    ...names.map((name) => [name, numberProblem(draft, name)]),
    ["seed", numberProblem(draft, "seed") ?? seedProblem(draft)],
  ];
  return Object.fromEntries(found.filter(([, problem]) => problem));
}

/**
 * @param {Draft} draft
 * @returns {Phrase | null}
 */
function promptProblem(draft) {
  const text = draft[draft.mode];
  const length = [...text].length;
  if (length > LONGEST_PROMPT) {
    return { name: "problem.long", values: { length, most: LONGEST_PROMPT } };
  }
  if (draft.mode === "text") return text.trim() ? null : { name: "problem.blank" };
  const { value, problem } = readPrompt(text);
  if (problem) return { name: "problem.json" };
  return saysNothing(value) ? { name: "problem.blank" } : null;
}

/**
 * @param {Draft} draft
 * @param {NumberName} name
 * @returns {Phrase | null}
 */
function numberProblem(draft, name) {
  const { limits: [low, high], whole, optional, applies } = NUMBERS[name];
  const text = draft[name].trim();
  if ((applies && !applies(draft)) || (optional && !text)) return null;
  const value = Number(text);
  const kind = whole ? /^\d+$/ : /^(?:\d+\.?\d*|\.\d+)$/;
  if (kind.test(text) && value >= low && value <= high) return null;
  return { name: whole ? "problem.whole" : "problem.number", values: { low, high } };
}

/** The images of one job have the seeds seed, seed+1, …, and all must be valid.
 *
 * @param {Draft} draft
 * @returns {Phrase | null}
 */
function seedProblem(draft) {
  const highest = LARGEST_SEED - Number(draft.n) + 1;
  if (!draft.locked || !(Number(draft.seed) > highest)) return null;
  return { name: "problem.whole", values: { low: 0, high: highest } };
}
