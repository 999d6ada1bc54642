/** What images will cost. tests/browser compares the sum with the Worker's for every model. */

import assert from "node:assert/strict";
import test from "node:test";

import { cost, modelNamed } from "../../assets/js/model/price.js";

const asked = (changes) =>
  ({ model: "flux-2-dev", width: 1024, height: 1024, steps: 25, n: 1, references: 0, ...changes });
const neurons = (changes) => cost(asked(changes)).neurons;

test("a model of tiles costs by tiles that are begun, in each step", () => {
  assert.equal(neurons({}), 3750);
  assert.equal(neurons({ width: 1025 }), 5625);
  assert.equal(neurons({ steps: 50 }), 7500);
});

test("a model with fixed steps costs the same for any number of them", () => {
  const small = { model: "flux-2-klein-4b", width: 512, height: 512 };
  assert.equal(neurons({ ...small, steps: 50 }), 26.05);
  assert.equal(neurons({ ...small, steps: 10 }), 26.05);
});

test("a model of megapixels costs by those that are begun", () => {
  assert.equal(neurons({ model: "flux-2-klein-9b" }), 1363.64);
  assert.equal(neurons({ model: "flux-2-klein-9b", width: 1025 }), 1545.46);
});

test("each image and each reference image adds to it", () => {
  assert.equal(neurons({ n: 3, references: 1 }), 3 * (3750 + 25 * 18.75));
});

test("the share is of what is free a day", () => {
  assert.equal(cost(asked({})).share, 0.375);
  assert.ok(Math.abs(cost(asked({})).usd - 0.04125) < 1e-9);
});

test("a model that is no more is the first one", () => {
  assert.equal(modelNamed("flux-1"), modelNamed("flux-2-dev"));
});
