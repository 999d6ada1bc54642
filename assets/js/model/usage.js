/** What was spent, day by day: from the API's buckets to the bars of a plot. */

import { shortName } from "./budget.js";
import { FREE_NEURONS_PER_DAY, MODELS, USD_PER_NEURON } from "./catalog.js";

/** @import { Key, Spending } from "./wire.js" */

const DAY = 86400;
const MOST_SERIES = 6;
const TICKS = 4;
/** Stands for all series but the largest. */
export const OTHERS = "others";

/** Neurons of one model or key: `values` day by day, the last one being today.
 *
 * @typedef {{id: string, values: number[], total: number}} Series
 */

/** @param {number} now milliseconds since 1970 */
export const today = (now) => Math.floor(now / 1000 / DAY);

/** When a day began, in milliseconds since 1970.
 *
 * @param {number} day
 */
export const startOf = (day) => day * DAY * 1000;

/** Of a page of `GET /v1/organization/costs` by line item and key.
 *
 * @param {{data: {start_time: number, results: {amount: {value: number}, line_item: string,
 *   api_key_id: string}[]}[]}} page
 * @returns {Spending[]}
 */
export const toSpending = ({ data }) =>
  data.flatMap(({ start_time: start, results }) => results.map((result) => ({
    day: Math.floor(start / DAY), key: result.api_key_id, model: shortName(result.line_item),
    usd: Number(result.amount.value),
  })));

/** One for each model, in the order of the page, or for each key, the largest first.
 *
 * @param {Spending[]} spending
 * @param {{by: "model" | "key", days: number, now: number}} shown
 * @returns {Series[]}
 */
export function seriesOf(spending, { by, days, now }) {
  const first = today(now) - days + 1;
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const one of spending.filter(({ day }) => day >= first && day < first + days)) {
    const values = found.get(one[by]) ?? Array(days).fill(0);
    values[one.day - first] += one.usd / USD_PER_NEURON;
    found.set(one[by], values);
  }
  const series = [...found].map(([id, values]) => ({ id, values, total: sum(values) }));
  return merged(series.filter(({ total }) => total > 0).toSorted(by === "model" ? asListed : bySize));
}

/** @type {(a: Series, b: Series) => number} */
const bySize = (a, b) => b.total - a.total;

/** @type {(a: Series, b: Series) => number} */
const asListed = (a, b) => placeOf(a.id) - placeOf(b.id);

/** @param {string} model */
const placeOf = (model) => [...MODELS.map(({ name }) => name), model].indexOf(model);

/** The smallest of too many become one.
 *
 * @param {Series[]} series
 */
function merged(series) {
  if (series.length <= MOST_SERIES) return series;
  const rest = series.slice(MOST_SERIES - 1);
  const values = rest[0].values.map((_, day) => sum(rest.map((one) => one.values[day])));
  return [...series.slice(0, MOST_SERIES - 1), { id: OTHERS, values, total: sum(values) }];
}

/** @param {number[]} values */
export const sum = (values) => values.reduce((a, b) => a + b, 0);

/** What all of them come to on each day.
 *
 * @param {Series[]} series
 * @param {number} days
 */
export const totals = (series, days) =>
  Array.from({ length: days }, (_, day) => sum(series.map(({ values }) => values[day])));

/** Bars on each other, from the bottom up, in hundredths of the height and of the width. `free` is
 * the height of what is free a day, where that is in reach.
 *
 * @param {Series[]} series
 * @param {number} days
 */
export function toPlot(series, days) {
  const highest = Math.max(...totals(series, days), 0);
  const ticks = ticksTo(highest > FREE_NEURONS_PER_DAY / 2 ? Math.max(highest, FREE_NEURONS_PER_DAY) : highest);
  const top = ticks[ticks.length - 1];
  const width = 100 / days;
  /** @type {{series: number, x: number, y: number, width: number, height: number}[]} */
  const bars = [];
  for (let day = 0; day < days; day += 1) {
    let y = 100;
    for (const [index, { values }] of series.entries()) {
      const height = values[day] / top * 100;
      y -= height;
      if (height) bars.push({ series: index, x: width * (day + 0.15), y, width: width * 0.7, height });
    }
  }
  const free = FREE_NEURONS_PER_DAY <= top ? 100 - FREE_NEURONS_PER_DAY / top * 100 : null;
  return { bars, ticks: ticks.map((value) => ({ value, y: 100 - value / top * 100 })), free };
}

/** Round numbers from 0 to the first that is not below.
 *
 * @param {number} highest
 */
function ticksTo(highest) {
  const rough = Math.max(highest, TICKS) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((one) => one >= rough) ?? rough;
  return Array.from({ length: Math.ceil(highest / step || TICKS) + 1 }, (_, index) => index * step);
}

/** What a series is called: of keys their names, by their ids.
 *
 * @param {Key[]} keys
 * @param {string} id
 */
export const nameOfKey = (keys, id) => keys.find((key) => key.id === id)?.name;
