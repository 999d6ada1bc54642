/** What the key in use allows, and what is left of it. */

import assert from "node:assert/strict";
import test from "node:test";

import * as budget from "../../assets/js/model/budget.js";
import { MODELS } from "../../assets/js/model/catalog.js";
import { asked, cost } from "../../assets/js/model/price.js";
import { account, draft } from "./samples.mjs";

const KLEIN = "@cf/black-forest-labs/flux-2-klein-4b";
const names = (models) => models.map(({ name }) => name);

test("the owner is known by its id, and nobody is before the server has told", () => {
  assert.equal(budget.isOwner(budget.OWNER), true);
  assert.equal(budget.isOwner(account()), false);
  assert.equal(budget.isOwner(null), false);
});

test("a key without a list may use all models, one with a list those of it", () => {
  assert.deepEqual(names(budget.modelsOf(null)), names(MODELS));
  assert.deepEqual(names(budget.modelsOf(account())), names(MODELS));
  assert.deepEqual(names(budget.modelsOf(account({ models: [KLEIN] }))), ["flux-2-klein-4b"]);
});

test("models that this page does not know leave the choice to the server", () => {
  assert.equal(budget.modelsOf(account({ models: ["@cf/elsewhere/flux-9"] })), MODELS);
});

test("a draft keeps its model if the key may use it, and has the first of the key's if not", () => {
  assert.equal(budget.permitted(null, "flux-2-dev"), "flux-2-dev");
  assert.equal(budget.permitted(account({ models: [KLEIN] }), "flux-2-dev"), "flux-2-klein-4b");
  assert.equal(budget.permitted(account({ models: [KLEIN] }), "flux-2-klein-4b"), "flux-2-klein-4b");
});

test("images that are left are whole ones, and a key without a budget has no number of them", () => {
  assert.equal(budget.imagesLeft(account({ remaining: { neurons: 7499, usd: 0 } }), 3750), 1);
  assert.equal(budget.imagesLeft(account({ remaining: { neurons: 0, usd: 0 } }), 3750), 0);
  assert.equal(budget.imagesLeft(account(), 3750), null);
});

test("what was used of the free day is a share, and nothing where nobody counts", () => {
  assert.equal(budget.usedShare(account({ free_today: { used: { neurons: 2500, usd: 0 } } })), 0.25);
  assert.equal(budget.usedShare(budget.OWNER), 0);
  assert.equal(budget.usedShare(null), 0);
});

test("a quota that is used up is the key's own if less is left of it than was asked for", () => {
  const failure = { code: "insufficient_quota", message: "…" };
  const poor = account({ remaining: { neurons: 5, usd: 0 }, resets_at: 1_764_115_200 });
  assert.deepEqual(budget.blameBudget(failure, poor, 6), { code: "budget", resetsAt: 1_764_115_200 });
  assert.equal(budget.blameBudget(failure, poor, 5), failure);
  assert.equal(budget.blameBudget(failure, account(), 6), failure);
  assert.equal(budget.blameBudget(failure, null, 6), failure);
  const other = { code: "upstream_error" };
  assert.equal(budget.blameBudget(other, poor, 6), other);
});

test("a draft's price is asked for in numbers", () => {
  assert.equal(cost(asked(draft({ n: "2" }), [])).neurons, 7500);
});
