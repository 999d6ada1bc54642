/** Where pictures lie: from edge to edge, whatever their shapes and the width of the page. */

import assert from "node:assert/strict";
import test from "node:test";

import { CARD, GAP, leadOf, ratioShown, rowFor, rowsOf, seen } from "../../assets/js/model/rows.js";

const MIXED = [1, 4 / 3, 3 / 4, 16 / 9, 1.5, 9 / 16, 1, 2.2, 0.5];
const many = (count) => Array.from({ length: count }, (_, index) => MIXED[index % MIXED.length]);
const isNear = (actual, expected) => assert.ok(Math.abs(actual - expected) < 0.01, `${actual} ${expected}`);

/** Boxes by the row that they are in. */
const byRow = (boxes) => [...Map.groupBy(boxes, ({ top }) => top).values()];

test("every row but the last is filled from edge to edge, and none is on another", () => {
  for (const width of [300, 362, 700, 976, 2096]) {
    const { boxes, height } = rowsOf(many(200), { width, row: rowFor(width) });
    const rows = byRow(boxes);
    let bottom = -GAP;
    for (const row of rows) {
      isNear(row[0].top, bottom + GAP);
      bottom = row[0].top + row[0].height;
      assert.ok(row.every((box) => box.height === row[0].height));
      const { left, width: last } = row.at(-1);
      if (row !== rows.at(-1)) isNear(left + last, width);
      else assert.ok(left + last < width + 0.01);
    }
    isNear(bottom, height);
  }
});

test("pictures keep their shapes, and rows are about as high as they should be", () => {
  const ratios = many(100);
  const { boxes } = rowsOf(ratios, { width: 976, row: 192 });
  boxes.forEach(({ width, height }, index) => isNear(width / height, ratios[index]));
  for (const { height } of boxes) assert.ok(height > 130 && height < 270, String(height));
});

test("without pictures there are no rows", () => {
  assert.deepEqual(rowsOf([], { width: 900, row: 192 }), { boxes: [], height: 0 });
});

test("what is very long is shown in part, and a size that is none as a square", () => {
  assert.equal(ratioShown("1024x768"), 4 / 3);
  assert.equal(ratioShown("256x2048"), 0.4);
  assert.equal(ratioShown("2048x256"), 3);
  assert.equal(ratioShown("0x0"), 1);
});

test("only what can be seen is seen", () => {
  const { boxes } = rowsOf(many(500), { width: 976, row: 192 });
  const { first, end } = seen(boxes, 3000, 4000);
  assert.ok(first > 0 && end < 500 && end - first < 40);
  assert.ok(boxes[first].top + boxes[first].height >= 3000 && boxes[first - 1].top < 3000);
  assert.ok(boxes[end - 1].top <= 4000 && boxes[end].top > 4000);
  assert.deepEqual(seen(boxes, -500, -10), { first: 0, end: 0 });
  assert.deepEqual(seen(boxes, 1e6, 2e6), { first: 500, end: 500 });
});

test("nothing is left empty beside the newest at any width", () => {
  for (const shape of [9 / 16, 3 / 4, 1, 4 / 3, 16 / 9]) {
    for (let width = 700; width <= 2400; width += 10) {
      for (const count of [1, 2, 3, 12, 40]) {
        const ratios = [shape, ...many(count)];
        const { large, side, boxes } = leadOf(ratios, { width, row: rowFor(width), tall: 432 });
        assert.ok(side >= 303, `${shape} ${width} ${count}: ${side}`);
        isNear(large.width + GAP + side, width);
        isNear(large.width / large.height, shape);
        if (!boxes.length) continue;
        for (const row of byRow(boxes)) isNear(row.at(-1).left + row.at(-1).width, side);
        const { top, height } = boxes.at(-1);
        isNear(CARD + GAP + top + height, large.height);
      }
    }
  }
});

test("on a phone the newest is as wide as the page", () => {
  const { large, side, boxes } = leadOf(many(5), { width: 362, row: 136, tall: 405 });
  assert.deepEqual([large.width, side, boxes], [362, 0, []]);
  const tower = leadOf([0.4], { width: 362, row: 136, tall: 405 });
  assert.ok(tower.large.height <= 648);
  assert.equal(leadOf([3, 1, 1], { width: 720, row: 144, tall: 405 }).side, 0);
});

test("beside a single picture there are words only", () => {
  const { boxes, side, large } = leadOf([1], { width: 976, row: 192, tall: 432 });
  assert.deepEqual(boxes, []);
  isNear(large.width + GAP + side, 976);
});
