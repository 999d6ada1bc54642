/** From the API's buckets to the bars of a plot. */

import assert from "node:assert/strict";
import test from "node:test";

import * as usage from "../../assets/js/model/usage.js";

const DAY = 20_000;
const NOW = (DAY * 86_400 + 3600) * 1000;
const spent = (day, key, model, neurons) => ({ day, key, model, usd: neurons * 1.1e-5 });
const whole = (series) => series.map(({ id, values, total }) => [id, values.map(Math.round), Math.round(total)]);

test("a page of costs becomes what each key spent with each model on each day", () => {
  const results = [
    { amount: { value: 0.11 }, line_item: "@cf/black-forest-labs/flux-2-dev", api_key_id: "owner" },
    { amount: { value: 0.0011 }, line_item: "@cf/black-forest-labs/flux-2-klein-4b", api_key_id: "key_a" },
  ];
  const page = { data: [{ start_time: DAY * 86_400, results }, { start_time: 0, results: [] }] };
  assert.deepEqual(usage.toSpending(page), [
    { day: DAY, key: "owner", model: "flux-2-dev", usd: 0.11 },
    { day: DAY, key: "key_a", model: "flux-2-klein-4b", usd: 0.0011 },
  ]);
});

const SPENDING = [
  spent(DAY, "owner", "flux-2-klein-9b", 100),
  spent(DAY, "key_a", "flux-2-dev", 300),
  spent(DAY - 2, "owner", "flux-2-dev", 50),
  spent(DAY - 7, "owner", "flux-2-dev", 9000),
  spent(DAY, "key_b", "flux-2-dev", 0),
];

test("by model they come in the page's order, and only the days that are shown", () => {
  assert.deepEqual(whole(usage.seriesOf(SPENDING, { by: "model", days: 3, now: NOW })), [
    ["flux-2-dev", [50, 0, 300], 350], ["flux-2-klein-9b", [0, 0, 100], 100],
  ]);
});

test("by key the largest comes first, and none without anything", () => {
  assert.deepEqual(whole(usage.seriesOf(SPENDING, { by: "key", days: 3, now: NOW })), [
    ["key_a", [0, 0, 300], 300], ["owner", [50, 0, 100], 150],
  ]);
  assert.deepEqual(usage.seriesOf([], { by: "key", days: 7, now: NOW }), []);
});

test("a model that is no more comes last", () => {
  const series = usage.seriesOf(
    [spent(DAY, "owner", "flux-1", 9), ...SPENDING], { by: "model", days: 3, now: NOW });
  assert.deepEqual(series.map(({ id }) => id), ["flux-2-dev", "flux-2-klein-9b", "flux-1"]);
});

test("of many keys the smallest are one", () => {
  const many = Array.from({ length: 9 }, (_, index) => spent(DAY, `key_${index}`, "flux-2-dev", 10 + index));
  const series = usage.seriesOf(many, { by: "key", days: 7, now: NOW });
  assert.deepEqual(series.map(({ id }) => id), ["key_8", "key_7", "key_6", "key_5", "key_4", usage.OTHERS]);
  assert.equal(Math.round(series[5].total), 10 + 11 + 12 + 13);
  assert.deepEqual(usage.totals(series, 7).map(Math.round), [0, 0, 0, 0, 0, 0, 126]);
});

test("bars stand on each other, and the highest fits", () => {
  const series = [
    { id: "a", values: [100, 0], total: 100 },
    { id: "b", values: [60, 40], total: 100 },
  ];
  const { bars, ticks, free } = usage.toPlot(series, 2);
  assert.deepEqual(ticks.map(({ value }) => value), [0, 50, 100, 150, 200]);
  assert.deepEqual(ticks.map(({ y }) => y), [100, 75, 50, 25, 0]);
  const shown = bars.map(({ series: index, y, height }) => [index, y, height]);
  assert.deepEqual(shown, [[0, 50, 50], [1, 20, 30], [1, 80, 20]]);
  assert.ok(bars.every(({ x, width }) => x >= 0 && x + width <= 100));
  assert.equal(free, null);
});

test("what is free a day is in the plot where it is in reach", () => {
  const high = usage.toPlot([{ id: "a", values: [6000], total: 6000 }], 1);
  assert.equal(high.ticks.at(-1).value, 10_000);
  assert.equal(high.free, 0);
  const higher = usage.toPlot([{ id: "a", values: [20_000], total: 20_000 }], 1);
  assert.equal(higher.free, 50);
});

test("a plot of next to nothing has an axis too", () => {
  const { ticks, bars } = usage.toPlot([{ id: "a", values: [0.5], total: 0.5 }], 1);
  assert.deepEqual(ticks.map(({ value }) => value), [0, 1]);
  assert.equal(bars[0].height, 50);
  assert.equal(usage.toPlot([], 7).ticks.length, 5);
});

test("a key is called by its name as long as it is there", () => {
  assert.equal(usage.nameOfKey([{ id: "key_a", name: "Mia" }], "key_a"), "Mia");
  assert.equal(usage.nameOfKey([], "key_a"), undefined);
});

test("days are counted from 1970 in UTC", () => {
  assert.equal(usage.today(NOW), DAY);
  assert.equal(usage.startOf(DAY), DAY * 86_400_000);
});
