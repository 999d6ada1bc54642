/** What somebody looks for, and what of the results that is. */

import assert from "node:assert/strict";
import test from "node:test";

import * as find from "../../assets/js/model/find.js";
import { draft, ids, result } from "./samples.mjs";

const day = (text) => new Date(text).getTime();

const kite = result("kite", {
  asked: draft({ text: "A red Kite, over GREEN hills" }), created: day("2026-11-29T23:59"),
});
const night = result("night", {
  asked: draft({
    mode: "json", model: "flux-2-klein-4b",
    json: '{"scene": "夜市", "subjects": [{"description": "a red lamp"}]}',
  }),
  actual: { ...kite.actual, size: "1024x768", seed: 42 },
  created: day("2026-11-30T00:00"), starred: true,
});
const broken = result("broken", { asked: draft({ mode: "json", json: '{"scene": "a red' }) });
const all = [kite, night, broken];
const foundBy = (filter) => ids(find.found(all, filter));

test("nothing that is looked for is everything", () => {
  assert.equal(find.found(all, {}), all);
});

test("words are found in any order, in part, and without case", () => {
  assert.deepEqual(foundBy({ q: "green  KITE" }), ["kite"]);
  assert.deepEqual(foundBy({ q: "red" }), ["kite", "night", "broken"]);
  assert.deepEqual(foundBy({ q: " " }), ["kite", "night", "broken"]);
  assert.deepEqual(foundBy({ q: "ｋｉｔｅ" }), ["kite"]);
  assert.deepEqual(foundBy({ q: "kite lamp" }), []);
});

test("a JSON prompt is found by its texts, and not by its names", () => {
  assert.deepEqual(foundBy({ q: "夜市 lamp" }), ["night"]);
  assert.deepEqual(foundBy({ q: "subjects" }), []);
  assert.deepEqual(foundBy({ q: "scene" }), ["broken"]);
});

test("all that is looked for must be so", () => {
  assert.deepEqual(foundBy({ model: "flux-2-klein-4b" }), ["night"]);
  assert.deepEqual(foundBy({ size: "1024x768" }), ["night"]);
  assert.deepEqual(foundBy({ seed: " 42 " }), ["night"]);
  assert.deepEqual(foundBy({ seed: "4" }), []);
  assert.deepEqual(foundBy({ star: "1" }), ["night"]);
  assert.deepEqual(foundBy({ star: "1", q: "kite" }), []);
});

test("days are the reader's own, the last one included", () => {
  assert.deepEqual(foundBy({ from: "2026-11-30" }), ["night"]);
  assert.deepEqual(foundBy({ from: "2026-11-29", to: "2026-11-29" }), ["kite"]);
  assert.deepEqual(foundBy({ from: "2026-11-29", to: "2026-11-30" }), ["kite", "night"]);
});

test("of an address only what can be looked for counts", () => {
  const given = { q: "a", key: "sk-1", model: "", from: "yesterday", to: "2026-11-30", star: "1" };
  assert.deepEqual(find.toFilter(given), { q: "a", to: "2026-11-30", star: "1" });
  assert.equal(find.isSet(find.toFilter({})), false);
});

test("a field that is emptied is looked for no more", () => {
  const filter = find.withField({ q: "a" }, "seed", "7");
  assert.deepEqual(filter, { q: "a", seed: "7" });
  assert.deepEqual(find.withField(filter, "q", ""), { seed: "7" });
});

test("what was made last is not made again", () => {
  let count = 0;
  const make = find.remembering((a, b) => [a, b, count += 1]);
  const list = [];
  assert.equal(make(list, 1), make(list, 1));
  assert.notEqual(make(list, 1), make([], 1));
  assert.equal(count, 2);
});

test("one chooses from what there is, the most frequent first", () => {
  assert.deepEqual(find.choices(all), {
    model: ["flux-2-dev", "flux-2-klein-4b"], size: ["1024x1024", "1024x768"],
  });
});
