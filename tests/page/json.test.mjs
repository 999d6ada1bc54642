/** Where values stand in JSON, and where and why a text is none. */

import assert from "node:assert/strict";
import test from "node:test";

import { lineAndColumn, readJson } from "../../assets/js/model/json.js";

/** The text of the value at a path. */
function standing(text, path) {
  const [start, end] = readJson(text).places.get(path);
  return text.slice(start, end);
}

test("every value has its place", () => {
  const text = '{ "a": [1, {"b" : "x\\"y"}], "c/d": null }';
  assert.equal(standing(text, ""), text);
  assert.equal(standing(text, "/a/0"), "1");
  assert.equal(standing(text, "/a/1/b"), '"x\\"y"');
  assert.equal(standing(text, "/c/d"), "null");
  assert.deepEqual(readJson(text).value, JSON.parse(text));
});

// What is wrong -> texts; it is told where the mark stands.
const FLAWS = {
  ended: ['{"a": 1‸', '["a",‸', "‸"],
  value: ['{"a": ‸}', "[‸,]", '{"a":‸:1}'],
  name: ["{‸1: 1}", "{‸[]: 1}"],
  colon: ['{"a" ‸1}'],
  object: ['{"a": 1 ‸"b": 2}'],
  array: ["[1 ‸2]"],
  comma: ["[1‸,]", '{"a": 1‸,}'],
  more: ["{} ‸{}"],
  unknown: ["[‸'a']", "[‸01]", "[‸nul]", "{‸a: 1}"],
  unclosed: ['{"a": ‸"b}'],
  escape: ['["a‸\\x"]'],
  newline: ['["a‸\nb"]', '["a‸\tb"]'],
};

for (const [what, texts] of Object.entries(FLAWS)) {
  test(`what is wrong is told where it is: ${what}`, () => {
    for (const marked of texts) {
      const text = marked.replace("‸", "");
      assert.throws(() => JSON.parse(text));
      assert.deepEqual(readJson(text).problem, { what, offset: marked.indexOf("‸") }, marked);
    }
  });
}

test("what is nested too deeply is told and breaks nothing", () => {
  assert.equal(readJson("[".repeat(100_000)).problem.what, "deep");
  assert.equal(readJson("[".repeat(150) + "]".repeat(150)).problem, null);
});

test("what JavaScript would lose is told", () => {
  const { losses, problem } = readJson('{"a": 1, "a": 12345678901234567890, "b": 1e400, "c": 1.5}');
  assert.equal(problem, null);
  assert.deepEqual(losses.map(({ what, path }) => `${what} ${path}`), [
    "twice /a", "number /a", "number /b",
  ]);
});

test("lines and columns begin with 1", () => {
  assert.deepEqual(lineAndColumn("ab\ncd", 0), { line: 1, column: 1 });
  assert.deepEqual(lineAndColumn("ab\ncd", 4), { line: 2, column: 2 });
});
