/** From a draft to the fields of the API, for sending and for showing as code. */

import { readPrompt } from "./json-prompt.js";
import { modelNamed } from "./price.js";

/** The fields of `POST /v1/images/generations`. The draft must be without problems.
 *
 * `prompt` is a string, or an object for JSON prompting.
 */
export const toFields = (draft) => ({
  prompt: draft.mode === "json" ? readPrompt(draft.json).value : draft.text,
  ...toSettings(draft),
});

/** All of them but the prompt; only those that do something for the model. */
export function toSettings(draft) {
  const model = modelNamed(draft.model);
  const fields = {
    model: model.name,
    size: `${Number(draft.width)}x${Number(draft.height)}`,
  };
  if (!model.fixedSteps) fields.steps = Number(draft.steps);
  if (model.guided && draft.guidance.trim()) fields.guidance = Number(draft.guidance);
  if (draft.locked) fields.seed = Number(draft.seed);
  if (Number(draft.n) > 1) fields.n = Number(draft.n);
  return fields;
}

/** As a form carries it: an object as JSON, numbers in digits. */
export const asText = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

const TYPES = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif" };
export const extension = (type) => TYPES[type] ?? "bin";

/** What the reference images are called where they need a name: reference-0.jpg, … */
export const referenceName = (reference, index) =>
  `reference-${index}.${extension(reference.blob.type)}`;
