/** What images will cost; the same sum as `Model.neurons` in src/flux2/catalog.py. */

import { FREE_NEURONS_PER_DAY, MODELS, USD_PER_NEURON } from "./catalog.js";

/** @import { Draft } from "./state.js" */
/** @typedef {(typeof MODELS)[number]} Model */

/** The model of that name, or the first of all.
 *
 * @param {string} name
 * @returns {Model}
 */
export const modelNamed = (name) => MODELS.find((model) => model.name === name) ?? MODELS[0];

/** {neurons, usd, share}: of all `n` images; `share` of what is free a day, 1 being all of it.
 *
 * @param {{model: string, width: number, height: number, steps: number, n: number,
 *   references: number}} asked `references` says how many
 */
export function cost({ model, width, height, steps, n, references }) {
  const { price, fixedSteps } = modelNamed(model);
  const once = price.first + price.further * (units(price, width, height) - 1)
    + price.reference * references;
  const neurons = once * n * (price.each_step ? fixedSteps ?? steps : 1);
  return {
    neurons: Math.round(neurons * 100) / 100,
    usd: neurons * USD_PER_NEURON,
    share: neurons / FREE_NEURONS_PER_DAY,
  };
}

/** What the price of a draft depends on.
 *
 * @param {Draft} draft
 * @param {{length: number}} references
 */
export const asked = ({ model, width, height, steps, n }, { length }) => ({
  model, width: Number(width), height: Number(height), steps: Number(steps), n: Number(n),
  references: length,
});

/**
 * @param {Model["price"]} price
 * @param {number} width
 * @param {number} height
 */
function units(price, width, height) {
  if (price.unit === "tile") return Math.ceil(width / 512) * Math.ceil(height / 512);
  return Math.ceil((width * height) / 1024 ** 2);
}
