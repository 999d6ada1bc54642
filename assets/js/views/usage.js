/** What was used: today of what is free, and in the last days, as a plot or as a table. */

import { html, nothing, svg } from "/vendor/lit-html/lit-html.js";
import { show } from "../actions/keys.js";
import { FREE_NEURONS_PER_DAY, USD_PER_NEURON } from "../model/catalog.js";
import { OTHERS, nameOfKey, seriesOf, startOf, sum, toPlot, today, totals } from "../model/usage.js";
import { compact, dayAndHour, dayInUtc, dollars, has, t, whole } from "../words/language.js";

/** @import { Series } from "../model/usage.js" */
/** @import { Panel, State } from "../model/state.js" */
/** @import { Key } from "../model/wire.js" */

/** What is drawn: series with their names, and the days from the first to today.
 *
 * @typedef {{series: (Series & {name: string})[], days: number[]}} Drawn
 */

/**
 * @param {State} state
 * @param {Panel} panel
 * @param {Key[]} keys
 */
export function usage({ account }, panel, keys) {
  const now = Date.now();
  const series = seriesOf(panel.spending, { ...panel, now })
    .map((one) => ({ ...one, name: nameOf(one.id, panel.by, keys) }));
  const first = today(now) - panel.days + 1;
  const drawn = { series, days: Array.from({ length: panel.days }, (_, index) => first + index) };
  return html`
    ${account?.free_today ? dayOfToday(account.free_today) : nothing}
    <section class="days" aria-labelledby="days-heading">
      <div class="heading">
        <h3 id="days-heading">${t("usage.days")}</h3>
        <div class="row">
          ${segments("usage.period", "days", [7, 30], panel.days)}
          ${segments("usage.by", "by", ["model", "key"], panel.by)}
          ${segments("usage.as", "asTable", ["plot", "table"], panel.asTable ? "table" : "plot")}
        </div>
      </div>
      ${series.length ? html`
        ${amount(sum(series.map(({ total }) => total)))}
        ${panel.asTable ? table(drawn) : plot(drawn)}` : html`<p class="hint">${t("usage.none")}</p>`}
    </section>`;
}

/** @param {{used: {neurons: number}, resets_at: number}} day */
function dayOfToday({ used: { neurons }, resets_at: end }) {
  const when = dayAndHour(end);
  const isOver = neurons >= FREE_NEURONS_PER_DAY;
  const words = t("usage.used", { used: whole(neurons), free: whole(FREE_NEURONS_PER_DAY) });
  return html`
    <section class="today" aria-labelledby="today-heading">
      <h3 id="today-heading">${t("usage.today")}</h3>
      <p>${words}</p>
      <progress class="meter" aria-label=${words} max=${FREE_NEURONS_PER_DAY} value=${Math.min(neurons, FREE_NEURONS_PER_DAY)}></progress>
      <p class="hint">${isOver ? t("usage.beyond", { price: dollars(1000 * USD_PER_NEURON), when })
        : t("usage.left", { left: whole(FREE_NEURONS_PER_DAY - neurons), when })}</p>
    </section>`;
}

/** @param {number} neurons */
const amount = (neurons) => html`
  <p class="sum"><b>${t("usage.sum", { neurons: whole(neurons) })}</b>
    <span class="hint">${t("usage.price", { usd: dollars(neurons * USD_PER_NEURON) })}</span></p>`;

/**
 * @param {string} label
 * @param {"days" | "by" | "asTable"} name
 * @param {(string | number)[]} values
 * @param {string | number} chosen
 */
const segments = (label, name, values, chosen) => html`
  <div class="segments" role="group" aria-label=${t(label)}>
    ${values.map((value) => html`
      <button aria-pressed=${value === chosen}
        @click=${() => show({ [name]: name === "asTable" ? value === "table" : value })}>${t(`usage.${value}`)}</button>`)}
  </div>`;

/**
 * @param {string} id
 * @param {"model" | "key"} by
 * @param {Key[]} keys
 */
