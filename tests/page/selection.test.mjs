/** Results that are chosen, one by one, in a row, or by a box. */

import assert from "node:assert/strict";
import test from "node:test";

import * as selection from "../../assets/js/model/selection.js";

test("a selection is another one with each change", () => {
  const none = new Set();
  const one = selection.toggled(none, "a");
  assert.deepEqual([...one], ["a"]);
  assert.deepEqual([...selection.toggled(one, "a")], []);
  assert.equal(none.size, 0);
});

test("a range goes both ways, and what was chosen stays", () => {
  const ids = ["a", "b", "c", "d"];
  const range = (from, to) => [...selection.withRange(new Set(["d"]), ids, from, to)].sort();
  assert.deepEqual(range("a", "c"), ["a", "b", "c", "d"]);
  assert.deepEqual(range("c", "b"), ["b", "c", "d"]);
  assert.deepEqual(range("b", "b"), ["b", "d"]);
  assert.deepEqual(range(null, "a"), ["a", "d"]);
  assert.deepEqual(range("gone", "a"), ["a", "d"]);
});

test("two to four can be compared", () => {
  assert.deepEqual([1, 2, 4, 5].map(selection.isComparable), [false, true, true, false]);
});

test("a box is drawn in any direction, and touches what is partly in it", () => {
  const box = selection.between({ x: 50, y: 80 }, { x: 10, y: 20 });
  assert.deepEqual(box, { left: 10, top: 20, width: 40, height: 60 });
  const at = (left, top) => ({ left, top, width: 10, height: 10 });
  assert.ok(selection.touch(box, at(45, 75)));
  assert.ok(selection.touch(box, at(1, 11)));
  assert.ok(!selection.touch(box, at(50, 30)));
  assert.ok(!selection.touch(box, at(20, 80)));
});
