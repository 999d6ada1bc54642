/** Prompts of before, and those that are kept. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_SENT, promptOf, toKept, withSaved, withSent, withoutPrompt } from "../../assets/js/model/prompts.js";
import { draft } from "./samples.mjs";

const NOTHING = { sent: [], saved: [] };
const boat = { mode: "text", text: "a boat" };
const ship = { mode: "text", text: "a ship" };

test("the prompt of a draft is that of its mode", () => {
  assert.deepEqual(promptOf(draft({ text: "a boat", json: "{}" })), boat);
  assert.deepEqual(promptOf(draft({ mode: "json", json: "{}" })), { mode: "json", text: "{}" });
});

test("what was sent is there once, the last one first", () => {
  const kept = [boat, ship, boat, { mode: "json", text: "a boat" }].reduce(withSent, NOTHING);
  assert.deepEqual(kept.sent, [{ mode: "json", text: "a boat" }, boat, ship]);
});

test("the oldest ones are forgotten, but not what is saved", () => {
  let kept = withSaved(NOTHING, boat, "mine");
  for (let number = 0; number < MOST_SENT + 5; number += 1) kept = withSent(kept, { ...boat, text: `boat ${number}` });
  assert.equal(kept.sent.length, MOST_SENT);
  assert.equal(kept.sent.at(-1).text, "boat 5");
  assert.deepEqual(kept.saved, [{ ...boat, name: "mine" }]);
});

test("a saved one is there once; it can get a name, and does not lose it", () => {
  let kept = withSaved(withSaved(NOTHING, boat, " mine "), ship, "");
  kept = withSaved(kept, boat, "");
  assert.deepEqual(kept.saved, [{ ...boat, name: "mine" }, { ...ship, name: "" }]);
  kept = withSaved(kept, boat, "other");
  assert.deepEqual(kept.saved.map(({ name }) => name), ["other", ""]);
  assert.equal(withSaved(NOTHING, boat, "🐈".repeat(99)).saved[0].name, "🐈".repeat(60));
});

test("each can be taken away", () => {
  const kept = withSaved([ship, boat].reduce(withSent, NOTHING), boat, "");
  assert.deepEqual(withoutPrompt(kept, "sent", boat), { sent: [ship], saved: kept.saved });
  assert.deepEqual(withoutPrompt(kept, "saved", boat), { sent: kept.sent, saved: [] });
});

test("whatever stands in a browser's storage breaks nothing", () => {
  for (const odd of [null, 7, "x", [], { sent: "x", saved: 7 }, { sent: [null, 7, { mode: "x", text: "y" }, { mode: "text" }] }]) {
    assert.deepEqual(toKept(odd), NOTHING);
  }
  const given = { sent: [{ ...boat, more: 1 }], saved: [{ ...ship, name: 7 }, boat] };
  assert.deepEqual(toKept(given), { sent: [boat], saved: [{ ...ship, name: "7" }, { ...boat, name: "" }] });
});