function nameOf(id, by, keys) {
  if (id === OTHERS) return t("usage.others");
  if (by === "model") return has(`model.${id}`) ? t(`model.${id}`) : id;
  return id === "owner" ? t("usage.owner") : nameOfKey(keys, id) ?? t("usage.gone", { end: id.slice(-4) });
}

/** Bars in a drawing that is stretched, and text beside it that is not.
 *
 * @param {Drawn} drawn
 */
function plot({ series, days }) {
  const { bars, ticks, free } = toPlot(series, days.length);
  const [first, last] = [days[0], days[days.length - 1]].map((day) => dayInUtc(startOf(day)));
  const sums = totals(series, days.length);
  return html`
    <div class="plot">
      <div class="axis" aria-hidden="true">${ticks.map(({ value, y }) => html`
        <span .style=${`top: ${y}%`}>${compact(value)}</span>`)}</div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img"
        aria-label=${t("usage.drawing", { first, last, table: t("usage.table") })}>
        ${ticks.map(({ y }) => svg`<line class="grid" x1="0" x2="100" y1=${y} y2=${y} />`)}
        ${bars.map((bar) => svg`<rect data-series=${bar.series} x=${bar.x} y=${bar.y} width=${bar.width} height=${bar.height} />`)}
        ${free === null ? nothing : svg`<line class="free" x1="0" x2="100" y1=${free} y2=${free} />`}
        ${days.map((day, index) => svg`<rect class="hover" x=${100 / days.length * index} y="0" width=${100 / days.length} height="100"><title>${
          summary(day, index, series, sums[index])}</title></rect>`)}
      </svg>
      ${free === null ? nothing : html`<span class="free-label" aria-hidden="true" .style=${`--y: ${free / 100}`}>${t("usage.free")}</span>`}
      <div class="dates" data-days=${days.length} aria-hidden="true">${days.map((day, index) => html`
        <span>${isDated(index, days.length) ? dayInUtc(startOf(day)) : nothing}</span>`)}</div>
    </div>
    <ul class="legend">
      ${series.map(({ name, total }, index) => html`
        <li><svg class="key-of" viewBox="0 0 10 10" aria-hidden="true"><rect data-series=${index} width="10" height="10" rx="2" /></svg>
          <bdi>${name}</bdi> <span class="hint">${whole(total)}</span></li>`)}
    </ul>`;
}

/** The last day, and back from it as many as there is room for.
 *
 * @param {number} index
 * @param {number} days
 */
const isDated = (index, days) => (days - 1 - index) % (days > 7 ? 7 : 1) === 0;

/** What is said of a day that is pointed at.
 *
 * @param {number} day
 * @param {number} index
 * @param {Drawn["series"]} series
 * @param {number} total
 */
const summary = (day, index, series, total) => [
  `${dayInUtc(startOf(day))}: ${t("usage.sum", { neurons: whole(total) })}`,
  ...series.filter(({ values }) => values[index]).map(({ name, values }) => `${name}: ${whole(values[index])}`),
].join("\n");

/** The newest day first.
 *
 * @param {Drawn} drawn
 */
function table({ series, days }) {
  const sums = totals(series, days.length);
  const columns = [...series, { id: "", name: t("usage.total"), values: sums, total: sum(sums) }];
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${t("usage.table")}>
      <table>
        <thead><tr><th scope="col">${t("usage.day")}</th>${columns.map(({ name }) => html`<th scope="col" dir="auto">${name}</th>`)}</tr></thead>
        <tbody>
          ${days.map((day, index) => html`
            <tr><th scope="row">${dayInUtc(startOf(day))}</th>${columns.map(({ values }) => html`<td>${whole(values[index])}</td>`)}</tr>`).toReversed()}
        </tbody>
        <tfoot><tr><th scope="row">${t("usage.total")}</th>${columns.map(({ total }) => html`<td>${whole(total)}</td>`)}</tr></tfoot>
      </table>
    </div>`;
}
