/** Keys for others: their state, and the way from what is typed to what is sent. */

import assert from "node:assert/strict";
import test from "node:test";

import { BLANK, formProblems, limitOf, stateOf, toForm, toKeyFields } from "../../assets/js/model/keys.js";
import { key } from "./samples.mjs";

const NOW = new Date(2026, 10, 25, 12).getTime();
const form = (changes = {}) => ({ ...BLANK, name: "Mia", ...changes });
const seconds = (...parts) => new Date(...parts).getTime() / 1000;

test("a key is active until something keeps it from being used", () => {
  assert.equal(stateOf(key(), NOW), "active");
  assert.equal(stateOf(key({ disabled: true, expires_at: 1 }), NOW), "disabled");
  assert.equal(stateOf(key({ expires_at: NOW / 1000 }), NOW), "expired");
  assert.equal(stateOf(key({ expires_at: NOW / 1000 + 1 }), NOW), "active");
  assert.equal(stateOf(key({ remaining: { neurons: 0, usd: 0 } }), NOW), "spent");
});

test("of a new key only what is given is sent", () => {
  assert.deepEqual(toKeyFields(form({ name: " Mia " }), null), { name: "Mia" });
  const all = { amount: "2.5", unit: "usd", reset: "weekly", models: ["flux-2-dev"], rpm: "10", expiry: "2026-12-31" };
  assert.deepEqual(toKeyFields(form(all), null), {
    name: "Mia", limit_usd: 2.5, limit_reset: "weekly", models: ["flux-2-dev"], rpm: 10,
    expires_at: seconds(2027, 0, 1),
  });
});

test("a budget that is never renewed is sent without a reset, and none without a budget", () => {
  assert.deepEqual(toKeyFields(form({ amount: "5", reset: "never" }), null), { name: "Mia", limit_neurons: 5 });
  assert.deepEqual(toKeyFields(form({ reset: "monthly" }), null), { name: "Mia" });
});

const before = key({
  models: ["@cf/black-forest-labs/flux-2-dev"], rpm: 5, limit_neurons: 100, limit_usd: 0.0011,
  limit_reset: "daily", expires_at: seconds(2026, 11, 24, 15),
});

test("a key comes into the form as it can be typed, and unchanged nothing of it is sent", () => {
  const typed = toForm(before);
  assert.deepEqual(typed, {
    name: "Mia", amount: "100", unit: "neurons", reset: "daily", models: ["flux-2-dev"], rpm: "5",
    expiry: "2026-12-24",
  });
  assert.deepEqual(toKeyFields(typed, before), {});
  assert.deepEqual(toForm(null), BLANK);
});

test("of a key that was there only what changes is sent, and null takes away", () => {
  const typed = toForm(before);
  assert.deepEqual(toKeyFields({ ...typed, amount: "200" }, before), { limit_neurons: 200 });
  assert.deepEqual(toKeyFields({ ...typed, amount: "" }, before), { limit_neurons: null, limit_reset: null });
  assert.deepEqual(toKeyFields({ ...typed, amount: "1", unit: "usd" }, before), { limit_usd: 1 });
  assert.deepEqual(toKeyFields({ ...typed, rpm: "", expiry: "", models: BLANK.models }, before),
    { models: null, rpm: null, expires_at: null });
});

test("a budget shows in the unit in which it was probably typed", () => {
  const inDollars = key({ limit_neurons: 90909.090909, limit_usd: 1, limit_reset: null });
  assert.deepEqual([toForm(inDollars).amount, toForm(inDollars).unit], ["1", "usd"]);
  assert.equal(toForm(inDollars).reset, "never");
  assert.equal(toForm(key()).amount, "");
});

test("the last day of a key that ends at midnight is the day before", () => {
  assert.equal(toForm(key({ expires_at: seconds(2027, 0, 1) })).expiry, "2026-12-31");
});

test("what is wrong is told for each field, in the order of the form", () => {
  const wrong = formProblems(
    { ...BLANK, amount: "-1", models: [], rpm: "0.5", expiry: "2026-11-24" }, null, NOW);
  assert.deepEqual(Object.keys(wrong), ["name", "amount", "models", "rpm", "expiry"]);
  assert.deepEqual(formProblems(form(), null, NOW), {});
  assert.deepEqual(formProblems(form({ rpm: "100000", expiry: "2026-11-25", amount: ".5" }), null, NOW), {});
});

test("a name may have a hundred characters, as the server counts them", () => {
  assert.deepEqual(formProblems(form({ name: "🐈".repeat(100) }), null, NOW), {});
  assert.equal(formProblems(form({ name: "x".repeat(101) }), null, NOW).name.name, "problem.long");
});

test("a key that has ended can be changed in other ways", () => {
  const ended = key({ expires_at: seconds(2026, 10, 1) });
  assert.deepEqual(formProblems({ ...toForm(ended), name: "Max" }, ended, NOW), {});
});

test("a budget is worth neurons, whatever it is typed in", () => {
  assert.equal(limitOf(form({ amount: "250" })), 250);
  assert.equal(Math.round(limitOf(form({ amount: "0.011", unit: "usd" }))), 1000);
  for (const amount of ["", "0", "-1", "x"]) assert.equal(limitOf(form({ amount })), null);
});
