/** From a draft to the fields of the API, for sending and for showing as code. */

import { readPrompt } from "./json-prompt.js";
import { modelNamed } from "./price.js";

/** @import { Draft } from "./state.js" */
/** @import { Fields, Settings } from "./wire.js" */

/** The fields of `POST /v1/images/generations`. The draft must be without problems.
 *
 * @param {Draft} draft
 * @returns {Fields}
 */
export const toFields = (draft) => ({
  prompt: draft.mode === "json" ? readPrompt(draft.json).value : draft.text,
  ...toSettings(draft),
});

/** All of them but the prompt; only those that do something for the model.
 *
 * @param {Draft} draft
 */
export function toSettings(draft) {
  const model = modelNamed(draft.model);
  /** @type {Settings} */
  const fields = {
    model: model.name,
    size: `${Number(draft.width)}x${Number(draft.height)}`,
  };
  if (!model.fixedSteps) fields.steps = Number(draft.steps);
  if (model.guided && draft.guidance.trim()) fields.guidance = Number(draft.guidance);
  if (draft.locked) fields.seed = Number(draft.seed);
  if (draft.format) fields.output_format = draft.format;
  if (Number(draft.n) > 1) fields.n = Number(draft.n);
  return fields;
}

/** As a form carries it: an object as JSON, numbers in digits.
 *
 * @param {unknown} value
 */
export const asText = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
